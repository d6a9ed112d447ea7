"""Spoilt recordings of every kind: each is judged, or told with its reason in one line."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.harness.judging.judge import results
from imagine_harness.harness.judging.requests import judged
from imagine_harness.harness.traffic.files import Traffic, traffic
from tests.fuzzed.files import recording
from tests.fuzzed.running import errors

SEED = 9
Told = Callable[[int], Traffic]


@pytest.fixture
def told(judges: Mapping[str, Judge], tmp_path: Path) -> Told:
    """What is read of the spoilt file of a number, once it was judged."""

    def made(number: int) -> Traffic:
        name, data = recording(random.Random(f"{SEED}.{number}"))
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(data)
        try:
            found = traffic([file])
            results(judged(found.exchanges, judges, anew=number % 2 == 0), judges)
        except Exception as error:
            error.add_note(f"seed {SEED}, file {number}, {name}: {data[:3_000]!r}")
            raise
        finally:
            file.unlink()
        assert [str(each) for each in found.unread if "\n" in str(each)] == []
        return found

    return made


def test_a_few_spoilt_files_are_judged(told: Told) -> None:
    with errors() as logged:
        every = [told(number) for number in range(60)]

    assert logged == []
    assert sum(len(each.exchanges) for each in every) > 20
    assert sum(len(each.unread) for each in every) > 20


@pytest.mark.campaign
def test_spoilt_files_are_judged(told: Told) -> None:
    recordings = unread = 0
    with errors() as logged:
        for number in range(20_000):
            found = told(number)
            recordings += len(found.exchanges)
            unread += len(found.unread)

    print(f"seed {SEED}, {recordings} exchanges judged, {unread} not read")  # noqa: T201
    assert logged == []
    assert recordings > 10_000
