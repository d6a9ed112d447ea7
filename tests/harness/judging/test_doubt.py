"""Where a provider itself answers otherwise than is on record, the record is in doubt."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.contracts.loading import load
from imagine_harness.harness.judging.judge import results
from imagine_harness.harness.judging.judges import judges as judges_of
from imagine_harness.harness.judging.requests import judged
from tests.exchanges import changed
from tests.harness.judging.handmade import LOCAL, QUEUE, RUN, RUNWARE, pictures, recorded, task

if TYPE_CHECKING:
    from imagine_harness.contracts.exchange import Exchange
    from tests.harness.judging.conftest import Tell

WRONG = {"prompt": "x", "num_images": 5}
TWO = {"prompt": "x", "num_images": 2}

OTHERWISE: dict[str, tuple[Any, Any, int]] = {
    "shape": (None, {"images": [{}], "revised_prompt": ""}, 200),
    "status": (None, None, 202),
    "count": (TWO, pictures(1), 200),
    "refusal's status": (None, {"detail": "x"}, 418),
    "refusal's shape": (None, {"oh": "no"}, 422),
}
"""Bodies, answers and their status, as none is on record."""


@pytest.mark.parametrize("name", OTHERWISE)
def test_an_answer_of_the_provider_itself_is_a_warning(tell: Tell, name: str) -> None:
    body, answer, status = OTHERWISE[name]
    sent = recorded(RUN, body, answer, status, place="my file.har")
    [one] = [each for each in tell(sent) if each.promise.startswith("answer")]

    assert (one.promise, one.standing) == ("answer-differs[fal.generate]", "warning")
    first, request, command = one.message.splitlines()
    assert first.startswith("fal.run answers otherwise than is on record: ")
    assert request == f"request   POST {RUN}, answered {status}"
    assert shlex.split(command.removeprefix("record    ")) == [
        *("imagine-harness", "record", "fal", "my file.har", "--answers", "--apply")
    ]


@pytest.mark.parametrize(("answer", "status"), [("<html>", 403), ("<html>", 200), ([1], 200)])
def test_an_answer_that_has_no_shape_is_recorded_by_no_command(
    tell: Tell, answer: Any, status: int
) -> None:
    conversation = recorded(RUN, None, answer, status, place="a.har")
    [*_, one] = tell(conversation)

    assert (one.promise, one.standing) == ("answer-differs[fal.generate]", "warning")
    assert "imagine-harness record" not in one.message


@pytest.mark.parametrize("name", OTHERWISE)
def test_an_answer_of_anybody_else_is_no_reason_to_doubt(tell: Tell, name: str) -> None:
    body, answer, status = OTHERWISE[name]
    found = tell(recorded(LOCAL, body, answer, status))

    assert [each.promise for each in found if each.promise.startswith("answer-differs")] == []
    [one] = [each for each in found if each.promise.startswith("answers.")]
    assert "record" not in one.message


def test_answers_of_a_host_that_was_named_are_judged(judges: Mapping[str, Judge]) -> None:
    from imagine_harness.harness.judging.destinations import DeclaredHost

    sent = recorded(RUN, TWO)
    said = [DeclaredHost.parse("fal.run=fal")]
    found = results(judged([sent], judges, declared_hosts=said), judges)

    assert [each.promise for each in found][1:] == ["answers.count[fal.generate]"]
    assert found[1].standing == "broken"


def test_a_state_that_is_not_on_record_is_recorded_by_no_command(tell: Tell) -> None:
    asked = [{"taskType": "getResponse", "taskUUID": task()["taskUUID"]}]
    odd = {"data": [{"taskType": "a", "taskUUID": task()["taskUUID"], "status": "dreaming"}]}
    [*_, one] = tell(recorded(RUNWARE, asked, odd, place="a.har"))

    assert (one.promise, one.standing) == ("answer-differs[runware.get-response]", "warning")
    assert "imagine-harness record" not in one.message


def test_without_a_file_there_is_no_command(tell: Tell) -> None:
    assert "imagine-harness record" not in tell(recorded(RUN, TWO))[1].message


def test_the_contract_that_is_ones_own_is_named(tmp_path: Path) -> None:
    text = Path(load.recorded("fal").contracts[0].file).read_text(encoding="utf-8")
    file = tmp_path / "kettle.toml"
    text = text.replace('"/xai/grok-imagine-image', '"/acme/kettle')
    text = text.replace('"xai/grok-imagine-image"', '"acme/kettle"', 1)
    file.write_text(f'provider = "fal"\n{text}', encoding="utf-8")
    own = judges_of([load.contract(file)])
    sent = recorded("https://fal.run/acme/kettle", TWO, place="a.har")
    found = results(judged([sent], own), own)

    assert f"--answers --contract {file} --apply" in found[1].message


def test_a_broken_rule_that_the_provider_took_is_a_warning(tell: Tell) -> None:
    [one] = tell(recorded(RUN, WRONG, pictures(5)))

    assert (one.promise, one.standing) == (
        "requests.conform[fal.generate.num_images.maximum]",
        "warning",
    )
    first, *_, command = one.message.splitlines()
    assert first == "num_images must be at most 4, got 5, which fal.run took"
    assert command.startswith("compare   imagine-harness drift fal PAGE, with a fresh copy of http")


def refused_in_part() -> Exchange:
    errors = {"data": [], "errors": [{"code": "invalidWidth", "message": "m"}]}
    return recorded(RUNWARE, [task(numberResults=99)], errors)


@pytest.mark.parametrize(
    "sent",
    [
        recorded(RUN, WRONG, {"detail": []}, 422),
        changed(recorded(RUN, WRONG, {}), status=0, answer=None),
        recorded(LOCAL, WRONG, pictures(5)),
        recorded(QUEUE, WRONG, {"request_id": "a", "status": "IN_QUEUE"}),
        recorded(
            RUNWARE,
            [task(numberResults=99, deliveryMethod="async")],
            {"data": [{"taskType": "imageInference", "taskUUID": task()["taskUUID"]}]},
        ),
        refused_in_part(),
    ],
    ids=["refused", "unanswered", "mock", "queue", "async", "in part"],
)
def test_a_broken_rule_is_broken_where_nobody_took_it(tell: Tell, sent: Exchange) -> None:
    one = tell(sent)[0]

    assert one.promise.startswith("requests.conform[")
    assert one.standing == "broken"
    assert ", which " not in one.message


def test_what_was_taken_and_what_was_refused_are_told_apart(tell: Tell) -> None:
    found = tell(
        recorded(RUN, WRONG, pictures(5)),
        recorded(RUN, WRONG, {"detail": []}, 422),
        recorded(RUN, WRONG, pictures(5)),
    )

    assert [each.standing for each in found] == ["warning", "broken"]
    assert "(and 1 more of this kind)" in found[0].message
