"""Promises, explained: what each demands, what it rests on, and the command that checks it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click
import pytest

from imagine_harness.contracts.catalog import Catalog, catalog
from imagine_harness.harness.cli.check import command as check
from imagine_harness.harness.cli.common import promise_explanation
from imagine_harness.harness.cli.common.promise_explanation import explain_promise
from imagine_harness.harness.suites.cases.catalog import cases
from imagine_harness.harness.suites.registry import PROMISES
from tests.harness.cli.test_explain import told

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Run


@pytest.fixture(scope="module")
def on_record() -> Catalog:
    return catalog()


@pytest.fixture(scope="module")
def cases_on_record(on_record: Catalog) -> dict[str, list[Any]]:
    """The cases of every kind of subject, which are the same for each of its promises."""
    return {kind: list(cases(on_record, kind)) for kind in {p.subject for p in PROMISES.values()}}


@pytest.mark.parametrize("name", PROMISES)
def test_every_promise_is_explained_with_a_command_that_checks_it_alone(
    on_record: Catalog,
    cases_on_record: dict[str, list[Any]],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setattr(promise_explanation, "cases", lambda _, kind: cases_on_record[kind])
    lines = explain_promise(on_record, name) or []
    said = dict(reversed(lines))
    program, verb, kind, *words = shlex.split(said["check"])

    assert (said["promise"], said["demands"]) == (name, PROMISES[name].says)
    assert (said["why"], said["broken by"]) == (PROMISES[name].why, PROMISES[name].broken)
    assert said["basis"].startswith(f"{PROMISES[name].basis}: ")
    assert (program, verb, kind) == ("imagine-harness", "check", PROMISES[name].subject)
    assert isinstance(check, click.Group)
    parsed = check.commands[kind].make_context(kind, words)
    assert parsed.params["promises"] == (name,)


def test_a_promise_is_told_with_where_it_is_tried_and_the_page_that_states_it(cli: Run) -> None:
    ended = cli("explain", "client.forwards")
    lines = ended.out.splitlines()
    at = next(n for n, line in enumerate(lines) if "fal.generate: " in line)

    assert (ended.code, ended.err) == (0, "")
    assert lines[at].startswith("tried at    fal.generate: prompt, num_images, ")
    assert lines[at + 1].startswith("source      https://fal.ai/")
    assert lines[at + 1].endswith(" (documented)")


def test_a_practice_says_that_no_page_states_it(cli: Run) -> None:
    ended = cli("explain", "client.retries")

    assert told(ended.out)["basis"] == "practice: no page states it, users rely on it"
    assert "\nsource " not in ended.out


def test_one_case_of_a_promise_is_explained_alone(cli: Run) -> None:
    ended = cli("explain", "client.forwards[num_images]")
    said = told(ended.out)

    assert said["promise"] == "client.forwards[num_images]"
    assert said["tried at"] == "fal.generate: num_images"
    assert "prompt" not in ended.out
    assert said["check"].endswith("--only 'client.forwards[num_images]'")


def test_a_promise_of_a_gateway_is_checked_at_a_front(cli: Run) -> None:
    said = told(cli("explain", "gateway.fails-over").out)

    assert said["tried at"].startswith("lumenfall.generate: ")
    assert said["check"] == (
        "imagine-harness check gateway URL --front lumenfall --upstream PROVIDER "
        "--only gateway.fails-over"
    )


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("client.sings", ", known: client.conforms, client.forwards, client.returns, "),
        ("gateway.sings", ", known: gateway.conforms, gateway.returns, "),
        ("client.forwards[colour]", ", its cases: "),
        ("client.conforms[often]", ", it has no cases"),
        ("sings", "list --promises every promise"),
    ],
)
def test_a_promise_that_nobody_makes_is_one_line_with_what_is_known(
    cli: Run, name: str, known: str
) -> None:
    ended = cli("explain", name)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"imagine-harness: nothing is named {name!r}")
    assert known in ended.err
    assert ended.err.count("\n") == 1
