"""fal's storage: an upload is begun with a key, then anybody who has its address may fill it."""

from __future__ import annotations

from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.fal.bodies import LIFECYCLE
from imagine_harness.mocks.fal.files import PLAIN, begin, begun, decoded, join, keep
from imagine_harness.mocks.fal.files import keep_part as kept_part
from imagine_harness.mocks.fal.platform_headers import lifetime


def start(call: Call) -> Answer | Refusal:
    """Begin an upload, of a whole file or of parts: where to put it and where it will be."""
    body = decoded(call)
    if isinstance(body, Refusal):
        return body
    name, kind = str(body.get("file_name") or ""), str(body.get("content_type") or PLAIN)
    upload, address = begin(call, name, kind, lifetime(call, LIFECYCLE))
    where = call.url("v3.fal.media", f"/uploads/{upload}")
    return Answer({"upload_url": where, "file_url": address})


async def keep_whole(call: Call) -> Answer | Refusal:
    """Take a whole file."""
    upload = call.path_values["upload"]
    medium = begun(call, upload)
    if isinstance(medium, Refusal):
        return medium
    await keep(call, upload, medium, call.request.body)
    return Answer({})


async def keep_part(call: Call) -> Answer | Refusal:
    """Take one part of a file."""
    return await part_of(call, call.path_values["upload"])


async def part_of(call: Call, upload: str) -> Answer | Refusal:
    """Take one part; some SDKs read its ETag from the header, some from the body."""
    medium = begun(call, upload)
    if isinstance(medium, Refusal):
        return medium
    number = call.path_values["part"]
    etag = await kept_part(call, upload, medium, number)
    if isinstance(etag, Refusal):
        return etag
    return Answer({"partNumber": int(number), "etag": etag}, headers=[(b"etag", etag.encode())])


async def complete(call: Call) -> Answer | Refusal:
    """Put the parts of a file together."""
    return await completed(call, call.path_values["upload"])


async def completed(call: Call, upload: str) -> Answer | Refusal:
    """Put the parts of an upload together, in the order of their numbers."""
    medium = begun(call, upload)
    if isinstance(medium, Refusal):
        return medium
    return await join(call, upload, medium) or Answer({})
