"""Which fault hits which call."""

from __future__ import annotations

import pytest

from imagine_harness.mocks.services.fault_plan import FaultPlan
from imagine_harness.mocks.services.faults import parsed
from imagine_harness.mocks.services.tasks import Mode, Task


def hits(plan: FaultPlan, *calls: tuple[str, str, str, int]) -> list[bool]:
    return [plan.next(*each) is not None for each in calls]


def test_a_fault_hits_its_place_only() -> None:
    plan = FaultPlan(1)
    plan.add(parsed("fal.edit status=429"))

    assert hits(
        plan,
        ("fal", "edit", "", 1),
        ("fal", "generate", "", 1),
        ("xai", "edit", "", 1),
        ("fal", "edit", "a", 7),
    ) == [True, False, False, True]


def test_a_fault_happens_as_often_as_it_may() -> None:
    plan = FaultPlan(1)
    fault = plan.add(parsed("status=429 times=2"))

    assert hits(plan, *[("fal", "edit", "", each) for each in (1, 2, 3)]) == [True, True, False]
    assert fault.met == 2


def test_the_first_fault_that_fits_wins_and_then_the_next() -> None:
    plan = FaultPlan(1)
    plan.add(parsed("status=429 times=1"))
    plan.add(parsed("status=503 times=1"))

    found = [plan.next("fal", "edit", "", nth) for nth in (1, 2, 3)]

    assert [fault and fault.parts["status"] for fault in found] == [429, 503, None]


def test_a_probability_is_kept_and_the_seed_decides_when() -> None:
    def run(seed: int) -> list[bool]:
        plan = FaultPlan(seed)
        plan.add(parsed("status=429 probability=0.3"))
        return hits(plan, *[("fal", "edit", "", each) for each in range(1_000)])

    one, other, third = run(1), run(1), run(2)

    assert one == other
    assert one != third
    assert 230 < sum(one) < 370


@pytest.mark.parametrize(("probability", "count"), [(0, 0), (1, 20)])
def test_the_ends_of_probability_are_never_and_always(probability: int, count: int) -> None:
    plan = FaultPlan(1)
    plan.add(parsed(f"status=429 probability={probability}"))

    assert sum(hits(plan, *[("fal", "edit", "", each) for each in range(20)])) == count


def task(test: str = "", **asked: int) -> Task:
    made = Task("t-1", "fal", "edit", test, 0.0, Mode.TIMED)
    made.asked.update({f"queue-{name}": count for name, count in asked.items()})
    return made


QUESTIONS = [
    ("at=poll", task(status=1), True),
    ("fal at=poll", task(status=1), True),
    ("xai at=poll", task(status=1), False),
    ("fal.edit at=poll", task(status=1), True),
    ("fal.generate at=poll", task(status=1), False),
    ("fal.queue-status at=poll", task(status=1), True),
    ("fal.queue-result at=poll", task(status=1), False),
    ("fal.edit at=poll nth=3", task(status=2, result=1), True),
    ("fal.edit at=poll nth=2", task(status=2, result=1), False),
    ("fal.queue-status at=poll nth=2", task(status=2, result=1), True),
    ("fal at=poll test=a", task("a", status=1), True),
    ("fal at=poll test=b", task("a", status=1), False),
]


@pytest.mark.parametrize(("place", "about", "is_hit"), QUESTIONS)
def test_a_fault_of_questions_is_told_by_the_task_that_they_are_about(
    place: str, about: Task, is_hit: bool
) -> None:
    plan = FaultPlan(1)
    plan.add(parsed(f"{place} status=503"))

    assert (plan.next("fal", "queue-status", "", 9, [about]) is not None) is is_hit
    assert plan.next("fal", "queue-status", "", 1) is None
    assert plan.next("fal", "edit", "", 1) is None


def test_what_a_submission_asks_for_comes_before_what_is_planned() -> None:
    plan, about = FaultPlan(1), task(status=1)
    plan.add(parsed("status=500"))
    about.fault = parsed("at=poll times=1 status=503")

    found = [plan.next("fal", "queue-status", "", nth, [about]) for nth in (1, 2)]

    assert [fault and fault.parts["status"] for fault in found] == [503, 500]
    assert about.fault.met == 1


def test_what_a_question_itself_asks_for_happens_where_its_submission_asked_for_nothing() -> None:
    plan, about, own = FaultPlan(1), task(status=1), parsed("at=poll status=504")

    first = plan.next("fal", "queue-status", "", 1, [about], own)
    about.fault = parsed("at=poll status=503")
    second = plan.next("fal", "queue-status", "", 1, [about], own)

    assert [fault and fault.parts["status"] for fault in (first, second)] == [504, 503]
