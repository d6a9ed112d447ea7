"""Stored media: what every address in an answer leads to, rendered when it is fetched."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

from mocks.clock import Clock
from mocks.images.draw import render
from mocks.images.picture import Picture, Weight

MOST_MEDIA = 100_000
"""Media kept; beyond it the oldest are forgotten, as if they had expired."""

MOST_STORED = 512_000_000
"""Bytes of media that came from outside; beyond it the oldest media are forgotten, too."""

MOST_RENDERED = 64_000_000
"""Bytes of rendered pictures kept, so that one that is fetched twice is made once."""


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


class Media:
    """Media by the name that ends their address; the pictures that are made have one weight."""

    def __init__(self, clock: Clock, weight: Weight = Weight.LIGHT) -> None:
        self._clock = clock
        self._weight = weight
        self._media: OrderedDict[str, Medium] = OrderedDict()
        self._rendered: OrderedDict[Picture, bytes] = OrderedDict()
        self._held = 0
        self._stored = 0

    def add(self, name: str, medium: Medium) -> None:
        """Keep a medium under a name; the oldest make room."""
        self._forget(name)
        self._media[name] = medium
        self._stored += len(medium.data)
        while len(self._media) > MOST_MEDIA or (
            self._stored > MOST_STORED and len(self._media) > 1
        ):
            self._forget(next(iter(self._media)))

    def _forget(self, name: str) -> Medium | None:
        medium = self._media.pop(name, None)
        self._stored -= len(medium.data) if medium else 0
        return medium

    def get(self, name: str) -> Medium | None:
        """The medium of a name, None once it has expired."""
        medium = self._media.get(name)
        if medium and medium.expires is not None and medium.expires <= self._clock.now():
            self._forget(name)
            return None
        return medium

    def take(self, name: str) -> Medium | None:
        """The medium of a name, which is forgotten."""
        medium = self.get(name)
        self._forget(name)
        return medium

    async def data(self, medium: Medium) -> bytes:
        """The bytes of a medium."""
        return medium.data if medium.picture is None else await self.rendered(medium.picture)

    async def rendered(self, picture: Picture) -> bytes:
        """The bytes of a picture, made outside the event loop."""
        known = self._rendered.get(picture)
        if known is not None:
            self._rendered.move_to_end(picture)
            return known
        data = await asyncio.to_thread(render, picture, self._weight)
        self._rendered[picture] = data
        self._held += len(data)
        while self._held > MOST_RENDERED and len(self._rendered) > 1:
            self._held -= len(self._rendered.popitem(last=False)[1])
        return data

    def reset(self, test: str | None = None) -> None:
        """Forget the media of one test, or with None all."""
        for name, medium in list(self._media.items()):
            if test in (None, medium.test):
                self._forget(name)
