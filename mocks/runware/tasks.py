"""Image tasks: answered at once, or acknowledged and polled for; both are remembered."""

from __future__ import annotations

from dataclasses import replace

from imagine_harness.mocks.answer import Accepted
from imagine_harness.mocks.answering import jobs
from imagine_harness.mocks.answering.jobs import Job, job_of
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.runware.bodies import Element, Told, elements, head
from imagine_harness.mocks.runware.errors import item
from imagine_harness.mocks.services.tasks import TASK, Mode, Stage, Task, apart

_FINISHED = "runware.finished."


def is_async(done: Accepted) -> bool:
    """Whether a task is only acknowledged, its images to be polled for."""
    operation = done.plan.operation
    return bool(operation.models) and operation.effective(done.root, "deliveryMethod") == "async"


async def inference(call: Call, done: Accepted) -> Told:
    """The images of a task, or of an asynchronous one the acknowledgement."""
    if is_async(done):
        task = jobs.submit(
            call, done, _free(call, done.root["taskUUID"]), webhook=done.root.get("webhookURL")
        )
        task.lifetime = call.figure("task-seconds")
        return Told([head(done.root)])
    task = _finished(call, done)
    if "webhookURL" in done.root or "uploadEndpoint" in done.root:
        call.services.schedule.at(call.now(), lambda: jobs.announced(call.context, task))
    if task.end is Stage.FAILED:
        wording = jobs.failure(call, task)
        return Told(errors=failures(call, task), status=wording.status, refusal=wording.when)
    return Told(elements(call, done, done.images))


def _free(call: Call, uuid: str) -> str:
    """The id of a task: its UUID, but where another test has a task of the same one."""
    taken = call.services.tasks.find(uuid)
    return uuid if taken is None or taken.test == call.test else apart(uuid, call.test)


def _finished(call: Call, done: Accepted) -> Task:
    """A synchronous task, as it is remembered: over at once, as the fault of its call has it."""
    job = Job(
        accepted=replace(done, images=()),
        origin=call.origin,
        names=tuple(image.name for image in done.images),
        pictures=tuple(image.picture for image in done.images),
        webhook=done.root.get("webhookURL"),
        disorder=call.disorder.get("webhook"),
    )
    now, name = call.now(), call.context.name
    task = Task(
        done.root["taskUUID"],
        name,
        done.plan.operation.id,
        call.test,
        now,
        Mode.IMMEDIATE,
        {"job": job},
        starts=now,
        ends=now,
        fulfilled=True,
    )
    if "fail" in call.disorder:
        task.end, task.failure = Stage.FAILED, call.disorder["fail"] or None
    call.state.kept.add(f"{_FINISHED}{task.id}", task, TASK + jobs.carried(call, task))
    return task


def submitted(call: Call, uuid: object) -> Task | None:
    """The asynchronous task of a UUID, None where there is none or it has expired."""
    tasks = call.services.tasks
    return tasks.known(call.context.name, uuid, call.test) if isinstance(uuid, str) else None


def any_task(call: Call, uuid: object) -> Task | None:
    """The task of a UUID, whether its images were waited for or polled for."""
    finished: Task | None = call.state.kept.get(f"{_FINISHED}{uuid}")
    return submitted(call, uuid) or finished


def failures(call: Call, task: Task) -> list[Element]:
    """Why a task failed, once for each image that it was to make."""
    job = job_of(task)
    wording = replace(jobs.failure(call, task), root=job.accepted.root)
    return [item(call, wording) for _ in job.names]
