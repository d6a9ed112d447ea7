"""What a task is to make: drawn when it is submitted, so that the seed decides it, made later."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from imagine_harness.contracts.exchange import Request
from imagine_harness.contracts.judge.judgement import Judgement, Refusal
from imagine_harness.mocks.answer import Accepted, Image, Wording
from imagine_harness.mocks.answering.abridgement import LONGEST, abridged
from imagine_harness.mocks.answering.wording import worded
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.context import Context
from imagine_harness.mocks.images.picture import EXTENSIONS, Picture
from imagine_harness.mocks.services.budget import weighed
from imagine_harness.mocks.services.tasks import Stage, Task

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class Job:
    """One accepted request that is answered later.

    Attributes:
        origin: scheme, host and port that the request came to, for addresses in later answers.
        names, pictures: what is made, and the names that end their addresses.
        webhook: where the end is told, None for nowhere.
        disorder: what goes wrong with that webhook on purpose.
        beside: what else the provider's folder keeps.
    """

    accepted: Accepted
    origin: str
    names: tuple[str, ...]
    pictures: tuple[Picture, ...]
    webhook: str | None = None
    disorder: str | None = None
    beside: Mapping[str, Any] = field(default_factory=dict)


def submit(
    call: Call, done: Accepted, task_id: str, *, webhook: str | None = None, **beside: Any
) -> Task:
    """Take a job on for an accepted root, as the fault of its call has it."""
    context, tasks = call.context, call.services.tasks
    pictures = tuple(context.gallery.pictures(done, call.state))
    job = Job(
        accepted=done,
        origin=call.origin,
        names=tuple(call.state.uuid() for _ in pictures),
        pictures=pictures,
        webhook=webhook,
        disorder=call.disorder.get("webhook"),
        beside=beside,
    )
    task = tasks.submit(task_id, context.name, done.plan.operation.id, call.test, {"job": job})
    tasks.weigh(task, carried(call, task))
    if "stuck" in call.disorder:
        task.ends = None
    if "fail" in call.disorder:
        task.end, task.failure = Stage.FAILED, call.disorder["fail"] or None
    task.fault = call.later
    if context.announce is not None:
        tasks.when_ended(task, lambda: announced(context, task))
    return task


def carried(call: Call, task: Task) -> int:
    """Keep what a task was asked whole while there is room for it; the bytes that stay for good."""
    job = job_of(task)
    weight = weighed(*_held_values(job))
    if weight <= LONGEST:
        return weight
    light = _lighter(job)
    call.services.tasks.carry(task, weight, {"job": light})
    return weighed(*_held_values(light))


def _held_values(job: Job) -> Iterator[object]:
    """What a job holds of its request."""
    yield job.accepted.root
    for refused in job.beside.get("refused", ()):
        yield from (refused.root, refused.violation and refused.violation.got)


def _lighter(job: Job) -> Job:
    """A job without the long texts of its request, which it does not need to end."""
    accepted = replace(job.accepted, root=abridged(job.accepted.root))
    beside = {name: abridged(value) for name, value in job.beside.items()}
    return replace(job, accepted=accepted, beside=beside)


def job_of(task: Task) -> Job:
    """What a task is to make."""
    job: Job = task.work["job"]
    return job


async def finished_images(context: Context, task: Task, origin: str | None = None) -> list[Image]:
    """The pictures of a task that has succeeded; kept at the first call, the same at each.

    Their addresses lead to `origin`, without one to where the task was submitted.
    """
    job = job_of(task)
    promised = job.accepted.promise
    if promised is None:
        return []
    if promised.carrier != "url":
        return [
            Image(name, await context.gallery.encoded(picture, promised.carrier), picture)
            for name, picture in zip(job.names, job.pictures, strict=True)
        ]
    pairs = list(zip(job.names, job.pictures, strict=True))
    if not task.fulfilled:
        task.fulfilled = True
        for name, picture in pairs:
            context.gallery.keep(task.test, name, picture, promised.lifetime)
    there = origin or job.origin
    return [
        Image(name, context.gallery.address(there, name, EXTENSIONS[picture.format]), picture)
        for name, picture in pairs
    ]


def failure(call: Call, task: Task) -> Wording:
    """Why a task failed, in the provider's words: its documented error, or one of ours."""
    names = (f"fault:{task.failure}", task.failure) if task.failure else ()
    told = task.error or "the task failed"
    return worded(call, Refusal((*names, "task-failed"), {"message": told}, status=500))


def call_of(context: Context, task: Task) -> Call:
    """A call in the place of the one that submitted a task, for what is said once that is over."""
    return Call(
        context=context,
        judgement=Judgement(Request("POST", "", "", {}, b"")),
        origin=job_of(task).origin,
        test=task.test,
        state=context.services.store.of(task.test),
        started=time.perf_counter(),
    )


async def announced(context: Context, task: Task) -> None:
    """Send what has to go out now that a task has ended."""
    announce = context.announce
    if announce is None:
        return
    job, stage = job_of(task), task.end
    if job.disorder == "contradicts":
        stage = Stage.FAILED if stage is Stage.SUCCEEDED else Stage.SUCCEEDED
    for delivery in await announce(context, task, stage):
        context.services.deliveries.send(delivery, job.disorder)
