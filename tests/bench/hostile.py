"""How long a body takes that was made to take long, and for how long nobody else is served.

Each case is answered by an application in this process, while a second task of the same event
loop ticks; the largest gap between two ticks is the silence. Run it as
`python tests/bench/hostile.py [WORD]`, for the cases with a word in their name; it prints, and
asserts nothing.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

from imagine_harness.mocks.app import App, Settings

TICK = 0.001
MEGABYTE = 1_000_000
JSON = "application/json"

FAL = ("/fal/xai/grok-imagine-image", "Key mock-id:mock-secret")
FAL_EDIT = ("/fal/xai/grok-imagine-image/edit", "Key mock-id:mock-secret")
RUNWARE = ("/runware/v1", "Bearer mock-key")
LUMENFALL_EDIT = ("/lumenfall/openai/v1/images/edits", "Bearer lmnfl_mock.secret")

Where = tuple[str, str]


def _task(number: int, **more: Any) -> dict[str, Any]:
    return {
        "taskType": "imageInference",
        "taskUUID": f"2f1c4b8e-5a3d-4c6b-9e7f-{number:012x}",
        "model": "xai:grok-imagine@image",
        "positivePrompt": "a tin robot",
        "width": 1024,
        "height": 1024,
        **more,
    }


def _form(data: bytes) -> tuple[str, bytes]:
    parts = [
        b'name="model"\r\n\r\ngrok-imagine-image',
        b'name="prompt"\r\n\r\na tin robot',
        b'name="image"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n' + data,
    ]
    body = b"".join(b"--x\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts)
    return "multipart/form-data; boundary=x", body + b"--x--\r\n"


def _cases() -> Iterator[tuple[str, Where, str, bytes]]:
    """(name, path and credential, content type, body) of each case."""
    keys = {"prompt": "a tin robot", **{f"key{n}": n for n in range(200_000)}}
    yield "200,000 unknown keys", FAL, JSON, json.dumps(keys).encode()
    numbers = b'{"prompt": "a tin robot", "image_urls": [' + b"1," * 2_999_999 + b"1]}"
    yield "3,000,000 numbers in a list", FAL_EDIT, JSON, numbers
    bad = json.dumps([_task(n, width=1) for n in range(100_000)]).encode()
    yield "100,000 tasks that break a rule", RUNWARE, JSON, bad
    keys = {"prompt": "a tin robot", **{f"key{n}": n for n in range(90_000)}}
    yield "90,000 unknown keys", FAL, JSON, json.dumps(keys).encode()
    numbers = b'{"prompt": "a tin robot", "image_urls": [' + b"1," * 89_999 + b"1]}"
    yield "90,000 numbers in a list", FAL_EDIT, JSON, numbers
    bad = json.dumps([_task(n, width=1) for n in range(1_000)]).encode()
    yield "1,000 tasks that break a rule", RUNWARE, JSON, bad
    yield "16,000,000 tasks that are none", RUNWARE, JSON, b"[" + b"1," * 15_999_990 + b"1]"
    good = json.dumps([_task(n) for n in range(200)]).encode()
    yield "200 tasks", RUNWARE, JSON, good
    inline = [_task(n, numberResults=20, outputType="base64Data") for n in range(200)]
    yield "200 tasks of 20 pictures each in base64", RUNWARE, JSON, json.dumps(inline).encode()
    long = base64.b64encode(b"\x89PNG" * (5 * MEGABYTE)).decode()
    data = {"prompt": "a tin robot", "image_urls": [f"data:image/png;base64,{long}"]}
    yield "a picture of 20 MB as a data URI", FAL_EDIT, JSON, json.dumps(data).encode()
    kind, form = _form(b"\x89PNG" * (7 * MEGABYTE))
    yield "a picture of 28 MB in a form", LUMENFALL_EDIT, kind, form
    kind, form = _form(b"\r\n--" * (7 * MEGABYTE))
    yield "28 MB of what nearly ends a part of a form", LUMENFALL_EDIT, kind, form
    escaped = b'{"prompt": "' + b"\\n" * (15 * MEGABYTE) + b'"}'
    yield "15,000,000 escapes in a text", FAL, JSON, escaped
    quotes = b"[" + b'"",' * (10 * MEGABYTE) + b'""]'
    yield "10,000,000 empty texts", FAL, JSON, quotes
    yield "15,000,000 levels", FAL, JSON, b"[" * (15 * MEGABYTE) + b"]" * (15 * MEGABYTE)
    yield "600 levels of objects", FAL, JSON, b'{"a":' * 600 + b"1" + b"}" * 600


async def _answered(app: App, where: Where, kind: str, body: bytes) -> tuple[int, int, bytes]:
    """Status, bytes and beginning of the answer."""
    path, credential = where
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "scheme": "http",
        "headers": [
            (b"host", b"127.0.0.1:4010"),
            (b"authorization", credential.encode()),
            (b"content-type", kind.encode()),
        ],
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    answer = b"".join(each.get("body", b"") for each in sent[1:])
    return sent[0]["status"], len(answer), answer[:160]


async def _silence(gaps: list[float]) -> None:
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(TICK)
        gaps.append(time.perf_counter() - begun - TICK)


async def _measured(where: Where, kind: str, body: bytes) -> None:
    gaps: list[float] = []
    app = App(Settings(seed=1))
    ticking = asyncio.ensure_future(_silence(gaps))
    await asyncio.sleep(0.01)
    begun = time.perf_counter()
    status, length, start = await _answered(app, where, kind, body)
    seconds = time.perf_counter() - begun
    await asyncio.sleep(0.01)
    ticking.cancel()
    sys.stdout.write(
        f"  {status}, {length:,} bytes in {seconds:.3f} s, silence {max(gaps):.3f} s: {start!r}\n"
    )


def main() -> None:
    """Measure every case whose name holds the given word."""
    word = " ".join(sys.argv[1:])
    for name, where, kind, body in _cases():
        if word in name:
            sys.stdout.write(f"{name} ({len(body):,} bytes)\n")
            sys.stdout.flush()
            asyncio.run(_measured(where, kind, body))


if __name__ == "__main__":
    main()
