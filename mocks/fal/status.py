"""Where a queued request is, asked once or listened to, and what has come of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.mocks.answer import Answer, Wording
from imagine_harness.mocks.answering import jobs
from imagine_harness.mocks.answering.wording import worded
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.fal.bodies import output
from imagine_harness.mocks.fal.errors import kind_of, refuse
from imagine_harness.mocks.fal.requests import addresses, asked_for, stage_of, waiting
from imagine_harness.mocks.services.tasks import ENDED, Stage, Task

LOOK_EVERY = 0.1
"""Seconds on the clock after which a status stream looks at its request again."""


def status(call: Call) -> Answer | Refusal:
    """Where a request is: 202 until it has ended, then 200, however it has."""
    task = asked_for(call)
    if task is None:
        return Refusal(("request-unknown",), status=404)
    body = _status_body(call, task)
    return Answer(body, status=200 if body["status"] == "COMPLETED" else 202)


def stream(call: Call) -> Answer | Refusal:
    """The same as server-sent events, until the request has ended."""
    task = asked_for(call)
    if task is None:
        return Refusal(("request-unknown",), status=404)
    return Answer(None, content_type=b"text/event-stream", stream=_events(call, task))


async def _events(call: Call, task: Task) -> AsyncIterator[bytes]:
    """An event for every change, and a comment where there was none for long."""
    clock = call.services.clock
    silent_for = call.figure("keep-alive")
    last: dict[str, Any] | None = None
    spoke = clock.now()
    while asked_for(call) is not None:
        now, told = clock.now(), _status_body(call, task)
        if told != last:
            last, spoke = told, now
            yield b"data: " + orjson.dumps(told) + b"\n\n"
            if told["status"] == "COMPLETED":
                return
        elif now - spoke >= silent_for:
            spoke = now
            yield b": keep-alive\n\n"
        else:
            await clock.until(now + LOOK_EVERY)


def _status_body(call: Call, task: Task) -> dict[str, Any]:
    """What is said of a request; every key is there that SDKs read without a look."""
    stage = stage_of(call, task)
    told: dict[str, Any] = {"request_id": task.id, **addresses(call, task)}
    if stage is Stage.QUEUED:
        position = waiting(call, jobs.job_of(task).beside["app"], task)
        return {"status": "IN_QUEUE", **told, "queue_position": position}
    asked = call.query.get("logs", "").lower() in ("1", "true")
    told["logs"] = _logs(task, stage) if asked else None
    if stage is Stage.RUNNING:
        return {"status": "IN_PROGRESS", **told}
    told["metrics"] = _metrics(task)
    return {"status": "COMPLETED", **told, **_error(call, task, stage)}


def _metrics(task: Task) -> dict[str, float]:
    """How long an ended request ran; nothing where it never did."""
    if task.starts is None or task.ends is None or task.starts > task.ends:
        return {}
    return {"inference_time": round(task.ends - task.starts, 3)}


def _logs(task: Task, stage: Stage) -> list[dict[str, str]]:
    """What the runner has said so far."""
    said = []
    if task.starts is not None and (task.ends is None or task.starts <= task.ends):
        said.append(("Generating", task.starts))
    if stage in ENDED and task.ends is not None:
        said.append(("Finished" if stage is Stage.SUCCEEDED else "Stopped", task.ends))
    return [
        {
            "message": message,
            "level": "INFO",
            "source": "USER",
            "timestamp": datetime.fromtimestamp(when, UTC).isoformat(),
        }
        for message, when in said
    ]


def _error(call: Call, task: Task, stage: Stage) -> dict[str, str]:
    """What a status says of a request that has not succeeded; there is no state for that."""
    if stage is Stage.SUCCEEDED:
        return {}
    code, body = failed(call, task, stage)
    kind = kind_of(body)
    return {"error": invalid(code)} | ({"error_type": kind} if kind else {})


def invalid(code: int) -> str:
    """How fal says in one line that a run has failed."""
    return f"Invalid status code: {code}"


def reasons(call: Call, task: Task, stage: Stage) -> Sequence[Wording]:
    """Why a request has not succeeded: cancelled, never begun, refused by the model, or broken."""
    beside = jobs.job_of(task).beside
    if stage is Stage.CANCELLED:
        return [worded(call, Refusal(("fault:client-cancelled",), status=499))]
    if task.ends is not None and task.ends == beside["start_by"]:
        return [worded(call, Refusal(("start-timeout",), status=504))]
    refused: Sequence[Wording] = beside["refused"]
    return refused or [jobs.failure(call, task)]


def failed(call: Call, task: Task, stage: Stage) -> tuple[int, object]:
    """The status and body that stand at the result of a request that has not succeeded."""
    why = reasons(call, task, stage)
    return why[0].status, refuse(call, why)


async def result(call: Call) -> Answer | Refusal | list[Wording]:
    """What a request made: the model's own status and body, an error's included."""
    task = asked_for(call)
    if task is None:
        return Refusal(("request-unknown",), status=404)
    stage = stage_of(call, task)
    if stage not in ENDED:
        return Refusal(("request-unfinished",))
    if stage is not Stage.SUCCEEDED:
        return [*reasons(call, task, stage)]
    return Answer(output(call, await jobs.finished_images(call.context, task, call.origin)))
