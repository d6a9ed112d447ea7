"""Coverage: what was tried of all that is on record."""

from __future__ import annotations

import pytest

from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.rules.exercises import Exercise
from imagine_harness.harness.coverage.coverage import Coverage, Totals, of_results, unexercised
from imagine_harness.harness.results.results import PromiseVerdict, Result


@pytest.fixture
def empty(acme: Recorded) -> Coverage:
    operations = acme.contracts[0].operations
    return unexercised([operations["frame"], operations["batch"]], [acme])


def test_nothing_tried_is_every_rule_never_exercised(empty: Coverage) -> None:
    totals = empty.totals()

    assert empty.operations == ["acme.frame", "acme.batch"]
    assert "acme.frame.size-listed" in empty.never_exercised()
    assert len(empty.never_exercised()) == len(empty.lines) == totals.rules
    assert (totals.exercised, totals.percent, totals.limits_met, totals.broken) == (0, 0, 0, 0)


def test_totals_count_rules_limits_and_what_was_broken_alone(empty: Coverage) -> None:
    some = empty.exercising(
        {
            "acme.frame.size-listed": ("obeyed", "lower"),
            "acme.batch.count.maximum": ("obeyed", "upper"),
            "acme.batch.count.type": ("broken",),
            "acme.unheard.of": ("obeyed",),
        }
    )
    batch = some.totals("acme.batch")

    assert (batch.exercised, batch.limits, batch.limits_met, batch.broken) == (2, 1, 1, 1)
    assert batch.percent == pytest.approx(200 / batch.rules)
    assert some.totals("acme.frame").limits_met == 1
    assert some.totals("acme.frame").limits == 4
    assert "acme.unheard.of" not in some.lines
    assert Totals(0, 0, 0, 0, 0, 0).percent == 100


def test_two_coverages_are_merged_touch_by_touch(empty: Coverage, acme: Recorded) -> None:
    rule = "acme.frame.size-listed"
    one = empty.exercising({rule: ("lower",)}).meeting(["acme.violation"], {})
    other = empty.exercising({rule: ("upper",)})
    more = unexercised([acme.contracts[0].operations["wrap"]])
    merged = one.merge(other).merge(more)

    assert merged.lines[rule].exercised == {Exercise.LOWER, Exercise.UPPER}
    assert merged.operations == ["acme.frame", "acme.batch", "acme.wrap"]
    assert merged.errors["acme.violation"]
    assert not empty.lines[rule].exercised


def test_errors_and_readings_count_only_where_they_are_on_record(empty: Coverage) -> None:
    choices = {"acme.undeclared-keys": "refused", "acme.unheard": "of"}
    met = empty.meeting(["acme.violation", "acme.unheard"], choices)

    assert [name for name, was in met.errors.items() if was] == ["acme.violation"]
    assert met.readings["acme.undeclared-keys"] == {"ignored": False, "refused": True}
    assert "acme.unheard" not in met.readings
    assert met.readings["acme.bare-crop"] == {"accepted": False, "refused": False}


def test_results_are_held_against_all_that_is_on_record_of_their_operations() -> None:
    results = [
        Result(
            "client.conforms",
            "it conforms",
            "client of fal.generate",
            PromiseVerdict.KEPT,
            operations=("fal.edit",),
            exercised={"fal.generate.num_images.maximum": ("obeyed", "upper")},
            errors=("fal.body-empty",),
            readings={"fal.undeclared-keys": "ignored"},
        ),
        Result(
            "client.polls",
            "it polls",
            "client of acme.draw",
            PromiseVerdict.KEPT,
            operations=("acme.draw",),
        ),
    ]
    coverage = of_results(results)

    assert coverage.operations == ["fal.generate", "fal.edit"]
    assert coverage.totals().exercised == coverage.totals("fal.generate").exercised == 1
    assert "fal.edit.prompt.required" in coverage.never_exercised()
    assert coverage.errors["fal.body-empty"]
    assert coverage.readings["fal.undeclared-keys"]["ignored"]


def test_the_json_of_a_coverage_tells_what_is_left(empty: Coverage) -> None:
    told = empty.exercising({"acme.batch.count.maximum": ("obeyed",)}).as_json()
    line = told["rules"]["acme.batch.count.maximum"]

    assert line["touched"] == ["obeyed"]
    assert line["possible"] == ["obeyed", "upper", "broken"]
    assert line["source"] == "https://acme.example/models#Batches"
    assert "acme.batch.count.maximum" not in told["never_touched"]
    assert told["operations"]["acme.batch"]["touched"] == 1
    assert told["totals"]["percent"] == pytest.approx(100 / told["totals"]["rules"], abs=0.1)
