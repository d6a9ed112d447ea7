"""The demo: every provider driven, every verdict as expected."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.harness.demo import Scenario, scenarios

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Run


def test_every_verdict_is_the_expected_one(cli: Run) -> None:
    ended = cli("demo")
    _, table, explained, summary = ended.out.split("\n\n")
    head, *rows = [re.split(r" {2,}", line.strip()) for line in table.splitlines()]

    assert (ended.code, ended.err) == (0, "")
    assert head == ["provider", "asked for", "status", "verdict", "answer", "expected"]
    assert len(rows) == 18
    assert {row[-1] for row in rows} == {"yes"}
    assert {row[0] for row in rows} == set(load.mocked())
    assert summary == "18 calls, 18 verdicts as expected, 0 not\n"
    assert explained.startswith("one mistake, explained: cloudflare.generate.n.maximum\n")


def test_one_mistake_is_explained_from_what_was_sent_to_what_is_right(cli: Run) -> None:
    explained = cli("demo").out.split("\n\n")[2].splitlines()

    assert [line.split()[0] for line in explained[1:]] == [
        *("sent", "broken", "source", "fix", "answer", "more")
    ]
    assert '  fix     {"op": "replace", "path": "/input/n", "value": 10}' in explained


def test_every_provider_has_two_legal_calls_and_a_mistake() -> None:
    for provider in load.mocked():
        broken = [bool(each.breaks) for each in scenarios() if each.provider == provider]

        assert sorted(broken) == [False, False, True]


LIGHTHOUSE = {"prompt": "a lighthouse"}
ONE = "1 x JPEG 1024x1024"


@pytest.mark.parametrize(
    "wrong",
    [
        Scenario("fal", "another size", "generate", LIGHTHOUSE, answer="1 x JPEG 1x1"),
        Scenario("fal", "another format", "generate", LIGHTHOUSE, answer="1 x PNG 1024x1024"),
        Scenario("fal", "more images", "generate", LIGHTHOUSE, answer="2 x JPEG 1024x1024"),
        Scenario("fal", "a mistake", "generate", {**LIGHTHOUSE, "num_images": 5}, answer=ONE),
        Scenario("fal", "another rule", "generate", {}, "fal.generate.num_images.maximum"),
        Scenario("fal", "no mistake", "generate", LIGHTHOUSE, "fal.generate.num_images.maximum"),
    ],
    ids=lambda scenario: scenario.asks,
)
def test_an_expectation_that_does_not_hold_is_a_finding(
    cli: Run, monkeypatch: pytest.MonkeyPatch, wrong: Scenario
) -> None:
    monkeypatch.setattr("imagine_harness.harness.demo.scenarios", lambda: [wrong])
    ended = cli("demo")

    assert ended.code == 1
    assert re.search(rf"^fal +{wrong.asks} .* NO *$", ended.out, re.M)
    assert ended.out.endswith("\n1 calls, 0 verdicts as expected, 1 not\n")


def test_a_port_in_use_is_a_usage_error(cli: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = cli("demo", "--port", port)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        f"imagine-harness: cannot listen on 127.0.0.1:{port}: Address already in use\n"
    )
