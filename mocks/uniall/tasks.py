"""UniAll's task routes: a flat answer to the submission, a wrapped one to every query."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.mocks.answer import Accepted, Answer
from imagine_harness.mocks.answering import jobs
from imagine_harness.mocks.answering.jobs import job_of
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.services.tasks import Stage, Task

WORDS = {"processing": "processing", "in-progress": "in_progress", "running": "running"}
"""What a task that runs is called, by the choice of the reading `running-word`."""


def submit(call: Call) -> Answer:
    """Take a task on."""
    done, lifetime = call.accepted[0], call.figure("task_lifetime")
    task_id = f"task_{call.state.uuid().replace('-', '')}"
    kept = replace(done, promise=done.promise and replace(done.promise, lifetime=lifetime))
    task = jobs.submit(call, kept, task_id, task_type=_task_type(done))
    task.lifetime = lifetime
    return Answer(_flat(task, "queued", "0%"))


def _task_type(done: Accepted) -> str:
    """What was asked for, else what follows from whether an image was given."""
    parameters, outcome = done.plan.operation.parameters, done.plan.operation.outcome
    asked = parameters["task_type"].value(done.root)
    if isinstance(asked, str):
        return asked
    fields = outcome.inputs if outcome else ()
    given = any(parameters[name].value(done.root) is not ABSENT for name in fields)
    return "image2image" if given else "text2image"


async def result(call: Call) -> Answer | Refusal:
    """Where a task is, with its pictures once it has succeeded."""
    tasks = call.services.tasks
    task = tasks.get(call.context.name, call.path_values["task_id"])
    if task is None:
        return Refusal(("task-unknown",))
    call.test = task.test
    stage = tasks.stage(task)
    if stage is Stage.QUEUED:
        data = _flat(task, "queued", "0%")
    elif stage is Stage.RUNNING:
        word = WORDS[call.reading("running-word")]
        data = _flat(task, word, f"{round(tasks.share(task) * 100)}%")
    elif stage is Stage.FAILED:
        told = jobs.failure(call, task)
        error = {"code": str(told.code or ""), "message": told.message}
        data = {**_flat(task, "failed", "100%"), "error": error}
    else:
        data = await _succeeded(call, task)
    return Answer({"code": "success", "message": "", "data": data})


def _flat(task: Task, status: str, progress: str) -> dict[str, Any]:
    return {
        "task_id": task.id,
        "status": status,
        "progress": progress,
        "result_url": "",
        "metadata": {"task_type": job_of(task).beside["task_type"]},
        "error": None,
    }


async def _succeeded(call: Call, task: Task) -> dict[str, Any]:
    urls = [image.value for image in await jobs.finished_images(call.context, task, call.origin)]
    metadata = {
        "task_type": job_of(task).beside["task_type"],
        "result_count": len(urls),
        "result_urls": urls,
    }
    first = urls[0] if urls else ""
    return {**_flat(task, "succeeded", "100%"), "result_url": first, "metadata": metadata}
