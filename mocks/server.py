"""Serving the mocks: in the foreground for people, in a thread for tests."""

from __future__ import annotations

import asyncio
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Protocol, cast

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from imagine_harness.contracts.judge.bodies import LARGEST_BODY
from imagine_harness.contracts.secrets.logs import logger
from imagine_harness.mocks.errors import MockError
from imagine_harness.mocks.protocols.dispatch import INTERCEPTED
from imagine_harness.mocks.protocols.fault_effects import ServerConnection, line_of
from imagine_harness.mocks.protocols.wire import HttpProtocol, websocket

LOGGERS = ("uvicorn.error", "asyncio")
"""Where a server and its event loop tell of failures."""

LONGEST_IDLE = 75
"""Real seconds for which an idle connection is kept; clients use theirs again after a minute."""

GRACE = 2.0
"""Real seconds in which answers that are under way may end in order when a server stops."""

AFTER_CUT = 0.05
"""Real seconds in which whoever waits on a connection learns that it was cut."""

TICK = 0.005
"""Real seconds between two looks at what is still under way when a server stops."""

LONGEST_STOP = 5
"""Real seconds after which a server stops whatever is still under way."""


class Served(Protocol):
    """What can be served: an ASGI application that is told how it can stop its server."""

    on_shutdown: Callable[[], None] | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI connection."""


def bound(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 picks a free one.

    Raises:
        MockError: the address cannot be had; the message says why.
    """
    if not host:
        raise MockError("cannot listen on an empty host, expected an address such as 127.0.0.1")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        taken.listen(2048)
    except (OSError, OverflowError) as error:
        taken.close()
        why = getattr(error, "strerror", None) or str(error)
        raise MockError(f"cannot listen on {host}:{port}: {why}") from error
    return taken


class _Doors:
    """An application with a second door: who comes through it takes it for the real hosts."""

    def __init__(self, app: Served, second: socket.socket) -> None:
        self._app = app
        self._port = second.getsockname()[1]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan" and scope["server"][1] == self._port:
            scope[INTERCEPTED] = True
        await self._app(scope, receive, send)


class _Silent:
    """An application that says nothing more once its connection was cut."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            line = line_of(scope)
            if line is None or not line.cut:
                raise


class _MockServer(uvicorn.Server):
    """uvicorn's server, which ends when it is told to, and cuts what is open after its grace."""

    def __init__(self, config: uvicorn.Config) -> None:
        self._told: Callable[[], object] = lambda: None
        super().__init__(config)

    @property
    def should_exit(self) -> bool:
        """Whether it was told to stop, by a signal, by the controls or from another thread."""
        return self._exits

    @should_exit.setter
    def should_exit(self, exits: bool) -> None:
        self._exits = exits
        self._told()

    async def main_loop(self) -> None:
        """Wait to be told; uvicorn would look ten times a second."""
        told = asyncio.Event()
        self._told = partial(asyncio.get_running_loop().call_soon_threadsafe, told.set)
        if not self.should_exit:
            await told.wait()
        self._told = lambda: None

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let what is under way end in order; uvicorn waits 0.1 s even where nothing is."""
        loop, state = asyncio.get_running_loop(), self.server_state
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        for connection in list(state.connections):
            connection.shutdown()
        over, end = loop.call_later(GRACE, self._cut), loop.time() + LONGEST_STOP
        while (state.connections or state.tasks) and not self.force_exit and loop.time() < end:
            await asyncio.sleep(TICK)
        over.cancel()
        if left := [*state.tasks]:  # who interrupts twice waits for nobody
            self._cut()
            await asyncio.wait(left, timeout=GRACE)
        if not self.force_exit:
            await self.lifespan.shutdown()

    def _cut(self) -> None:
        for connection in list(self.server_state.connections):
            line = cast("ServerConnection", connection)
            line.cut = True
            line.transport.abort()
        asyncio.get_running_loop().call_later(AFTER_CUT, self._cancel)

    def _cancel(self) -> None:
        for task in self.server_state.tasks:
            task.cancel()


def server(
    app: Served,
    *,
    lifespan: bool = False,
    door: socket.socket | None = None,
    tls: ssl.SSLContext | None = None,
) -> uvicorn.Server:
    """A uvicorn server that is not yet running; `lifespan` for applications that have one.

    Forwarded headers are never believed, so that addresses in answers lead back here. `door` is
    one of the sockets that it will be run with, as in `serving`. With `tls` it speaks TLS.
    """
    config = uvicorn.Config(
        _Silent(_Doors(app, door) if door else app),
        http=HttpProtocol,
        ws=websocket,  # type: ignore[arg-type]
        ws_max_size=LARGEST_BODY,
        lifespan="auto" if lifespan else "off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=LONGEST_IDLE,
        backlog=2048,
    )
    if tls is not None:
        config.load()  # which would make a context of files, or none
        config.ssl = tls
    made = _MockServer(config)
    for name in LOGGERS:
        logger(name)

    def stop() -> None:
        made.should_exit = True

    app.on_shutdown = stop
    return made


def serve(
    app: Served,
    listening: socket.socket,
    announce: Callable[[], None] = lambda: None,
    tls: ssl.SSLContext | None = None,
) -> None:
    """Serve in the foreground until interrupted or told to stop, over TLS or without.

    `announce` is called when a signal already ends it in order, and before the first answer: a
    signal between the two would otherwise interrupt the making of the event loop.
    """
    running = server(app, tls=tls)

    def stop(*_: object) -> None:
        running.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    announce()
    _run(running, listening)


@contextmanager
def serving(
    app: Served,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    lifespan: bool = False,
    door: socket.socket | None = None,
    tls: ssl.SSLContext | None = None,
) -> Iterator[str]:
    """Serve in a thread for the length of a `with` block; the address is what it binds.

    The socket listens before the block begins, so that no client ever has to wait for it.
    `door` is a second one, for what was on its way to the real hosts and was brought here:
    addresses in answers to it have the providers' own host names, and https. With `tls` the
    server speaks TLS.
    """
    listening = bound(host, port)
    running = server(app, lifespan=lifespan, door=door, tls=tls)
    sockets = [listening, door] if door else [listening]
    thread = threading.Thread(target=_run, args=(running, *sockets), daemon=True)
    thread.start()
    shown = f"[{host}]" if ":" in host else host
    try:
        yield f"{'https' if tls else 'http'}://{shown}:{listening.getsockname()[1]}"
    finally:
        running.should_exit = True
        thread.join(timeout=10)
        listening.close()


def _run(running: uvicorn.Server, *listening: socket.socket) -> None:
    factory = running.config.get_loop_factory()
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(running.serve([*listening]))
