"""Asking what became of a task: `getResponse` for its results, `getTaskDetails` for all of it."""

from __future__ import annotations

from typing import Any

from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.mocks.answer import Accepted
from imagine_harness.mocks.answering import jobs
from imagine_harness.mocks.answering.jobs import job_of
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.runware.bodies import Element, Told, elements, head
from imagine_harness.mocks.runware.errors import refused
from imagine_harness.mocks.runware.tasks import any_task, failures, submitted
from imagine_harness.mocks.services.tasks import Stage, Task


async def get_response(call: Call, done: Accepted) -> Told:
    """Every result of an asynchronous task, in the same order at each poll."""
    find = submitted if call.reading("waited-for-polled") == "empty" else any_task
    task = find(call, done.root.get("taskUUID"))
    if task is None:
        return _unknown(call, done)
    data, errors = await _results(call, task)
    return Told([_polled(call, each) for each in data], errors)


def _polled(call: Call, element: Element) -> Element:
    original = call.reading("poll-task-type") == "original"
    return element if original else {**element, "taskType": "getResponse"}


def _unknown(call: Call, done: Accepted) -> Told:
    if call.reading("unknown-uuid") == "empty":
        return Told()
    return refused(call, done, Refusal(("task-unknown",)))


async def _results(call: Call, task: Task) -> tuple[list[Element], list[Element]]:
    """The elements of `data` and of `errors` that tell where a task is."""
    job, stage = job_of(task), call.services.tasks.stage(task)
    if stage is Stage.FAILED:
        return _failed(call, task)
    if stage is not Stage.SUCCEEDED:
        return [_waiting(call, task) for _ in job.names], []
    made = await jobs.finished_images(call.context, task, call.origin)
    return [{**each, "status": "success"} for each in elements(call, job.accepted, made)], []


def _waiting(call: Call, task: Task) -> Element:
    element = {**head(job_of(task).accepted.root), "status": call.reading("pending-word")}
    if call.reading("progress") == "told":
        element["progress"] = round(call.services.tasks.share(task) * 100)
    return element


def _failed(call: Call, task: Task) -> tuple[list[Element], list[Element]]:
    told = failures(call, task)
    if call.reading("failed-in") == "errors":
        return [], [{**each, "status": "error"} for each in told]
    own = head(job_of(task).accepted.root)
    inside = [{key: value for key, value in each.items() if key not in own} for each in told]
    return [{**own, "status": "error", "error": each} for each in inside], []


async def get_task_details(call: Call, done: Accepted) -> Told:
    """What a task was asked for, and what it was or would be answered with now."""
    task = any_task(call, done.root.get("taskUUID"))
    if task is None:
        return _unknown(call, done)
    request = job_of(task).accepted.root
    return Told([{**head(done.root), "request": [request], "response": await _details(call, task)}])


async def _details(call: Call, task: Task) -> dict[str, Any]:
    if call.services.tasks.stage(task) is Stage.SUCCEEDED:
        made = await jobs.finished_images(call.context, task, call.origin)
        return {"data": elements(call, job_of(task).accepted, made)}
    data, errors = await _results(call, task)
    return {"errors": errors} if errors else {"data": data}
