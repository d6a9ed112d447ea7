"""Seconds that `serve` and `judge` take for an input picture of real weight, by carrier and size.

A picture is noise, so that it is as hard to decode as its bytes let it be. `serve` is asked over a
socket, in a process of its own; `judge` reads a HAR with that one request. The best of some rounds
counts, and beside it stand the seconds of work in it, which other load on the machine does not
touch. Run it as `PYTHONPATH=. python tests/bench/pictures.py`; it prints, and asserts nothing.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

ROUNDS = 5
SIDES = {1: 580, 5: 1295, 10: 1830}
"""The side of a square of noise that makes a PNG of so many megabytes."""

OPENAI = {"model": "grok-imagine-image", "prompt": "a tin robot"}
TASK = {
    "taskType": "imageInference",
    "model": "xai:grok-imagine@image",
    "positivePrompt": "a tin robot",
    "resolution": "1K",
}


def _noise(megabytes: int, kind: str) -> bytes:
    from PIL import Image

    side = SIDES[megabytes]
    drawn = Image.frombytes("RGB", (side, side), random.Random(1).randbytes(side * side * 3))
    written = io.BytesIO()
    if kind == "JPEG":
        drawn = drawn.resize((int(side * 1.5), int(side * 1.5)))
    drawn.save(written, kind, **({"quality": 97} if kind == "JPEG" else {"compress_level": 1}))
    return written.getvalue()


def _calls(png: bytes, jpeg: bytes) -> dict[str, Callable[[], httpx.Request]]:
    """One call for each carrier, each time a new one."""
    uri = "data:image/png;base64," + base64.b64encode(png).decode()
    bare = base64.b64encode(jpeg).decode()

    def task() -> httpx.Request:
        number = f"00000000-0000-4000-8000-{random.randrange(10**12):012d}"
        body = {**TASK, "taskUUID": number, "inputs": {"referenceImages": [bare]}}
        return _request("/runware/v1", "Bearer mock-key", json=[body])

    file = {"image": ("robot.jpg", jpeg, "image/jpeg")}
    return {
        "fal.edit data-uri": lambda: _request(
            "/fal/xai/grok-imagine-image/edit",
            "Key mock-id:mock-secret",
            json={"prompt": "a tin robot", "image_urls": [uri]},
        ),
        "runware.task base64": task,
        "uniall.edit form": lambda: _request(
            "/uniall/v1/images/edits", "Bearer sk-mock", data=OPENAI, files=file
        ),
        "fal.cdn-upload upload": lambda: _request(
            "/fal/cdn/files/upload", "Key mock-id:mock-secret", content=png
        ),
    }


def _request(path: str, key: str, **content: Any) -> httpx.Request:
    return httpx.Request(
        "POST", f"http://127.0.0.1{path}", headers={"Authorization": key}, **content
    )


def _served(ready: Any) -> None:
    from imagine_harness.mocks.app import App, Settings
    from imagine_harness.mocks.server import bound, serve

    listening = bound("127.0.0.1", 0)
    ready.put(listening.getsockname()[1])
    serve(App(Settings(seed=1)), listening)


def _asked(client: httpx.Client, port: int, made: Callable[[], httpx.Request]) -> float:
    request = made()
    request.url = request.url.copy_with(port=port)
    request.read()
    begun = time.perf_counter()
    answer = client.send(request)
    took = time.perf_counter() - begun
    if answer.status_code != 200:
        raise SystemExit(f"{request.url}: {answer.status_code} {answer.text[:200]}")
    return took


def _har(request: httpx.Request, folder: str) -> Path:
    body = request.read()
    kind = request.headers.get("content-type", "application/octet-stream")
    post = {"mimeType": kind, "text": base64.b64encode(body).decode(), "encoding": "base64"}
    if kind == "application/json":
        post = {"mimeType": kind, "text": body.decode()}
    headers = [{"name": name, "value": value} for name, value in request.headers.items()]
    entry = {
        "request": {
            "method": "POST",
            "url": str(request.url),
            "headers": headers,
            "postData": post,
        },
        "response": {"status": 0, "headers": [], "content": {}},
    }
    file = Path(folder) / "one.har"
    file.write_text(json.dumps({"log": {"version": "1.2", "entries": [entry]}}))
    return file


def _judged(file: Path) -> tuple[float, float]:
    from imagine_harness.harness.cli import command_line

    begun, worked = time.perf_counter(), time.process_time()
    with contextlib.redirect_stdout(io.StringIO()) as said:
        code = command_line(["judge", str(file)])
    if code:
        raise SystemExit(f"judge: {code}\n{said.getvalue()}")
    return time.perf_counter() - begun, time.process_time() - worked


def main() -> None:
    """Measure every carrier in every size, and print the best of some rounds."""
    out = sys.stdout
    context = multiprocessing.get_context("spawn")
    ready = context.Queue()
    process = context.Process(target=_served, args=(ready,), daemon=True)
    process.start()
    port = ready.get(timeout=30)
    try:
        with httpx.Client(trust_env=False, timeout=60) as client:
            for megabytes in SIDES:
                png, jpeg = _noise(megabytes, "PNG"), _noise(megabytes, "JPEG")
                for name, made in _calls(png, jpeg).items():
                    served = min(_asked(client, port, made) for _ in range(ROUNDS))
                    with tempfile.TemporaryDirectory() as folder:
                        file = _har(made(), folder)
                        wall, work = min(_judged(file) for _ in range(ROUNDS))
                    out.write(
                        f"{name:24} {megabytes:3} MB   serve {served:.3f} s   "
                        f"judge {wall:.3f} s ({work:.3f} s of work)\n"
                    )
    finally:
        process.kill()


if __name__ == "__main__":
    main()
