"""Stored media: what every address in an answer leads to, rendered when it is fetched."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from imagine_harness.mocks.images.draw import render
from imagine_harness.mocks.images.picture import Picture, Weight
from imagine_harness.mocks.services.budget import RENDERED, Kept, Memory
from imagine_harness.mocks.services.clock import Clock

MOST_MEDIA = 100_000
"""Media kept; beyond it the oldest are forgotten, as if they had expired."""

MEDIUM = 500
"""Bytes that a medium holds beside its data and its prompt, as measured."""


@dataclass(frozen=True, slots=True)
class Medium:
    """One stored picture: made by us (`picture`), or uploaded or fetched (`data`).

    An uploaded file that is no picture has no pixels: its width and height are 0.
    """

    test: str
    expires: float | None
    width: int
    height: int
    content_type: str
    picture: Picture | None = None
    data: bytes = b""


class MediaStore:
    """Media by the name that ends their address; the pictures that are made have one weight."""

    def __init__(
        self, clock: Clock, weight: Weight = Weight.LIGHT, memory: Memory | None = None
    ) -> None:
        memory = memory or Memory()
        self._clock = clock
        self._weight = weight
        self._media: Kept[str, Medium] = memory.kept("media", MOST_MEDIA)
        self._rendered: Kept[Picture, bytes] = memory.kept(RENDERED)

    def add(self, name: str, medium: Medium) -> None:
        """Keep a medium under a name; the oldest make room."""
        prompt = medium.picture.prompt if medium.picture else ""
        texts = len(name) + len(medium.test) + len(prompt)
        self._media.add(name, medium, MEDIUM + texts + len(medium.data))

    def get(self, name: str) -> Medium | None:
        """The medium of a name, None once it has expired; that it was there stays known."""
        medium = self._media.get(name)
        if medium is None or medium.expires is None or medium.expires > self._clock.now():
            return medium
        if medium.picture or medium.data:
            self.add(name, replace(medium, picture=None, data=b""))
        return None

    def gone(self, name: str) -> str | None:
        """The test whose medium had a name that leads nowhere now, None where none ever had it.

        Once some had to make room, any may have had it, of a test that nobody knows.
        """
        ended = self._media.get(name)
        if ended is not None:
            return ended.test
        return "" if self._media.dropped else None

    def take(self, name: str) -> Medium | None:
        """The medium of a name, which is forgotten."""
        medium = self.get(name)
        self._media.pop(name)
        return medium

    async def data(self, medium: Medium) -> bytes:
        """The bytes of a medium."""
        return medium.data if medium.picture is None else await self.rendered(medium.picture)

    async def rendered(self, picture: Picture) -> bytes:
        """The bytes of a picture, made outside the event loop."""
        known = self._rendered.touched(picture)
        if known is not None:
            return known
        data = await asyncio.to_thread(render, picture, self._weight)
        self._rendered.add(picture, data, MEDIUM + len(picture.prompt) + len(data))
        return data

    def reset(self, test: str | None = None) -> None:
        """Forget the media of one test, or with None all."""
        self._media.forget(lambda _, medium: test in (None, medium.test))
