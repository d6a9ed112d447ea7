"""Where a subject is tried: mocks behind one address, whose answers can be altered on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson

from harness.handles.entries import Entry
from mocks.app import App
from mocks.faults import parsed
from mocks.journal import Exchange
from mocks.server import serving
from mocks.settings import Settings
from mocks.tasks import Stage

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

Alter = Callable[[Any], Any]
"""From a decoded answer to the one that is sent in its place."""


class Bench:
    """The mocks that a subject is tried against.

    Attributes:
        app: the mocks in force.
        entries: what was exchanged since the last `fresh`, whole.
        alter: what is done to each successful JSON answer, None for nothing.
        ends_tasks_as: the stage that every task is put in as soon as it is there, None for none.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.app = App(settings)
        self.entries: list[Entry] = []
        self.alter: Alter | None = None
        self.ends_tasks_as: Stage | None = None
        self.on_shutdown: Callable[[], None] | None = None
        self._listen()

    def _listen(self) -> None:
        def note(exchange: Exchange) -> None:
            self.entries.append(Entry(exchange, exchange.body, exchange.answer))
            if self.ends_tasks_as is not None:
                for task in self.app.shared.tasks.all():
                    self.app.shared.tasks.force(task, self.ends_tasks_as)

        self.app.shared.journal.listen(note)

    @contextmanager
    def served(self) -> Iterator[str]:
        """Serve for the length of a `with` block; the address."""
        with serving(self) as url:
            yield url

    def fresh(self, *faults: str) -> None:
        """Forget everything, and let these go wrong from now on."""
        self.app.reset()
        self.entries.clear()
        self.alter = None
        for fault in faults:
            self.app.shared.faults.add(parsed(fault))

    def restore(self) -> None:
        """Have tasks and clock behave as the settings say again."""
        self.ends_tasks_as = None
        self.app.shared.tasks.mode = self._settings.tasks
        self.app.shared.clock.set_speed(self._settings.speed)

    def read(self, readings: Mapping[str, str]) -> None:
        """Put other readings in force, over those of the settings."""
        own = {**self._settings.readings, **readings}
        self.app.read(own, strict=self._settings.strict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI connection, its answer altered."""
        if self.alter is None or scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, _Altering(send, self.alter))


class _Altering:
    """Sends an answer once it is whole, altered where it is a success in JSON."""

    def __init__(self, send: Send, alter: Alter) -> None:
        self._send = send
        self._alter = alter
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
        if self._start["status"] < 300 and b"json" in headers.get(b"content-type", b""):
            self._body = orjson.dumps(self._alter(orjson.loads(self._body)))
            headers[b"content-length"] = b"%d" % len(self._body)
        await self._send({**self._start, "headers": list(headers.items())})
        await self._send({"type": "http.response.body", "body": self._body})
