"""Results: what fails a run, and what survives the way from one process to another."""

from __future__ import annotations

import json

import pytest

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.model import Level
from imagine_harness.harness.results.results import PromiseVerdict, Result, Side


def result(verdict: PromiseVerdict = PromiseVerdict.BROKEN, level: Level = Level.ERROR) -> Result:
    return Result("client.conforms", "it conforms", "client of acme.draw", verdict, level)


@pytest.mark.parametrize(
    ("verdict", "level", "standing", "fails_on_error", "fails_on_warning"),
    [
        (PromiseVerdict.BROKEN, Level.ERROR, "broken", True, True),
        (PromiseVerdict.BROKEN, Level.WARNING, "warning", False, True),
        (PromiseVerdict.KEPT, Level.ERROR, "kept", False, False),
        (PromiseVerdict.SKIPPED, Level.WARNING, "skipped", False, False),
        (PromiseVerdict.WAIVED, Level.ERROR, "waived", False, False),
    ],
)
def test_what_fails_a_run_is_broken_and_serious_enough(
    verdict: PromiseVerdict,
    level: Level,
    standing: str,
    fails_on_error: bool,
    fails_on_warning: bool,
) -> None:
    made = result(verdict, level)

    assert made.standing == standing
    assert made.fails() is made.fails(Level.ERROR) is fails_on_error
    assert made.fails(Level.WARNING) is fails_on_warning


def test_an_excuse_leaves_what_is_wrong_in_place() -> None:
    excused = Result("a", "b", "c", PromiseVerdict.BROKEN, message="four came").waived("next week")

    assert (excused.verdict, excused.excuse) == (PromiseVerdict.WAIVED, "next week")
    assert excused.message == "four came"


def test_a_result_comes_back_from_json_as_it_was(refused: Exchange) -> None:
    made = Result(
        promise="client.forwards[count]",
        says="it forwards count",
        subject="client of acme.draw",
        verdict=PromiseVerdict.BROKEN,
        level=Level.WARNING,
        message="count must be at most 4",
        excuse="later",
        rule="acme.draw.count.maximum",
        source="https://acme.example/models#Drawing",
        certainty="observed",
        expected=4,
        got={"count": [9]},
        seen=(refused,),
        sides=(Side("legal", {"count": 4}), Side("broken", picture="data:image/png;base64,AA==")),
        steps={"curl": "curl x"},
        operations=("acme.draw",),
        exercised={"acme.draw.count.maximum": ("broken",)},
        errors=("acme.rate-limited",),
        readings={"acme.undeclared-keys": "accepted"},
        seconds=1.5,
        seed=7,
        file="test_a.py",
        line=3,
    )

    assert Result.from_json(json.loads(json.dumps(made.as_json()))) == made


def test_a_cleaned_result_can_be_written_in_utf_8() -> None:
    made = Result(
        "a", "b", "c", PromiseVerdict.BROKEN, message="\ud83d", got="\udc00", expected=object
    )

    assert json.dumps(made.cleaned().as_json(), ensure_ascii=False).encode("utf-8")
