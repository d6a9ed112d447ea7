"""Frames of a connection over WebSocket: tasks with a key, most of them spoilt."""

from __future__ import annotations

import random
from typing import Any

from imagine_harness.contracts.examples import recorded_examples
from tests.fuzzed.values import broken, spoilt, value, written

PATH = "/runware/v1"
TASKS: list[Any] = [each.request.json for each in recorded_examples("runware")]
UUID = "00000000-0000-4000-9000-{:012d}"
KEY = [{"taskType": "authentication", "apiKey": "mock-key"}]
ORDERS: tuple[Any, ...] = (
    KEY,
    [{"taskType": "authentication", "apiKey": "mock-key", "connectionSessionUUID": UUID.format(1)}],
    [{"taskType": "ping", "ping": True}],
    [{"taskType": "getResponse", "taskUUID": UUID.format(2)}],
    [
        {
            "taskType": "imageUpload",
            "taskUUID": UUID.format(3),
            "image": "data:image/png;base64,AAAA",
        }
    ],
)


def frames(draw: random.Random, number: int) -> list[str | bytes]:
    """So many frames of one connection."""
    first = [written(draw, KEY)] if draw.random() < 0.9 else []
    return [_text(draw, each) for each in [*first, *(_frame(draw) for _ in range(number))]]


def _frame(draw: random.Random) -> bytes:
    tasks = draw.choice(TASKS if draw.random() < 0.6 else ORDERS)
    known = UUID.format(draw.randrange(40)).encode()
    body = written(draw, spoilt(draw, tasks))
    if draw.random() < 0.5:
        body = written(draw, spoilt(draw, [{**each, "taskUUID": known.decode()} for each in tasks]))
    if draw.random() < 0.1:
        body = written(draw, value(draw))
    return broken(draw, body) if draw.random() < 0.2 else body


def _text(draw: random.Random, frame: bytes) -> str | bytes:
    """A frame as a server hands it over: text where it can be one, mostly."""
    try:
        return frame.decode() if draw.random() < 0.9 else frame
    except UnicodeDecodeError:
        return frame
