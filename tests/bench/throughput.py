"""Validated requests a second, next to a bare ASGI application with a fixed answer.

Both are served by uvicorn on one core, in turn, while the load comes from another. Run it as
`python tests/bench/throughput.py`; it prints, and asserts nothing.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

CONNECTIONS = 32
SECONDS = 2.0
ROUNDS = 5

BODIES: dict[str, tuple[str, dict[str, str], Any]] = {
    "fal.generate": (
        "/fal/xai/grok-imagine-image",
        {"authorization": "Key mock-id:mock-secret"},
        {"prompt": "a tin robot", "num_images": 1, "aspect_ratio": "16:9", "resolution": "1k"},
    ),
    "lumenfall.generate": (
        "/lumenfall/openai/v1/images/generations",
        {"authorization": "Bearer lmnfl_mock.secret"},
        {"model": "grok-imagine-image", "prompt": "a tin robot", "size": "1365x768"},
    ),
    "cloudflare.generate": (
        f"/cloudflare/client/v4/accounts/{'a' * 32}/ai/run",
        {"authorization": "Bearer mock-token"},
        {"model": "xai/grok-imagine-image", "input": {"prompt": "a tin robot"}},
    ),
}


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """Read the body, answer the same JSON always."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    headers = [(b"content-type", b"application/json"), (b"content-length", b"15")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"status":"ok"}'})


def _mocks() -> Any:
    from imagine_harness.mocks.app import App, Settings

    return App(Settings(seed=1))


def _served(make: Callable[[], Any], ready: Any) -> None:
    _pin(0)
    from imagine_harness.mocks.server import bound, serve

    app = make()
    listening = bound("127.0.0.1", 0)
    ready.put(listening.getsockname()[1])
    if hasattr(app, "on_shutdown"):
        serve(app, listening)
    else:
        _serve_bare(app, listening)


def _serve_bare(app: Any, listening: Any) -> None:
    import uvicorn

    config = uvicorn.Config(app, http="httptools", ws="none", lifespan="off", log_config=None)
    config.access_log = False
    running = uvicorn.Server(config)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(running.serve([listening]))


def _pin(core: int) -> None:
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[core % len(cores)]})


class Load(asyncio.Protocol):
    """One connection that sends a request as soon as the last one was answered."""

    def __init__(self, request: bytes, counts: list[int]) -> None:
        self._request, self._counts, self._buffer = request, counts, b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end].lower()
            start = head.index(b"content-length:") + 15
            length = int(head[start:].partition(b"\r\n")[0])
            if len(self._buffer) < end + 4 + length:
                return
            self._buffer = self._buffer[end + 4 + length :]
            self._counts[0] += 1
            self._counts[1] += not head.startswith(b"http/1.1 200")
            self._transport.write(self._request)


async def _loaded(port: int, request: bytes) -> tuple[float, int]:
    loop = asyncio.get_running_loop()
    counts = [0, 0]
    transports = [
        (await loop.create_connection(lambda: Load(request, counts), "127.0.0.1", port))[0]
        for _ in range(CONNECTIONS)
    ]
    await asyncio.sleep(0.3)
    begun, before = time.perf_counter(), counts[0]
    await asyncio.sleep(SECONDS)
    rate = (counts[0] - before) / (time.perf_counter() - begun)
    for transport in transports:
        transport.abort()
    return rate, counts[1]


def _measured(port: int, request: bytes) -> tuple[float, int]:
    """Requests a second, and how many answers were not 200; uvloop, so that the load keeps up."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_loaded(port, request))


def _request(path: str, headers: dict[str, str], body: Any) -> bytes:
    data = json.dumps(body).encode()
    lines = [f"POST {path} HTTP/1.1", "host: 127.0.0.1", "content-type: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, f"content-length: {len(data)}", "", ""]).encode() + data


def _started(make: Callable[[], Any]) -> tuple[Any, int]:
    context = multiprocessing.get_context("spawn")
    ready = context.Queue()
    process = context.Process(target=_served, args=(make, ready), daemon=True)
    process.start()
    return process, ready.get(timeout=30)


def _bare() -> Any:
    return bare


def main() -> None:
    """Measure in turn, several rounds, and print medians and ratios."""
    out = sys.stdout
    baseline, bare_port = _started(_bare)
    mocks, port = _started(_mocks)
    _pin(1)
    try:
        for name, (path, headers, body) in BODIES.items():
            request = _request(path, headers, body)
            ratios, rates, bares = [], [], []
            for _ in range(ROUNDS):
                bare_rate, _failed = _measured(bare_port, request)
                rate, failed = _measured(port, request)
                rates.append(rate)
                bares.append(bare_rate)
                ratios.append(rate / bare_rate)
                if failed:
                    out.write(f"{name}: {failed} answers were not 200\n")
            out.write(
                f"{name:22} {statistics.median(rates):7.0f}/s   bare "
                f"{statistics.median(bares):7.0f}/s   ratio {statistics.median(ratios):.2f} "
                f"({min(ratios):.2f} to {max(ratios):.2f})\n"
            )
    finally:
        baseline.kill()
        mocks.kill()


if __name__ == "__main__":
    main()
