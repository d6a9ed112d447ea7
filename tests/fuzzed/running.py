"""Sends spoilt requests and frames to an application in this process, and looks at the answers."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections import Counter
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.protocols.fault_effects import ConnectionReset
from tests.fuzzed.changes import Sent
from tests.fuzzed.frames import PATH, frames
from tests.fuzzed.requests import Seen, request

PATIENCE = 0.2
"""Real seconds after which a client leaves that has no whole answer yet."""
LONGEST = 20
"""Real seconds after which an application has still not noticed that its client left."""
KEPT = 500
"""Cases after which a new application is begun."""
FRAMES = 20
"""Frames of one connection."""
SPEED = 1_000.0
"""How fast the clock runs, so that tasks end while they are asked about."""
UPLOADED = "/fal/cdn/"
"""Where what somebody sent is answered as it was sent, whatever it says that it is."""
KINDS = {
    *(b"application/json", b"application/problem+json", b"text/plain", b"text/html"),
    *(b"text/event-stream", b"image/png", b"image/jpeg", b"image/webp", b"image/avif"),
}
"""The content types of answers, but of what somebody sent."""
BEGINNINGS = {
    b"text/event-stream": (b"data:", b"event:", b":", b"id:"),
    b"image/png": (b"\x89PNG",),
    b"image/jpeg": (b"\xff\xd8",),
    b"image/webp": (b"RIFF",),
}


class Errors(logging.Handler):
    """Keeps what is logged as an error, tracebacks included."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self.told.append(self.format(record))


@contextmanager
def errors() -> Iterator[list[str]]:
    """What is logged as an error in a `with` block."""
    handler = Errors()
    logging.getLogger().addHandler(handler)
    try:
        yield handler.told
    finally:
        logging.getLogger().removeHandler(handler)


@dataclass(slots=True)
class Run:
    """What a run of cases comes to.

    Attributes:
        seed: of all cases; each is drawn anew from it and its number.
        silence: the longest time in which nobody else had a turn, how much of it this thread
            was at work, and during which case.
        drawing: the time that was spent on drawing cases, which is no silence of the mocks.
        told: how often each status, and how often nothing, was answered.
        failed: the cases that failed, and how.
    """

    seed: int
    silence: tuple[float, float, str] = (0.0, 0.0, "")
    drawing: float = 0.0
    told: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    case: str = ""

    def fail(self, why: str, what: object) -> None:
        """Keep a case that failed."""
        self.failed.append(f"seed {self.seed}, {self.case}: {why}: {what!r:.3000}")

    async def listen(self) -> None:
        """Measure silences until cancelled."""
        while True:
            begun, at_work, case = time.perf_counter(), time.thread_time(), self.case
            drawing = self.drawing
            await asyncio.sleep(0)
            seconds, worked = time.perf_counter() - begun, time.thread_time() - at_work
            self.silence = max(self.silence, (seconds - self.drawing + drawing, worked, case))

    @contextmanager
    def drawn(self, case: str) -> Iterator[random.Random]:
        """What a case is drawn from, which is drawn in the meantime."""
        self.case, begun = case, time.perf_counter()
        yield random.Random(f"{self.seed}.{case}")
        self.drawing += time.perf_counter() - begun


def ran(seed: int, requests: int, of_frames: int) -> Run:
    """What so many requests and frames come to."""
    run = Run(seed)
    with errors() as told:
        asyncio.run(_all(run, requests, of_frames, told), debug=False)
    run.failed += told
    return run


async def _all(run: Run, requests: int, of_frames: int, told: list[str]) -> None:
    listening = asyncio.ensure_future(run.listen())
    seen = Seen()
    for number in range(requests):
        if number % KEPT == 0:
            app, seen = App(Settings(seed=run.seed, speed=SPEED)), Seen()
        with run.drawn(f"request {number}") as draw:
            sent = request(draw, seen)
        await _requested(run, app, seen, sent)
        _blame(run, told)
    for number in range(of_frames // FRAMES):
        if number % KEPT == 0:
            app = App(Settings(seed=run.seed, speed=SPEED))
        with run.drawn(f"connection {number}") as draw:
            said = frames(draw, FRAMES)
        await _spoken(run, app, said)
        _blame(run, told)
    listening.cancel()


def _blame(run: Run, told: list[str]) -> None:
    """Say of which case it was that something was logged."""
    for each in told:
        run.fail("logged", each)
    told.clear()


async def _requested(run: Run, app: App, seen: Seen, sent: Sent) -> None:
    client, last = Client(sent), _last(app)
    await _patiently(run, app(client.scope, client.receive, client.send), client, sent)
    start = next((each for each in client.heard if "status" in each), None)
    run.told[str(start["status"]) if start else "none"] += 1
    if start is None:
        return
    body = b"".join(each.get("body", b"") for each in client.heard)
    seen.notice(body)
    noted = _last(app)
    asked_for = noted is not None and noted is not last and noted.verdict.fault
    whole = not client.heard[-1].get("more_body")
    if whole and not asked_for:
        _looked_at(run, sent, start, body)


def _last(app: App) -> Exchange | None:
    return next(reversed([*app.services.journal]), None)


def _looked_at(run: Run, sent: Sent, start: Any, body: bytes) -> None:
    """See that an answer is no failure, and that it is what its content type says."""
    headers = dict(start["headers"])
    if start["status"] >= 500:
        run.fail(f"status {start['status']}: {body[:500]!r}", sent)
    kind = headers.get(b"content-type", b"").partition(b";")[0]
    if not body:
        return
    if kind not in KINDS and not sent.path.startswith(UPLOADED):
        run.fail(f"an unknown content type {kind!r}: {body[:100]!r}", sent)
    if not body.startswith(BEGINNINGS.get(kind, (b"",))):
        run.fail(f"no {kind.decode()}: {body[:100]!r}", sent)
    if kind.endswith(b"json") and not sent.path.startswith(UPLOADED):
        try:
            json.loads(body)
        except ValueError as error:
            run.fail(f"no {kind.decode()}, {error}: {body[:500]!r}", sent)


async def _patiently(
    run: Run, answering: Awaitable[None], client: Client | Speaker, what: Any
) -> None:
    """Wait for an answer, leave after a while, and see that it then ends."""
    task = asyncio.ensure_future(answering)
    done, _ = await asyncio.wait([task], timeout=PATIENCE)
    if not done:
        run.told["left"] += 1
        client.gone.set()
        done, _ = await asyncio.wait([task], timeout=LONGEST)
    if not done:
        run.fail("never ends", what)
        task.cancel()
    elif (error := task.exception()) and not isinstance(error, ConnectionReset):
        run.fail(f"raises {type(error).__name__}: {error}", what)


class Client:
    """A client that sends one request and hears the answer."""

    def __init__(self, sent: Sent) -> None:
        step = len(sent.body) // sent.parts + 1
        self._parts = [sent.body[at : at + step] for at in range(0, len(sent.body), step)] or [b""]
        self.gone = asyncio.Event()
        self.heard: list[Any] = []
        self.scope: dict[str, Any] = {
            "type": "http",
            "method": sent.method,
            "path": sent.path,
            "query_string": sent.query,
            "scheme": "http",
            "headers": [*sent.headers],
        }

    async def receive(self) -> Any:
        """What the application hears of the client."""
        if self._parts:
            part = self._parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(self._parts)}
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        """What the client hears of the application."""
        self.heard.append(message)


class Speaker:
    """A client that says frames over WebSocket, listens for a few turns, and leaves."""

    def __init__(self, said: list[str | bytes]) -> None:
        self._said = [{"type": "websocket.connect"}, *map(_message, said)]
        self.gone = asyncio.Event()
        self.heard: list[Any] = []
        self.scope: dict[str, Any] = {
            "type": "websocket",
            "path": PATH,
            "query_string": b"",
            "scheme": "ws",
            "headers": [(b"host", b"127.0.0.1")],
        }

    async def receive(self) -> Any:
        """What the application hears of the client."""
        if self._said:
            await asyncio.sleep(0)
            return self._said.pop(0)
        await self.gone.wait()
        return {"type": "websocket.disconnect", "code": 1005}

    async def send(self, message: Any) -> None:
        """What the client hears of the application."""
        self.heard.append(message)

    async def listen(self) -> None:
        """Wait until nothing more is heard for some turns, then leave."""
        count = -1
        while self._said or count != len(self.heard):
            count = len(self.heard)
            for _ in range(30):
                await asyncio.sleep(0)
        self.gone.set()


def _message(frame: str | bytes) -> dict[str, Any]:
    return {"type": "websocket.receive", "text" if isinstance(frame, str) else "bytes": frame}


async def _spoken(run: Run, app: App, said: list[str | bytes]) -> None:
    speaker = Speaker(said)
    listening = asyncio.ensure_future(speaker.listen())
    await _patiently(run, app(speaker.scope, speaker.receive, speaker.send), speaker, said)
    listening.cancel()
    for each in speaker.heard:
        if each["type"] == "websocket.close":
            run.told[f"close {each.get('code')}"] += 1
            if each.get("code") == 1011:
                run.fail("closed as a failure", said)
        elif each["type"] == "websocket.send":
            run.told["frame"] += 1
            try:
                json.loads(each.get("text") or each["bytes"])
            except ValueError:
                run.fail(f"no JSON: {each}", said)
