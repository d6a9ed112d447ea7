"""Memory of the mocks after many requests that carry a picture, in megabytes.

The mocks are served by a process of their own, whose resident set is read. Run it as
`python tests/bench/memory.py`; it prints, and asserts nothing.
"""

from __future__ import annotations

import base64
import multiprocessing
import os
import re
import sys
import time
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
from PIL import Image

KEY = {"authorization": "Key mock-id:mock-secret", "content-type": "application/json"}

LOADS = {
    "2,000 edits of 254 kB": ("/fal/xai/grok-imagine-image/edit", 2_000, 254_000),
    "3,000 queued edits of 640 kB": ("/fal/queue/xai/grok-imagine-image/edit", 3_000, 640_000),
}


def _served(ready: Any) -> None:
    from imagine_harness.mocks.app import App, Settings
    from imagine_harness.mocks.server import bound, serve
    from imagine_harness.mocks.services.tasks import Mode

    listening = bound("127.0.0.1", 0)
    ready.put(listening.getsockname()[1])
    serve(App(Settings(seed=1, tasks=Mode.MANUAL)), listening)


def _body(length: int) -> bytes:
    """A legal edit of about so many bytes."""
    side = int((length * 3 / 4 / 3) ** 0.5)
    file = BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(file, "png")
    uri = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    return orjson.dumps({"prompt": "a lighthouse", "image_urls": [uri]})


def _resident(process_id: int | None) -> float:
    told = Path(f"/proc/{process_id}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", told)
    return int(found[1]) / 1024 if found else 0.0


def _loaded(port: int, path: str, count: int, length: int) -> int:
    """Send requests one after another; how many were not accepted."""
    connection, refused = HTTPConnection("127.0.0.1", port), 0
    for number in range(count):
        if number % 50 == 0:
            body = _body(length)
        connection.request("POST", path, body, KEY)
        answer = connection.getresponse()
        answer.read()
        refused += answer.status != 200
    return refused


def main() -> None:
    """Measure each load on mocks of its own."""
    for name, (path, count, length) in LOADS.items():
        context = multiprocessing.get_context("spawn")
        ready = context.Queue()
        process = context.Process(target=_served, args=(ready,), daemon=True)
        process.start()
        port = ready.get(timeout=30)
        try:
            _loaded(port, path, 1, length)
            before, begun = _resident(process.pid), time.perf_counter()
            refused = _loaded(port, path, count, length)
            seconds = time.perf_counter() - begun
            sys.stdout.write(
                f"{name:30} {before:6.0f} MB before, {_resident(process.pid):6.0f} MB after, "
                f"{seconds:.0f} s, {refused} refused\n"
            )
        finally:
            process.kill()


if __name__ == "__main__":
    main()
