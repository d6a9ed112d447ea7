"""From judged requests to results: what is told, at which level, and with which coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.exchanges import changed, ours
from tests.harness.judging.handmade import LOCAL, RUN, pictures, recorded, standings
from tests.harness.traffic.readers.test_journal import EXCHANGE

if TYPE_CHECKING:
    from imagine_harness.contracts.exchange import Exchange
    from imagine_harness.harness.results.results import Result
    from tests.harness.judging.conftest import Tell

WRONG = {"prompt": "x", "num_images": 5}
RULE = "fal.generate.num_images.maximum"


def test_conforming_requests_of_an_operation_are_one_kept_promise(tell: Tell) -> None:
    [one] = tell(recorded(), recorded())

    assert standings([one]) == [("requests.conform[fal.generate]", "kept")]
    assert one.message == "2 requests"
    assert one.operations == ("fal.generate",)
    assert one.readings["fal.result-suffix"] == "short"


def test_a_broken_rule_is_told_with_its_source_and_fix(tell: Tell) -> None:
    [one] = tell(recorded(LOCAL, WRONG, pictures(5), where="a.har: entry 1"))

    assert standings([one]) == [(f"requests.conform[{RULE}]", "broken")]
    assert one.rule == RULE
    assert (one.expected, one.got, one.certainty) == (4, 5, "documented")
    assert one.source.startswith("https://fal.ai/")
    assert one.message.splitlines() == [
        "num_images must be at most 4, got 5",
        f"request   POST {LOCAL}, answered 200 (a.har: entry 1)",
        "at        /num_images",
        "fix       replace /num_images with 4",
    ]
    assert "curl" in one.steps


def test_what_is_broken_twice_is_told_once(tell: Tell) -> None:
    [one] = tell(*[recorded(LOCAL, WRONG, pictures(5))] * 3)

    assert one.message.startswith("num_images must be at most 4, got 5 (and 2 more of this kind)")
    assert len(one.seen) == 3


def test_a_rule_that_is_not_documented_is_a_warning(tell: Tell) -> None:
    [one] = tell(recorded(RUN + "/edit", {"prompt": "x"}))

    assert one.standing == "warning"


def test_an_expected_violation_is_kept_and_one_that_never_came_is_broken(tell: Tell) -> None:
    came = recorded(body=WRONG, answer=pictures(5), headers={"x-harness-expect": RULE})
    missed = recorded(headers={"x-harness-expect": RULE})

    assert standings(tell(came)) == [
        ("requests.conform[fal.generate]", "kept"),
        (f"requests.expected[{RULE}]", "kept"),
    ]
    found = tell(missed)
    assert standings(found)[1] == (f"requests.expected[{RULE}]", "broken")
    assert "none came" in found[1].message


def test_nothing_is_expected_of_a_request_that_met_a_fault(tell: Tell) -> None:
    noted = changed(EXCHANGE, violations=[], refusal=None, fault="reset", expected=(RULE,))

    assert standings(tell(ours(noted))) == [("requests.conform[fal.generate]", "kept")]


def test_a_refusal_is_told_with_the_way_in(tell: Tell) -> None:
    one = tell(recorded(headers={"authorization": "Bearer abc"}, status=401))[0]

    assert standings([one]) == [("requests.conform[fal.credential-malformed]", "broken")]
    assert one.message.splitlines()[0] == "credential-malformed: refused with 401"
    assert one.message.splitlines()[2] == "fix       send Authorization: Key mock-id:mock-secret"
    assert (one.rule, one.certainty) == ("", "observed")
    assert one.source.startswith("https://")


def test_a_refusal_for_what_an_earlier_request_broke_is_not_told_again(tell: Tell) -> None:
    late = changed(EXCHANGE, violations=[], refusal="violation:num_images.maximum", fault=None)
    found = tell(ours(changed(late, expected=())))

    assert standings(found) == [("requests.conform[fal.generate]", "kept")]


def test_a_secret_in_a_request_is_in_no_result(tell: Tell) -> None:
    headers = {"authorization": "Key a:private", "cookie": "private"}
    body = {**WRONG, "api_key": "private"}
    found = tell(recorded(f"{RUN}?token=private", body, pictures(5), headers=headers))

    assert found
    assert "private" not in repr([each.as_json() for each in found])


EARLY: dict[str, Any] = {
    "status": 0,
    "answer": b"",
    "ending": "client left after 1.0 s",
    "fault": None,
}


def test_who_left_is_told_of_what_conforms_and_of_what_does_not(tell: Tell) -> None:
    conforms = changed(EXCHANGE, violations=[], refusal=None, expected=(), **EARLY)
    broken = changed(EXCHANGE, expected=(), **EARLY)
    refused = changed(EXCHANGE, violations=[], refusal="route-unknown", expected=(), **EARLY)

    def of(noted: Exchange) -> Result:
        return tell(ours(noted))[0]

    assert of(conforms).message == "1 request, 1 ended early: client left after 1.0 s"
    assert of(broken).standing == "broken"
    assert "without an answer, client left after 1.0 s" in of(broken).message
    assert of(broken).errors == ()
    assert [each.ending for each in of(broken).seen] == ["client left after 1.0 s"]
    assert of(refused).standing == "broken"


def test_what_is_not_judged_is_listed(tell: Tell) -> None:
    found = tell(
        recorded("https://example.com/a?b=1"),
        recorded("https://example.com/a"),
        changed(recorded(), body=None),
    )

    assert standings(found) == [
        ("requests.known[POST https://example.com/a]", "skipped"),
        (f"requests.recorded[POST {RUN}, answered 200]", "skipped"),
    ]
    assert found[0].message == "it belongs to no recorded operation, 2 times"
    assert found[1].message == "its body was not recorded: it is not there"


def test_what_was_tried_of_the_rules_is_told(tell: Tell) -> None:
    at_limit = recorded(body={"prompt": "x", "num_images": 4}, answer=pictures(4))
    found = tell(recorded(body=WRONG, answer=pictures(5)), at_limit)[0].exercised

    assert found[RULE] == ("broken", "obeyed", "upper")


def test_an_answer_that_is_not_as_documented_is_told(tell: Tell) -> None:
    found = tell(recorded(LOCAL, {"prompt": "x", "num_images": 2}))

    assert standings(found)[1][0] == "answers.count[fal.generate]"
    assert (found[1].expected, found[1].got) == (2, 1)
