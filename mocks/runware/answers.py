"""Runware's answer to an array of tasks: what each is answered with, and one status for all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from mocks.call import Accepted, Answer, Call, Wording
from mocks.runware.account import account, authentication, models, ping
from mocks.runware.bodies import Told
from mocks.runware.errors import item
from mocks.runware.polling import get_response, get_task_details
from mocks.runware.tasks import inference
from mocks.runware.uploads import image_upload, media_storage

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


async def answer(call: Call, accepted: Sequence[Accepted], refused: Sequence[Wording]) -> Answer:
    """The elements of every task, in order; the status is a bad one only if none succeeded."""
    told: list[Told] = []
    for done in accepted:
        one = ANSWERS[done.plan.operation.id](call, done)
        told.append(await one if isinstance(one, Awaitable) else one)
    data: list[Any] = [element for each in told for element in each.data]
    errors = [element for each in told for element in each.errors]
    errors += [item(call, each) for each in refused]
    body: dict[str, Any] = {"data": data}
    if errors:
        body["errors"] = errors
    elif _is_bare(call, accepted):
        body["data"] = data[0]
    failed = [each for each in told if each.status >= 400]
    if not told or len(failed) < len(told):
        return Answer(body)
    call.refusal = failed[0].refusal
    return Answer(body, failed[0].status)


def _is_bare(call: Call, accepted: Sequence[Accepted]) -> bool:
    """Whether `data` is no list: for one uploaded image, where the reading has it so."""
    alone = [each.plan.operation.id for each in accepted] == ["image-upload"]
    return alone and call.reading("upload-data") == "object"
