"""The proxy: mocks answer for hosts on record, allowed hosts are reached, others refused."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from imagine_harness.harness.intercept.authority import Authority
from imagine_harness.harness.intercept.hosts import HostPolicy, Hosts
from imagine_harness.harness.intercept.loaded.imagine_harness_interception import PLAIN_PORT
from imagine_harness.harness.intercept.proxy_request import BadProxyRequest, ProxyRequest, parse
from imagine_harness.harness.intercept.relay import Stream, closing, connect, join
from imagine_harness.mocks.network.problem import problem_bytes
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
            await _listen(proxy, self._answer, handlers),
            await _listen(direct, self._impersonate, handlers),
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

    async def _impersonate(self, client: Stream) -> None:
        """Have the mocks answer whom takes them for one of the hosts on record."""
        await client.writer.start_tls(self._by_name)
        async with self._mocks() as server:
            await join(client, server)

    @asynccontextmanager
    async def _mocks(self) -> AsyncIterator[Stream]:
        async with closing(await connect(*self._door)) as server:
            yield server

    async def _answer(self, client: Stream) -> None:
        client.writer.transport.resume_reading()  # type: ignore[attr-defined]
        try:
            async with asyncio.timeout(SLOWEST_HEAD):
                raw = await client.reader.readuntil(b"\r\n\r\n")
            request = parse(raw)
        except asyncio.LimitOverrunError:
            detail = f"the head is longer than {LARGEST_HEAD} bytes"
            await client.send(problem_bytes(431, "head-too-large", detail))
        except TimeoutError:
            detail = f"the head of a request is not whole after {SLOWEST_HEAD:g} s"
            await client.send(problem_bytes(408, "head-too-slow", detail))
        except BadProxyRequest as error:
            await client.send(problem_bytes(400, "no-proxy-request", str(error)))
        else:
            policy = self._hosts.policy(request.host)
            if policy is HostPolicy.REFUSED:
                await client.send(
                    problem_bytes(403, "host-refused", self._hosts.refuse(request.host))
                )
            elif policy is HostPolicy.MOCKED:
                await self._answer_by_mocks(client, request)
            else:
                await self._pass_through(client, request)

    async def _answer_by_mocks(self, client: Stream, request: ProxyRequest) -> None:
        """Have the mocks answer."""
        async with self._mocks() as server:
            await self._open(client, server, request)
            if request.tunnel and request.port != PLAIN_PORT:
                await self._start_tls(client, request.host.lower())
            await join(client, server)

    async def _start_tls(self, client: Stream, host: str) -> None:
        try:
            await client.writer.start_tls(self._authority.context(host))
        except OSError:
            self._hosts.distrusted(host)
            raise

    async def _pass_through(self, client: Stream, request: ProxyRequest) -> None:
        """Reach the host itself, and have no part in what is said."""
        try:
            server = await connect(request.host, request.port, secure=request.scheme == "https")
        except OSError as error:
            why = error.strerror or str(error)
            detail = f"{request.host}:{request.port} is allowed but cannot be reached: {why}"
            await client.send(problem_bytes(502, "host-unreachable", detail))
            return
        async with closing(server):
            await self._open(client, server, request)
            await join(client, server)

    async def _open(self, client: Stream, server: Stream, request: ProxyRequest) -> None:
        if request.tunnel:
            await client.send(_ESTABLISHED)
        else:
            await server.send(request.forwarded_head())


async def _listen(
    at: socket.socket,
    answer: Callable[[Stream], Awaitable[None]],
    handlers: set[asyncio.Task[None]],
) -> asyncio.Server:
    """Answer each connection in a task of its own, which is among `handlers` until it is done."""

    async def handle(client: Stream) -> None:
        async with closing(client):
            await answer(client)

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # What comes before TLS begins would be lost to it; whoever reads without it resumes.
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        task = asyncio.create_task(handle(Stream(reader, writer)))
        handlers.add(task)
        task.add_done_callback(handlers.discard)

    return await asyncio.start_server(begin, sock=at, limit=LARGEST_HEAD)


@contextmanager
def run_proxy(proxy: Proxy, *listening: socket.socket) -> Iterator[None]:
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
