"""The mocks behind a subject, at one address: their answers can be altered on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.types import Message, Receive, Scope, Send

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.paths import stem_at
from imagine_harness.mocks.app import App
from imagine_harness.mocks.server import serving
from imagine_harness.mocks.services.faults import parsed
from imagine_harness.mocks.services.tasks import Mode, Stage, Task
from imagine_harness.mocks.settings import Settings

Alter = Callable[[Any], Any]
"""From a decoded answer to the one that is sent in its place."""

AlterPicture = Callable[[bytes, str], tuple[bytes, str]]
"""From the bytes and the content type of a picture to those that are sent in their place."""

SLOWLY = 0.4
"""The speed of a clock that leaves it to questions to move a task, and ends it all the same."""

_answered: ContextVar[str | None] = ContextVar("answered", default=None)
"""The operation that the connection at hand has just called."""


@dataclass(frozen=True, slots=True)
class Alteration:
    """What is done to successful answers on their way.

    Attributes:
        answer: what is done to those in JSON, None for nothing.
        picture: what is done to those that are a picture, None for nothing.
        of: the id of the only operation whose answers are meant, None for all.
    """

    answer: Alter | None = None
    picture: AlterPicture | None = None
    of: str | None = None


class Testbed:
    """The mocks that a subject is tried against.

    Attributes:
        app: the mocks in force.
        url: the address that they are served at, "" as long as they are not.
        exchanges: what was called since the last `reset`, whole.
        alteration: what is done to answers, None for nothing.
        altered: how many answers it made different since the last `reset`.
        ends_tasks_as: the stage that every task is put in as soon as it is there, None for none,
            and `because` why, where it fails.
        moves_tasks: whether each question about a task moves it on by one stage.
    """

    __test__ = False  # for pytest, which takes every class of such a name for tests

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.app = App(settings)
        self.url = ""
        self.exchanges: list[Exchange] = []
        self.alteration: Alteration | None = None
        self.altered = 0
        self.ends_tasks_as: Stage | None = None
        self.because: str | None = None
        self.moves_tasks = False
        self.on_shutdown: Callable[[], None] | None = None
        self.app.services.journal.listen(self._note)

    def _note(self, exchange: Exchange) -> None:
        _answered.set(exchange.operation)
        if exchange.verdict.aside is None:
            self.exchanges.append(exchange)
        shared = self.app.services
        for task in shared.tasks.all():
            if self.ends_tasks_as is not None:
                shared.tasks.force(task, self.ends_tasks_as, self.because)
            elif not self.moves_tasks or not _is_about(exchange, task):
                continue
            elif shared.tasks.stage(task) is Stage.QUEUED:
                task.starts = shared.clock.now()
            elif shared.tasks.stage(task) is Stage.RUNNING:
                shared.tasks.force(task, task.end)

    @contextmanager
    def served(self, port: int = 0) -> Iterator[str]:
        """Serve for the length of a `with` block, at a free port or a given one; the address."""
        with serving(self, port=port) as self.url:
            yield self.url

    def fetch(self, address: str) -> bytes | None:
        """The bytes of an image that is served at an address, None for one from elsewhere."""
        if not address.startswith(f"{self.url}/"):
            return None
        media = self.app.services.media
        medium = media.get(stem_at(address))
        if medium is None:
            return None
        # a loop of its own in a thread of its own: an alteration asks from inside the mocks' loop
        with ThreadPoolExecutor(1) as apart:
            return apart.submit(asyncio.run, media.data(medium)).result()

    def reset(self, *faults: str) -> None:
        """Forget everything, and let these go wrong from now on."""
        self.app.reset()
        self.exchanges.clear()
        self.alteration = None
        self.altered = 0
        for fault in faults:
            self.app.services.faults.add(parsed(fault))

    def prepare(
        self, *faults: str, alteration: Alteration | None = None, remembering: bool = False
    ) -> None:
        """Make ready for a call that meets faults and altered answers.

        With `remembering` what was asked before is known, and nothing new goes wrong.
        """
        if remembering:
            self.exchanges.clear()
        else:
            self.reset(*faults)
        self.alteration = alteration

    def restore(self) -> None:
        """Have tasks and clock behave as the settings say again."""
        self.ends_tasks_as = self.because = None
        self.moves_tasks = False
        self.app.services.tasks.mode = self._settings.tasks
        self.app.services.clock.set_speed(self._settings.speed)

    def end_tasks(self, stage: Stage, because: str | None = None) -> None:
        """Let every task end so as soon as it is there, until `restore`."""
        self.ends_tasks_as, self.because = stage, because

    def move_tasks(self) -> None:
        """Let a task wait, run and end as it is asked about, until `restore`.

        However seldom a subject asks, it sees every stage; one that listens instead sees the end
        after seconds.
        """
        self.moves_tasks = True
        self.app.services.tasks.mode = Mode.TIMED
        self.app.services.clock.set_speed(SLOWLY)

    def read(self, readings: Mapping[str, str]) -> None:
        """Put other readings in force, over those of the settings."""
        own = {**self._settings.readings, **readings}
        self.app.read(own, strict=self._settings.strict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI connection, its answer altered."""
        if self.alteration is None or scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        _answered.set(None)
        await self.app(scope, receive, _Altering(send, self, self.alteration))


def _is_about(exchange: Exchange, task: Task) -> bool:
    """Whether a task was asked about, rather than submitted."""
    named = task.id in exchange.request.path or task.id.encode() in exchange.request.body
    return named and exchange.operation != task.operation


class _Altering:
    """Sends an answer once it is whole, altered where it is a success that is meant."""

    def __init__(self, send: Send, testbed: Testbed, alteration: Alteration) -> None:
        self._send = send
        self._testbed = testbed
        self._alteration = alteration
        self._start: Message = {}
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        headers = dict(self._start["headers"])
        if self._start["status"] < 300:
            body, kind = self._altered(headers.get(b"content-type", b"").decode("latin-1"))
            self._testbed.altered += body != self._body
            headers[b"content-type"] = kind.encode("latin-1")
            headers[b"content-length"] = b"%d" % len(body)
            self._body = body
        await self._send({**self._start, "headers": list(headers.items())})
        await self._send({"type": "http.response.body", "body": self._body})

    def _altered(self, kind: str) -> tuple[bytes, str]:
        """The body and the content type to send."""
        wanted = self._alteration
        if kind.startswith("image/"):
            return wanted.picture(self._body, kind) if wanted.picture else (self._body, kind)
        meant = wanted.of in (None, _answered.get())
        if wanted.answer is None or not meant or "json" not in kind or not self._body:
            return self._body, kind
        return orjson.dumps(wanted.answer(orjson.loads(self._body))), kind
