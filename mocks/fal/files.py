"""Uploaded files: begun, put together from parts, kept as media under the name in their address.

An upload that was begun is a medium without data under a name that no address can have; so are
its parts. What belongs to one test is thereby forgotten with it.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from imagine_harness.contracts.judge.input_images import BrokenImage
from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.contracts.untrusted.decoding import MOST_VALUES, Undecodable
from imagine_harness.contracts.untrusted.decoding import decoded as of_json
from imagine_harness.mocks.answering.pace import aside
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.images.look import look
from imagine_harness.mocks.services.media import Medium

PLAIN = "application/octet-stream"
"""The type of a file that says none."""

_KIND = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_EXTENSION = re.compile(r"[A-Za-z0-9]{1,8}")


def begin(call: Call, name: str, kind: str, kept_for: int | None) -> tuple[str, str]:
    """Begin an upload; its id, and the address at which the file will be."""
    kind = kind.partition(";")[0].strip()
    kind = kind if _KIND.fullmatch(kind) else PLAIN
    upload = call.state.uuid()
    expires = call.context.gallery.expiry(kept_for)
    call.services.media.add(_begun(upload), Medium(call.test, expires, 0, 0, kind))
    return upload, call.context.gallery.address(call.origin, upload, _extension(name, kind))


def begun(call: Call, upload: str) -> Medium | Refusal:
    """An upload that was begun; what follows belongs to the test that began it."""
    medium = call.services.media.get(_begun(upload))
    if medium is None:
        return Refusal(("upload-unknown",), status=404)
    call.test = medium.test
    return medium


async def keep(call: Call, upload: str, medium: Medium, data: bytes) -> None:
    """Keep a whole file, from now on served at its address."""
    width, height = await asyncio.to_thread(_pixels, data)
    whole = replace(medium, width=width, height=height, data=data)
    call.services.media.add(upload, whole)


async def keep_part(call: Call, upload: str, medium: Medium, number: str) -> str | Refusal:
    """Keep one part of a file; what it is to be called when the parts are put together."""
    if not (number.isascii() and number.isdigit() and len(number) < 6):
        told = f"the number of a part must be a whole number, got {number!r}"
        return Refusal(("upload-incomplete",), {"message": told})
    part = replace(medium, data=call.request.body)
    call.services.media.add(_part(upload, int(number)), part)
    return await aside(len(call.request.body), tag, call.request.body)


def tag(data: bytes) -> str:
    """What a part is called: its ETag, with the quotes."""
    return f'"{hashlib.sha256(data).hexdigest()[:32]}"'


def _is_tagged(data: bytes, given: str) -> bool:
    return tag(data).strip('"') == given.strip('"')


async def join(call: Call, upload: str, medium: Medium) -> Refusal | None:
    """Put the parts that a call lists together, and forget that the upload was begun."""
    media = call.services.media
    body = decoded(call)
    listed = [] if isinstance(body, Refusal) else body.get("parts")
    numbers = _numbers(listed)
    found = {number: media.get(_part(upload, number)) for number in numbers}
    for number, given in numbers.items():
        part = found[number]
        if part is None or not await aside(len(part.data), _is_tagged, part.data, given):
            told = f"part {number} was not uploaded, or has another etag"
            return Refusal(("upload-incomplete",), {"message": told})
    if not numbers:
        told = "parts must list partNumber and etag of every part"
        return Refusal(("upload-incomplete",), {"message": told})
    parts = [part.data for _, part in sorted(found.items()) if part is not None]
    data = await aside(sum(map(len, parts)), b"".join, parts)
    for number in numbers:
        media.take(_part(upload, number))
    media.take(_begun(upload))
    await keep(call, upload, medium, data)
    return None


def decoded(call: Call) -> dict[str, Any] | Refusal:
    """The JSON object that a call sends, an empty one for no body."""
    try:
        body = of_json(call.request.body or b"{}", MOST_VALUES)
    except Undecodable as error:
        return Refusal(("body-malformed",), {"message": str(error)})
    if not isinstance(body, dict):
        return Refusal(("body-malformed",), {"message": "expected an object"})
    return body


def _numbers(listed: object) -> dict[int, str]:
    """The etags of listed parts by number; none at all where one of them makes no sense."""
    made: dict[int, str] = {}
    for each in listed if isinstance(listed, Sequence) else ():
        number = each.get("partNumber") if isinstance(each, dict) else None
        etag = each.get("etag") if isinstance(each, dict) else None
        if not isinstance(number, int) or not isinstance(etag, str):
            return {}
        made[number] = etag
    return made


def _pixels(data: bytes) -> tuple[int, int]:
    """Width and height of a picture, 0 for what is none."""
    try:
        seen = look(data)
    except BrokenImage:
        return 0, 0
    return seen.width, seen.height


def _extension(name: str, kind: str) -> str:
    ends = [name.rpartition(".")[2] if "." in name else "", kind.rpartition("/")[2]]
    return next((each for each in ends if _EXTENSION.fullmatch(each)), "bin")


def _begun(upload: str) -> str:
    return f"begun.{upload}"


def _part(upload: str, number: int) -> str:
    return f"part.{upload}.{number}"
