"""fal's answers: the bare output of the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mocks.call import Accepted, Answer, Call, Wording


def pictures(call: Call, accepted: Sequence[Accepted], _refused: Sequence[Wording]) -> Answer:
    """The output of a synchronous run; nothing but the address of each image is documented."""
    body: dict[str, Any] = {"images": [{"url": image.value} for image in accepted[0].images]}
    if call.reading("revised-prompt") == "present":
        body["revised_prompt"] = ""
    return Answer(body)


def headers(call: Call, _answer: Answer) -> list[tuple[bytes, bytes]]:
    """What every answer carries: SDKs take a request's id from it."""
    return [(b"x-fal-request-id", call.state.uuid().encode())]
