"""Pictures that xAI stores as files of the caller's, as `storage_options` asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imagine_harness.mocks.answer import Accepted, Image
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.images.picture import EXTENSIONS, MEDIA_TYPES
from imagine_harness.mocks.services.media import Medium

HOST = "files-cdn.x.ai"
"""The host that serves what is public."""


@dataclass(frozen=True, slots=True)
class StorageLocation:
    """Where one picture is stored: the file's id, and what its public address has before it."""

    file_id: str
    token: str


def places(call: Call, done: Accepted) -> list[StorageLocation]:
    """A place for each picture, none where nothing is to be stored."""
    if not _options(done) or done.promise is None:
        return []
    return [
        StorageLocation(f"file_{call.state.uuid()}", call.state.uuid().replace("-", ""))
        for _ in range(done.promise.count)
    ]


def kept(
    call: Call, done: Accepted, image: Image, place: StorageLocation, made: float
) -> dict[str, Any]:
    """What is told of a stored picture; a public one is served from then on.

    `made` is the time from which its lifetime counts, in seconds since the epoch.
    """
    options = _options(done)
    told: dict[str, Any] = {"file_id": place.file_id, "filename": options["filename"]}
    expires = _after(options, made)
    if expires is not None:
        told["expires_at"] = expires
    public = options.get("public_url")
    if not public and public != {}:
        return told
    until = (_after(public, made) if isinstance(public, Mapping) else None) or expires
    picture = image.picture
    call.services.media.add(
        place.file_id,
        Medium(
            call.test, until, picture.width, picture.height, MEDIA_TYPES[picture.format], picture
        ),
    )
    path = f"/{place.token}/{place.file_id}.{EXTENSIONS[picture.format]}"
    told["public_url"] = call.url(HOST, path)
    if until is not None:
        told["public_url_expires_at"] = until
    return told


def _options(done: Accepted) -> Mapping[str, Any]:
    options = done.root.get("storage_options")
    return options if isinstance(options, Mapping) else {}


def _after(options: Mapping[str, Any], made: float) -> int | None:
    seconds = options.get("expires_after")
    return None if seconds is None else round(made + seconds)
