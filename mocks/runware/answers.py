"""Runware's answer to an array of tasks: what each is answered with, and one status for all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

import orjson

from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.contracts.refusals import naming
from imagine_harness.mocks.answer import Accepted, Answer
from imagine_harness.mocks.answering.pace import turn
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.runware.account import account, authentication, models, ping
from imagine_harness.mocks.runware.bodies import Told
from imagine_harness.mocks.runware.errors import item, refused
from imagine_harness.mocks.runware.polling import get_response, get_task_details
from imagine_harness.mocks.runware.tasks import inference
from imagine_harness.mocks.runware.uploads import image_upload, media_storage

Answerer = Callable[[Call, Accepted], Told | Awaitable[Told]]
"""(call, one accepted task) -> what it is answered with."""

ANSWERS: Mapping[str, Answerer] = MappingProxyType(
    {
        "task": inference,
        "ping": ping,
        "authentication": authentication,
        "get-response": get_response,
        "get-task-details": get_task_details,
        "image-upload": image_upload,
        "media-storage": media_storage,
        "account-management": account,
        "model-search": models,
    }
)
"""What answers a task, by its operation."""


LARGEST = 64_000_000
"""Bytes of an answer after which further tasks of a request are not done."""


async def answer(call: Call) -> Answer:
    """The elements of every task, in order; the status is a bad one only if none succeeded."""
    told: list[Told] = []
    size = 0
    for number, done in enumerate(call.accepted):
        one = (
            ANSWERS[done.plan.operation.id](call, done)
            if size <= LARGEST
            else _left_out(call, done)
        )
        told.append(await one if isinstance(one, Awaitable) else one)
        size += len(orjson.dumps(told[-1].data)) if len(call.accepted) > 1 else 0
        await turn(number)
    data: list[Any] = [element for each in told for element in each.data]
    errors = [element for each in told for element in each.errors]
    errors += [item(call, each) for each in call.refused]
    body: dict[str, Any] = {"data": data}
    if errors:
        body["errors"] = errors
    elif _is_bare(call):
        body["data"] = data[0]
    failed = [each for each in told if each.status >= 400]
    if not told or len(failed) < len(told):
        return Answer(body)
    call.verdict.refusal = failed[0].refusal
    return Answer(body, failed[0].status)


def _left_out(call: Call, done: Accepted) -> Told:
    message = f"the tasks before it are answered with more than {LARGEST:,} bytes"
    values = {**naming("request"), "message": f"{message}, this mock answers no more at once"}
    return refused(call, done, Refusal(("answer-too-large", "violation"), values))


def _is_bare(call: Call) -> bool:
    """Whether `data` is no list: for one uploaded image, where the reading has it so."""
    alone = [each.plan.operation.id for each in call.accepted] == ["image-upload"]
    return alone and call.reading("upload-data") == "object"
