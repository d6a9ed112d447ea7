"""The pictures of one provider's answers: what they are made of, and where they are kept."""

from __future__ import annotations

import base64

from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.mocks.answer import Accepted, Image
from imagine_harness.mocks.images.look import data_uri
from imagine_harness.mocks.images.picture import EXTENSIONS, MEDIA_TYPES, Picture
from imagine_harness.mocks.services.clock import Clock
from imagine_harness.mocks.services.media import MediaStore, Medium
from imagine_harness.mocks.services.store import TestState

OWN_HOSTS = "https://"
"""The origin of a call whose client takes the mocks for the real hosts: each under its name."""


class Gallery:
    """Makes, keeps and names the pictures of one provider.

    The choices in force, which its judge knows, decide how long a picture is kept.
    """

    def __init__(self, judge: Judge, media: MediaStore, clock: Clock) -> None:
        self._judge = judge
        self._provider = judge.provider
        self._media = media
        self._clock = clock

    async def images(self, done: Accepted, state: TestState, origin: str) -> list[Image]:
        """The pictures that a promise asks for, each with a seed of its own.

        `state` is that of the test that they are made for, their addresses lead to `origin`.
        """
        promised = done.promise
        made: list[Image] = []
        if promised is None:
            return made
        for picture in self.pictures(done, state):
            name = state.uuid()
            if promised.carrier == "url":
                self.keep(state.test, name, picture, promised.lifetime)
                value = self.address(origin, name, EXTENSIONS[picture.format])
            else:
                value = await self.encoded(picture, promised.carrier)
            made.append(Image(name, value, picture))
        return made

    async def encoded(self, picture: Picture, carrier: str) -> str:
        """A picture as base64 or as a data URI."""
        data = await self._media.rendered(picture)
        if carrier == "base64":
            return base64.b64encode(data).decode()
        return data_uri(data, picture.format)

    def pictures(self, done: Accepted, state: TestState) -> list[Picture]:
        """What the pictures of a promise are made of."""
        operation, promised = done.plan.operation, done.promise
        if operation.outcome is None or promised is None:
            return []
        prompt = operation.parameters[operation.outcome.prompt].value(done.root)
        model = operation.parameters["model"].value(done.root) if operation.model else None
        return [
            Picture(
                provider=self._provider.name,
                model=str(model or operation.models[0]),
                prompt=str(prompt)[:200],
                width=promised.width,
                height=promised.height,
                seed=state.seed(),
                format=promised.format,
                quality=promised.quality and min(max(promised.quality, 1), 100),
            )
            for _ in range(promised.count)
        ]

    def keep(self, test: str, name: str, picture: Picture, lifetime: int | None) -> None:
        """Keep a picture under a name, for some seconds or for as long as the provider says."""
        expires, kind = self.expiry(lifetime), MEDIA_TYPES[picture.format]
        self._media.add(name, Medium(test, expires, picture.width, picture.height, kind, picture))

    def expiry(self, lifetime: int | None) -> float | None:
        """When an address that is made now ends, None for never.

        Without a lifetime of its own it has the one that the provider says, if it says any.
        """
        if lifetime is None:
            lifetime = self._provider.media.lifetime(self._judge.readings)
        return None if lifetime is None else self._clock.now() + lifetime

    def address(self, origin: str, name: str, extension: str) -> str:
        """The address of a kept medium, as seen from where a call came to."""
        media = self._provider.media
        return self.url(origin, media.host, media.path_of(name, extension))

    def url(self, origin: str, host: str, path: str) -> str:
        """An address that leads to `origin` and stands for `path` on one of the hosts."""
        if origin == OWN_HOSTS:
            return f"{origin}{host}{path}"
        return f"{origin}/{self._provider.name}{self._provider.hosts[host].rstrip('/')}{path}"
