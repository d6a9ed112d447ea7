"""The proxy: mocks answer for hosts on record, allowed hosts are reached, others refused."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from imagine_harness.harness.intercept.authority import Authority
from imagine_harness.harness.intercept.hosts import Hosts, Lot
from imagine_harness.harness.intercept.loaded.imagine_harness_interception import PLAIN_PORT
from imagine_harness.harness.intercept.proxy_request import BadHead, Head, parsed
from imagine_harness.harness.intercept.relay import Line, dialled, ending, join
from imagine_harness.mocks.problem import written
from imagine_harness.mocks.protocols.wire import LARGEST_HEAD, SLOWEST_HEAD

_ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


class Proxy:
    """What answers the clients of one interception.

    Args:
        door: where the mocks take calls for the real hosts, as (address, port).
    """

    def __init__(self, authority: Authority, hosts: Hosts, door: tuple[str, int]) -> None:
        self._authority = authority
        self._by_name = authority.context_by_name()
        self._hosts = hosts
        self._door = door

    async def serve(self, proxy: socket.socket, direct: socket.socket) -> None:
        """Answer at two listening sockets until cancelled.

        At `proxy` clients know that they speak to a proxy; at `direct` they take it for the real
        hosts, with TLS from the first byte on.
        """
        handlers: set[asyncio.Task[None]] = set()
        servers = [
            await _listening(proxy, self._answer, handlers),
            await _listening(direct, self._impersonate, handlers),
        ]
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            for server in servers:
                server.close()
            for handler in handlers:
                handler.cancel()
            if handlers:
                await asyncio.wait(handlers)

    async def _impersonate(self, near: Line) -> None:
        """Have the mocks answer whom takes them for one of the hosts on record."""
        await near.writer.start_tls(self._by_name)
        async with self._mocks() as far:
            await join(near, far)

    @asynccontextmanager
    async def _mocks(self) -> AsyncIterator[Line]:
        async with ending(await dialled(*self._door)) as far:
            yield far

    async def _answer(self, near: Line) -> None:
        near.writer.transport.resume_reading()  # type: ignore[attr-defined]
        try:
            async with asyncio.timeout(SLOWEST_HEAD):
                raw = await near.reader.readuntil(b"\r\n\r\n")
            head = parsed(raw)
        except asyncio.LimitOverrunError:
            told = f"the head is longer than {LARGEST_HEAD} bytes"
            await near.send(written(431, "head-too-large", told))
        except TimeoutError:
            told = f"the head of a request is not whole after {SLOWEST_HEAD:g} s"
            await near.send(written(408, "head-too-slow", told))
        except BadHead as error:
            await near.send(written(400, "no-proxy-request", str(error)))
        else:
            lot = self._hosts.lot(head.host)
            if lot is Lot.REFUSED:
                await near.send(written(403, "host-refused", self._hosts.refuse(head.host)))
            elif lot is Lot.MOCKED:
                await self._bring(near, head)
            else:
                await self._let_through(near, head)

    async def _bring(self, near: Line, head: Head) -> None:
        """Have the mocks answer."""
        async with self._mocks() as far:
            await self._began(near, far, head)
            if head.tunnel and head.port != PLAIN_PORT:
                await self._greet(near, head.host.lower())
            await join(near, far)

    async def _greet(self, near: Line, host: str) -> None:
        try:
            await near.writer.start_tls(self._authority.context(host))
        except OSError:
            self._hosts.distrusted(host)
            raise

    async def _let_through(self, near: Line, head: Head) -> None:
        """Reach the host itself, and have no part in what is said."""
        try:
            far = await dialled(head.host, head.port, secure=head.scheme == "https")
        except OSError as error:
            why = error.strerror or str(error)
            told = f"{head.host}:{head.port} is allowed but cannot be reached: {why}"
            await near.send(written(502, "host-unreachable", told))
            return
        async with ending(far):
            await self._began(near, far, head)
            await join(near, far)

    async def _began(self, near: Line, far: Line, head: Head) -> None:
        if head.tunnel:
            await near.send(_ESTABLISHED)
        else:
            await far.send(head.passed_on())


async def _listening(
    at: socket.socket, answer: Callable[[Line], Awaitable[None]], handlers: set[asyncio.Task[None]]
) -> asyncio.Server:
    """Answer each connection in a task of its own, which is among `handlers` until it is done."""

    async def handle(line: Line) -> None:
        async with ending(line):
            await answer(line)

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # What comes before TLS begins would be lost to it; whoever reads without it resumes.
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        task = asyncio.create_task(handle(Line(reader, writer)))
        handlers.add(task)
        task.add_done_callback(handlers.discard)

    return await asyncio.start_server(begin, sock=at, limit=LARGEST_HEAD)


@contextmanager
def proxying(proxy: Proxy, *listening: socket.socket) -> Iterator[None]:
    """Run a proxy in a thread, at its two sockets, for the length of a `with` block."""
    started = threading.Event()
    running: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[None]]] = []

    async def serve() -> None:
        task = asyncio.create_task(proxy.serve(*listening))
        running.append((asyncio.get_running_loop(), task))
        started.set()
        with suppress(asyncio.CancelledError):
            await task

    def run() -> None:
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    started.wait()
    loop, task = running[0]
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(timeout=10)
