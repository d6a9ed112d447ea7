"""What is on record, listed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.loading.load import recorded
from imagine_harness.harness.suites.registry import PROMISES

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Run


def test_every_operation_is_a_line_with_its_call_and_number_of_rules(cli: Run) -> None:
    ended = cli("list")
    head, *lines = ended.out.splitlines()
    operations = [operation for name in load.names() for operation in recorded(name).operations]

    assert (ended.code, ended.err) == (0, "")
    assert head.split() == [
        *("operation", "model", "call", "parameters", "rules", "mock", "recorded")
    ]
    assert [line.split()[0] for line in lines] == [operation.name for operation in operations]
    for line, operation in zip(lines, operations, strict=True):
        assert f" {operation.method} {operation.path} " in line
        mock = "served" if operation.provider in load.mocked() else "no mock"
        counts = f" {len(operation.parameters)} +{len(operation.rules)} +"
        assert re.search(rf"{counts}{mock} +\d{{4}}-\d\d-\d\d *$", line)


def test_json_says_the_same_and_the_provider(cli: Run) -> None:
    rows = json.loads(cli("list", "--json").out)

    assert rows[0] == {
        "operation": "cloudflare.generate",
        "model": "xai/grok-imagine-image",
        "call": "POST /client/v4/accounts/{account_id}/ai/run",
        "parameters": len(recorded("cloudflare").contracts[0].operations["generate"].parameters),
        "rules": len(recorded("cloudflare").contracts[0].operations["generate"].rules),
        "mock": "served",
        "recorded": "2026-11-21",
        "provider": "cloudflare",
    }
    assert {row["provider"] for row in rows if row["mock"] == "no mock"} == {"openai"}
    assert len(rows) == len(cli("list").out.splitlines()) - 1


@pytest.mark.parametrize("provider", load.names())
def test_of_one_provider_every_rule_is_a_line(cli: Run, provider: str) -> None:
    head, *lines = cli("list", provider).out.splitlines()
    rules = [
        rule.statement.id for operation in recorded(provider).operations for rule in operation.rules
    ]

    assert head.split() == ["rule", "type", "certainty", "reading", "section"]
    assert [line.split()[0] for line in lines] == rules


def test_a_rule_says_its_type_certainty_reading_and_section(cli: Run) -> None:
    rows = {row["rule"]: row for row in json.loads(cli("list", "runware", "--json").out)}

    assert rows["runware.task.size-given"] == {
        "rule": "runware.task.size-given",
        "type": "one_of",
        "certainty": "documented",
        "reading": "runware.size-omitted=refused",
        "section": "page#Compatibility & Validation",
    }


def test_readings_are_listed_with_their_choices(cli: Run) -> None:
    ended = cli("list", "--readings")
    everywhere = sorted(key for name in load.names() for key in recorded(name).readings)

    assert [line.split()[0] for line in ended.out.splitlines()[1:]] == everywhere
    listed = json.loads(cli("list", "fal", "--readings", "--json").out)
    assert next(each for each in listed if each["reading"] == "fal.validation-style") == {
        "reading": "fal.validation-style",
        "choices": "pydantic, documented",
        "default": "pydantic",
        "strict": "",
        "note": "The errors page words a refusal its own way, with a url; a captured one is "
        "Pydantic's.",
    }


def test_every_promise_is_listed_with_what_it_rests_on_and_what_it_says(cli: Run) -> None:
    ended = cli("list", "--promises")
    head, *lines = ended.out.splitlines()
    rows = json.loads(cli("list", "--promises", "--json").out)

    assert (ended.code, ended.err) == (0, "")
    assert head.split() == ["promise", "basis", "says"]
    assert [line.split() for line in lines] == [" ".join(row.values()).split() for row in rows]
    assert [row["promise"] for row in rows] == [*PROMISES]
    assert {row["basis"] for row in rows} == {"documented", "practice"}


def test_the_promises_of_a_provider_are_those_that_are_tried_there(cli: Run) -> None:
    listed = {
        name: {row["promise"] for row in json.loads(cli("list", name, "--promises", "--json").out)}
        for name in ("fal", "openai")
    }

    assert {"client.polls", "server.moves", "gateway.keeps"} <= listed["fal"]
    assert "gateway.fails-over" not in listed["fal"]
    assert {each.partition(".")[0] for each in listed["openai"]} == {"server", "gateway"}


def test_readings_and_promises_are_not_listed_at_once(cli: Run) -> None:
    ended = cli("list", "--readings", "--promises")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.count("\n") == 1


def test_the_model_of_a_contract_file_is_listed_too(cli: Run, invented: Path) -> None:
    ended = cli("list", "fal", "--contract", invented)
    rows = json.loads(cli("list", "--json", "--contract", invented).out)

    assert "fal.generate.count.maximum" in ended.out
    assert [row["call"] for row in rows if row["model"] == "xai/invented-model"] == [
        "POST /xai/invented-model"
    ]


def test_a_provider_that_is_not_on_record_is_a_usage_error(cli: Run) -> None:
    ended = cli("list", "fall")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "imagine-harness: no provider 'fall' is recorded, known: "
        "cloudflare, fal, lumenfall, openai, runware, uniall, xai; did you mean 'fal'?\n"
    )


def test_a_contract_file_that_is_missing_is_an_exit_code_of_its_own(cli: Run) -> None:
    ended = cli("list", "--contract", "/no/such/file.toml")

    assert (ended.code, ended.out) == (3, "")
    assert ended.err == (
        "imagine-harness: /no/such/file.toml: cannot be read: No such file or directory\n"
    )
