"""fal's answers: the bare output of the model, and the headers that go with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.mocks.answer import Answer, Image
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.fal.platform_headers import lifetime, start_timeout

LIFECYCLE = "x-fal-object-lifecycle-preference"
"""The request header that says how long files are kept."""


def pictures(call: Call) -> Answer | Refusal:
    """The output of a synchronous run, which begins at once and so within any limit."""
    limit = start_timeout(call)
    if isinstance(limit, Refusal):
        return limit
    done = call.accepted[0]
    kept_for = lifetime(call, LIFECYCLE)
    if kept_for is not None and done.promise and done.promise.carrier == "url":
        for image in done.images:
            call.context.gallery.keep(call.test, image.name, image.picture, kept_for)
    return Answer(output(call, done.images))


def output(call: Call, images: Sequence[Image]) -> dict[str, Any]:
    """A model's output; nothing but the address of each image is documented."""
    body: dict[str, Any] = {"images": [{"url": image.value} for image in images]}
    if call.reading("revised-prompt") == "present":
        body["revised_prompt"] = ""
    return body


def headers(call: Call, answer: Answer) -> list[tuple[bytes, bytes]]:
    """What every answer carries: SDKs take a request's id from it, and whether to try again."""
    made = [(b"x-fal-request-id", _request_id(call, answer).encode())]
    body = answer.body if isinstance(answer.body, dict) else {}
    if answer.status >= 400:
        kind = body.get("error_type")
        if isinstance(kind, str):
            made.append((b"x-fal-error-type", kind.encode()))
        given_up = any(name == b"x-fal-request-timeout-type" for name, _ in answer.headers)
        if answer.status in call.figure("temporary") and not given_up:
            made.append((b"x-fal-needs-retry", call.reading("needs-retry-value").encode()))
        if answer.status in call.figure("unbilled"):
            made.append((b"x-fal-billable-units", b"0"))
    elif "images" in body:
        made.append((b"x-fal-billable-units", b"%d" % len(body["images"])))
    return made


def _request_id(call: Call, answer: Answer) -> str:
    """That of the queued request which a call is about, else one of its own."""
    asked = call.path_values.get("request_id", "")
    if call.services.tasks.get(call.context.name, asked) is not None:
        return asked
    if call.door is not None and isinstance(answer.body, dict) and "request_id" in answer.body:
        return str(answer.body["request_id"])
    return call.state.uuid()
