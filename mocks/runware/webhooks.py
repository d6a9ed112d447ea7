"""What goes out once a task has ended: a webhook for each result, and the pictures' bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from imagine_harness.mocks.answering import jobs
from imagine_harness.mocks.answering.jobs import job_of
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.context import Context
from imagine_harness.mocks.images.picture import MEDIA_TYPES
from imagine_harness.mocks.runware.bodies import Element, elements
from imagine_harness.mocks.runware.tasks import failures
from imagine_harness.mocks.services.delivery import Delivery, Policy
from imagine_harness.mocks.services.tasks import Stage, Task


async def announce(context: Context, task: Task, stage: Stage) -> Sequence[Delivery]:
    """The webhooks of a task that has ended; its pictures are uploaded beside them."""
    await _upload(context, task)
    job, call = job_of(task), jobs.call_of(context, task)
    if not isinstance(job.webhook, str):
        return []
    if stage is Stage.FAILED:
        bodies = [_body(call, "errors", each) for each in failures(call, task)]
    else:
        made = await jobs.finished_images(context, task)
        bodies = [_body(call, "data", each) for each in elements(call, job.accepted, made)]
    return [
        Delivery(
            kind="webhook",
            provider=context.name,
            task=task.id,
            test=task.test,
            url=job.webhook,
            body=orjson.dumps(body),
            policy=_policy(context),
        )
        for body in bodies
    ]


def _body(call: Call, where: str, element: Element) -> Any:
    return element if call.reading("webhook-body") == "flat" else {where: [element]}


def _policy(context: Context) -> Policy:
    """The documented back-off: each delay a multiple of the one before, up to a longest one."""
    first, growth = context.figure("webhook-first-delay"), context.figure("webhook-growth")
    longest, attempts = context.figure("webhook-longest-delay"), context.figure("webhook-attempts")
    delays = [min(first * growth**number, longest) for number in range(attempts - 1)]
    return Policy(context.figure("webhook-timeout"), delays)


async def _upload(context: Context, task: Task) -> None:
    """Put the bytes of each picture where the task asks for them; there is one attempt each."""
    job = job_of(task)
    endpoint = job.accepted.root.get("uploadEndpoint")
    if not isinstance(endpoint, str) or task.end is not Stage.SUCCEEDED:
        return
    for picture in job.pictures:
        upload = Delivery(
            kind="upload",
            provider=context.name,
            task=task.id,
            test=task.test,
            url=endpoint,
            body=await context.services.media.rendered(picture),
            policy=Policy(context.figure("upload-timeout")),
            method="PUT",
            content_type=MEDIA_TYPES[picture.format],
        )
        context.services.deliveries.send(upload)
