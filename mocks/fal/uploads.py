"""The CDN's own upload routes: the same as the storage's, for who has a token or a key."""

from __future__ import annotations

from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.fal.bodies import LIFECYCLE
from imagine_harness.mocks.fal.files import PLAIN, begin, begun, keep
from imagine_harness.mocks.fal.platform_headers import lifetime
from imagine_harness.mocks.fal.storage import completed, part_of
from imagine_harness.mocks.fal.tokens import stranger


def _begin(call: Call) -> tuple[str, str]:
    name = call.header("x-fal-file-name") or ""
    kept_for = lifetime(call, "x-fal-object-lifecycle", LIFECYCLE)
    return begin(call, name, call.header("content-type") or PLAIN, kept_for)


async def upload_at_cdn(call: Call) -> Answer | Refusal:
    """Take a whole file; the answer says where it is."""
    refused = stranger(call)
    if refused is not None:
        return refused
    upload, address = _begin(call)
    medium = begun(call, upload)
    if isinstance(medium, Refusal):
        return medium
    await keep(call, upload, medium, call.request.body)
    return Answer({"access_url": address})


def start_at_cdn(call: Call) -> Answer | Refusal:
    """Begin an upload in parts; the answer says where the file will be."""
    refused = stranger(call)
    if refused is not None:
        return refused
    upload, address = _begin(call)
    return Answer({"access_url": address, "uploadId": upload})


async def keep_part_at_cdn(call: Call) -> Answer | Refusal:
    """Take one part of a file."""
    return stranger(call) or await part_of(call, _upload(call))


async def complete_at_cdn(call: Call) -> Answer | Refusal:
    """Put the parts of a file together."""
    return stranger(call) or await completed(call, _upload(call))


def _upload(call: Call) -> str:
    """The upload that a path names twice, `""` where it is not the same both times."""
    name = call.path_values["file"].partition(".")[0]
    return name if name == call.path_values["upload"] else ""
