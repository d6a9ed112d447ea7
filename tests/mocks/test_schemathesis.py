"""Schemathesis, every phase, against the exported documents and the live mocks.

The real command line runs against a real socket, as `suites.schemathesis.fuzzing` does it for any
server. Each run costs seconds to start, so that only one is in every test run, and all in the long
one: those of `suites.schemathesis.fuzzing` run another provider's, and those of `contracts.openapi`
draw from all documents.
"""

from __future__ import annotations

import pytest

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.loading import load
from imagine_harness.harness.suites.schemathesis.document import operations, part
from imagine_harness.harness.suites.schemathesis.fuzzing import PHASES, fuzz
from imagine_harness.harness.suites.subjects.server import Server
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving

EACH_TIME = ("runware", "json")
"""Batches, and ids that must be new."""

BODILESS = {"task-result"}
"""Operations that nothing can be wrong in."""


def defaults(recorded: load.Recorded) -> dict[str, str]:
    return {name: each.default for name, each in recorded.readings.items()}


def kinds(provider: str) -> list[str]:
    recorded = load.recorded(provider)
    return [kind for kind in PHASES if part(recorded, defaults(recorded), kind)["paths"]]


RUNS = [(provider, kind) for provider in load.mocked() for kind in kinds(provider)]


def run(provider: str, kind: str, *, examples: int, seed: int, strict: bool = False) -> str:
    """What Schemathesis found in a mock, or how the run fell short of one; `""` if neither."""
    app = App(Settings(seed=1, strict=strict))
    mock = app.mocks[provider]
    recorded = mock.judge.recorded
    with serving(app) as address:
        url = f"{address}/{provider}{recorded.provider.bases[0].path}"
        server = Server(url, next(recorded.operations), recorded, mock.judge.readings)
        found = fuzz(server, recorded, kind, examples=examples, seed=seed)
    whole = part(recorded, mock.judge.readings, kind)
    return found or unmet(operations(whole), list(app.services.journal))


def unmet(names: list[str], exchanges: list[Exchange]) -> str:
    """An operation that the mock saw no conforming or no violating request for; `""` if none."""
    for name in names:
        met = {each.verdict.kind for each in exchanges if each.operation == name}
        wanted = {"conforms"} if name in BODILESS else {"conforms", "violates"}
        if not wanted <= met:
            return f"{name} met {sorted(met)}, expected at least {sorted(wanted)}"
    return ""


def test_schemathesis_finds_nothing_wrong_between_the_document_and_the_mock() -> None:
    found = run(*EACH_TIME, examples=2, seed=1)

    assert not found, found


@pytest.mark.campaign
@pytest.mark.parametrize("strict", [False, True], ids=["default", "strict"])
@pytest.mark.parametrize("seed", [2, 3, 4])
@pytest.mark.parametrize(("provider", "kind"), RUNS, ids=lambda value: str(value))
def test_schemathesis_finds_nothing_wrong_in_a_long_run_either(
    provider: str, kind: str, seed: int, strict: bool
) -> None:
    found = run(provider, kind, examples=200, seed=seed, strict=strict)

    assert not found, found


def test_every_operation_is_in_a_run() -> None:
    for provider in load.mocked():
        recorded = load.recorded(provider)
        ran = {
            name
            for kind in kinds(provider)
            for name in operations(part(recorded, defaults(recorded), kind))
        }
        known = {each for contract in recorded.contracts for each in contract.operations}

        assert ran == known


def test_what_is_run_each_time_is_part_of_the_long_run() -> None:
    assert EACH_TIME in RUNS
