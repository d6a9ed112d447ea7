"""Recorded conversations about tasks: the states that they tell, and the images in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.harness.judging.task_sequences import flaws
from tests.harness.judging.handmade import QUEUE, RUNWARE, got, pictures, recorded, task

if TYPE_CHECKING:
    from tests.harness.judging.conftest import JudgeAll

ID = "3aad33f4-5860-47de-8b52-09858753170f"
PLACE = f"{QUEUE}/requests/{ID}"


def submitted(count: int = 1) -> Exchange:
    return recorded(QUEUE, {"prompt": "x", "num_images": count}, {"request_id": ID})


def state(name: str) -> Exchange:
    return got(f"{PLACE}/status", {"status": name, "request_id": ID})


def told(judge: JudgeAll, *recordings: Exchange) -> list[str]:
    return [flaw.message for flaw in flaws(judge(*recordings))]


def test_states_that_follow_have_no_flaw(judge: JudgeAll) -> None:
    states = [state(each) for each in ("IN_QUEUE", "IN_QUEUE", "IN_PROGRESS", "COMPLETED")]

    assert told(judge, submitted(), *states, got(PLACE, pictures(1))) == []
    assert told(judge, submitted(), state("IN_QUEUE"), state("COMPLETED")) == []


def test_a_state_that_cannot_follow_is_told(judge: JudgeAll) -> None:
    assert told(judge, submitted(), state("COMPLETED"), state("IN_PROGRESS")) == [
        "a task went from 'COMPLETED' to 'IN_PROGRESS'"
    ]


def test_a_state_that_nobody_documents_is_told(judge: JudgeAll) -> None:
    assert told(judge, state("THINKING")) == [
        "a task is 'THINKING', documented are IN_QUEUE, IN_PROGRESS, COMPLETED"
    ]


def test_a_submission_without_an_id_is_told(judge: JudgeAll) -> None:
    assert told(judge, recorded(QUEUE, answer={})) == [
        "a submission was answered without an id at request_id"
    ]


def test_the_images_of_a_task_are_those_that_its_submission_asked_for(judge: JudgeAll) -> None:
    ends = [state("COMPLETED"), got(PLACE, pictures(1)), got(PLACE, pictures(1))]

    assert told(judge, submitted(2), *ends) == ["1 image came back, asked for 2"]


def test_the_images_of_one_task_may_be_ready_one_by_one(judge: JudgeAll) -> None:
    asked = [{"taskType": "getResponse", "taskUUID": ID}]

    def answered(*states: str) -> Exchange:
        listed = [{"taskType": "a", "taskUUID": ID, "status": each} for each in states]
        return recorded(RUNWARE, asked, {"data": listed})

    partly = answered("success", "processing")
    assert told(judge, answered("processing"), partly, partly, answered("processing")) == []


def test_tasks_in_one_answer_have_states_of_their_own(judge: JudgeAll) -> None:
    one, other = ID, ID[:-1] + "e"
    asked = [{"taskType": "getResponse", "taskUUID": each} for each in (one, other)]

    def answered(*states: str) -> Exchange:
        told: list[dict[str, Any]] = [
            {"taskType": "imageInference", "taskUUID": each, "status": state}
            for each, state in zip((one, other), states, strict=True)
        ]
        return recorded(RUNWARE, asked, {"data": told})

    begun = recorded(
        RUNWARE,
        [task(taskUUID=each, deliveryMethod="async") for each in (one, other)],
        {"data": [{"taskType": "imageInference", "taskUUID": each} for each in (one, other)]},
    )

    assert told(judge, begun, answered("processing", "success")) == []
    assert told(judge, answered("processing", "success"), answered("success", "processing")) == [
        "a task went from 'success' to 'processing'"
    ]
