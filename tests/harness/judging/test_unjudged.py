"""What was not judged: calls of nobody, what was not recorded, and what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagine_harness.harness.judging.unjudged import not_read, not_recorded, unknown
from imagine_harness.harness.traffic.errors import Unread
from tests.exchanges import changed
from tests.harness.judging.handmade import RUN, got, recorded

if TYPE_CHECKING:
    from tests.harness.judging.conftest import JudgeAll


def test_a_preflight_is_nobodys_mistake(judge: JudgeAll) -> None:
    asks = {"access-control-request-method": "POST"}
    [one] = unknown(judge(recorded(RUN, method="OPTIONS", headers=asks)))

    assert one.standing == "skipped"
    assert one.message == "a browser asks whether it may call"


def test_answers_that_lack_the_same_are_told_at_once(judge: JudgeAll) -> None:
    lost = changed(recorded(), answer=None, answer_gap="it was cut")
    packed = changed(lost, answer_gap="it is packed")
    never = changed(lost, status=0)

    found = [*not_recorded(judge(lost, lost, packed, never, recorded()))]

    assert [each.promise for each in found] == ["answers.recorded[fal.generate]"] * 2
    assert [each.message for each in found] == [
        "2 answers were not recorded: it was cut",
        "an answer was not recorded: it is packed",
    ]


def test_what_came_from_outside_makes_no_line_of_its_own(judge: JudgeAll) -> None:
    odd = changed(recorded(), body=None, gap="a\nbroken: b of its form is not there")
    [one] = not_recorded(judge(odd))

    assert one.message == "its body was not recorded: a broken: b of its form is not there"


def test_what_could_not_be_read_has_its_reason() -> None:
    [one] = not_read([Unread("a.har: entry 2", "is odd")])

    assert (one.promise, one.subject, one.message) == (
        "recordings.read[a.har: entry 2]",
        "not read",
        "is odd",
    )


def test_a_look_at_what_is_there_is_nobodys_mistake(judge: JudgeAll) -> None:
    look = got("https://fal.run/", {}, 404)
    [one] = unknown(judge(look, look))

    assert one.standing == "skipped"
    assert one.message == "it asks whether anything is there, 2 times"
