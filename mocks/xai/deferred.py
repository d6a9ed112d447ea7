"""Deferred requests: an id at once, the pictures when they are asked for with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.mocks.answer import PLAIN, Accepted, Answer
from imagine_harness.mocks.answering import jobs
from imagine_harness.mocks.answering.jobs import job_of
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.context import Context
from imagine_harness.mocks.services.delivery import Delivery
from imagine_harness.mocks.services.tasks import Stage, Task
from imagine_harness.mocks.xai import bodies, storage, uploads


def is_deferred(done: Accepted) -> bool:
    """Whether a request is to be answered later."""
    return done.root.get("deferred") is True


def submit(
    call: Call, done: Accepted, places: Sequence[storage.StorageLocation], moderated: str | None
) -> Answer:
    """Take a request on; its answer holds the id and nothing else."""
    task = jobs.submit(call, done, call.state.uuid(), places=places, moderated=moderated)
    task.lifetime = call.figure("deferred_lifetime")
    return Answer({"request_id": task.id})


async def result(call: Call) -> Answer | Refusal:
    """Where a request is: 202 until it has ended; a failure is a body and no HTTP error."""
    tasks, request_id = call.services.tasks, call.path_values["request_id"]
    task = tasks.get(call.context.name, request_id)
    if task is None:
        return Refusal(("request-unknown",), {"got": request_id}, status=404)
    call.test = task.test
    stage = tasks.stage(task)
    if stage is Stage.FAILED:
        return Answer({"request_id": task.id, "status": "failed", **_failed(call, task)})
    if stage is Stage.SUCCEEDED:
        return Answer({"request_id": task.id, "status": "done", **await _done(call, task)})
    if call.reading("pending-body") == "empty":
        return Answer(b"", 202, content_type=PLAIN)
    return Answer({"request_id": task.id, "status": "pending"}, 202)


async def _done(call: Call, task: Task) -> dict[str, Any]:
    job = job_of(task)
    moderated = job.beside["moderated"]
    images = await jobs.finished_images(call.context, task, call.origin)
    images = list(await bodies.moderated_images(call, job.accepted, images, moderated))
    ended = call.now() if task.ends is None else task.ends
    return bodies.body(call, job.accepted, images, job.beside["places"], ended, moderated)


def _failed(call: Call, task: Task) -> dict[str, Any]:
    """Why it failed, under one of the codes that failures have."""
    told = jobs.failure(call, task)
    listed: list[str] = call.figure("deferred_error_codes")
    code = told.kind if told.kind in listed else "internal_error"
    return {"error": {"code": code, "message": told.message}, **told.body}


async def uploaded(context: Context, task: Task, stage: Stage) -> Sequence[Delivery]:
    """What has to be put where, once a request has succeeded."""
    if stage is not Stage.SUCCEEDED:
        return []
    job = job_of(task)
    call = jobs.call_of(context, task)
    images = await bodies.moderated_images(
        call, job.accepted, await jobs.finished_images(context, task), job.beside["moderated"]
    )
    return await uploads.deliveries(context, task.test, task.id, job.accepted, images)
