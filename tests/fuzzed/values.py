"""Hostile values, and JSON documents and bytes that were spoilt with them."""

from __future__ import annotations

import copy
import gzip
import json
import random
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

MOST_PLACES = 5_000
"""Places of a document that may be spoilt; what was repeated in what was repeated has millions."""

TEXTS = (
    *("", " ", "\x00", "\ufeff", "\u2028", "\x1b[31m", "\r\nX: y", "\U0001f600" * 9, "e\u0301"),
    *(
        "http://[",
        "https://a\u2100b/",
        "http://127.0.0.1:9/",
        "file:///etc/passwd",
        "//x",
        "..//..",
    ),
    *(
        "data:,",
        "data:image/png;base64,",
        "data:image/png;base64,iVBORw0KGgo=",
        "AAAA",
        "A" * 30_000,
    ),
    *(
        "NaN",
        "-1",
        "0x10",
        "1e999",
        "9" * 5_000,
        "auto",
        "1024x1024",
        "999999x0",
        "0:0",
        "true",
        "null",
    ),
    *("2f1c4b8e-5a3d-4c6b-9e7f-0a1b2c3d4e5f", "%00", "%", "%zz", "{}", "[", "\\", "'", '"', "*/*"),
    *("2026-02-30T25:61:61Z", "Key ", "Bearer", "Bearer  x", "gzip", "image/png", "\udcff"),
)
NUMBERS = (
    *(0, 1, -1, 2**31, 2**63, 2**64 - 1, -(2**63), 10**30, 10**400),
    *(0.1, -0.0, 1e308, 5e-324, 1e16, float("inf"), float("nan")),
)
OTHERS: tuple[Any, ...] = (
    None,
    True,
    False,
    [],
    {},
    [[]] * 40,
    [None],
    {"": ""},
    {"url": None},
    {"$ref": "#"},
)


def value(draw: random.Random) -> Any:
    """A value that nobody expects."""
    which = draw.random()
    if which < 0.5:
        return draw.choice(TEXTS)
    if which < 0.75:
        return draw.choice(NUMBERS)
    if which < 0.95:
        return copy.deepcopy(draw.choice(OTHERS))
    return _nested(draw)


def _nested(draw: random.Random) -> Any:
    found: Any = draw.choice(TEXTS)
    for _ in range(draw.choice((3, 20, 90, 101, 300))):
        found = [found] if draw.random() < 0.5 else {"a": found}
    return found


def places(root: Any) -> Iterator[tuple[Any, Any]]:
    """Everything inside a document: what holds it, and under which key or index."""
    todo = [root]
    while todo:
        holder = todo.pop()
        for key in [*holder] if isinstance(holder, dict) else range(len(holder)):
            yield holder, key
            if isinstance(holder[key], dict | list):
                todo.append(holder[key])


def spoilt(draw: random.Random, root: Any) -> Any:
    """A document with some of its values replaced, left out, repeated, or under other names."""
    found = copy.deepcopy(root)
    for _ in range(draw.choice((0, 1, 1, 1, 2, 5))):
        inside = [*islice(places(found), MOST_PLACES)] if isinstance(found, dict | list) else []
        if not inside or draw.random() < 0.03:
            return value(draw)
        draw.choice(CHANGES)(draw, *draw.choice(inside))
    return found


def _replaced(draw: random.Random, holder: Any, key: Any) -> None:
    holder[key] = value(draw)


def _left_out(_: random.Random, holder: Any, key: Any) -> None:
    del holder[key]


def _repeated(draw: random.Random, holder: Any, key: Any) -> None:
    holder[key] = [holder[key]] * draw.choice((1, 2, 11, 200))


def _renamed(draw: random.Random, holder: Any, key: Any) -> None:
    if isinstance(holder, dict):
        holder[draw.choice(TEXTS)] = holder.pop(key)


def _joined(draw: random.Random, holder: Any, key: Any) -> None:
    if isinstance(holder, dict):
        holder |= {
            f"{draw.choice(TEXTS)[:20]}{n}": value(draw) for n in range(draw.choice((1, 40)))
        }
    else:
        holder.append(holder[key])


CHANGES: tuple[Callable[[random.Random, Any, Any], None], ...] = (
    *(_replaced, _replaced, _replaced, _left_out, _repeated, _renamed, _joined),
)


def written(draw: random.Random, root: Any) -> bytes:
    """A document as JSON, mostly; surrogates stay as they are written in JSON."""
    text = json.dumps(root, ensure_ascii=draw.random() < 0.5)
    coding = draw.choice(("utf-8",) * 20 + ("utf-16", "utf-8-sig", "latin-1", "utf-32-le"))
    return text.encode(coding, "replace" if coding == "latin-1" else "surrogatepass")


def broken(draw: random.Random, data: bytes) -> bytes:
    """Bytes that were cut off, changed, packed or mixed up."""
    at = draw.randrange(len(data) + 1)
    return draw.choice(BREAKS)(draw, data, at)


PIECES = (b"[", b"{", b'{"a":', b'"', b"\\", b"\\u", b"\\ud800", b"\x00", b"\xff", b",", b"1e999")
BREAKS: tuple[Callable[[random.Random, bytes, int], bytes], ...] = (
    lambda draw, data, at: data[:at],
    lambda draw, data, at: data[at:],
    lambda draw, data, at: data[:at] + draw.randbytes(draw.choice((1, 8, 300))) + data[at:],
    lambda draw, data, at: data[:at] + data[at + draw.choice((1, 2, 50)) :],
    lambda draw, data, at: data[:at] + draw.choice(PIECES) * draw.choice((1, 3, 99)) + data[at:],
    lambda draw, data, at: data + data,
    lambda draw, data, at: gzip.compress(data)[: at or None],
    lambda draw, data, at: draw.randbytes(draw.choice((0, 1, 40, 2_000))),
)


def spoilt_text(draw: random.Random) -> str:
    """A text that can be written as UTF-8."""
    return draw.choice(TEXTS).encode("utf-8", "replace").decode()[:3_000]
