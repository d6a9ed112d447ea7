"""A request as it is sent, and the ways to spoil one."""

from __future__ import annotations

import base64
import gzip
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import quote

from tests.fuzzed.values import broken, spoilt_text
from tests.fuzzed.vocabulary import FAULTS, KNOWN, METHODS, NAMES


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as a server hands it to an application, its body in so many parts."""

    method: str
    path: str
    query: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""
    parts: int = 1


def _other_method(draw: random.Random, made: Sent) -> Sent:
    return replace(made, method=draw.choice(METHODS))


def _other_path(draw: random.Random, made: Sent) -> Sent:
    parts = made.path.split("/")
    parts[draw.randrange(1, len(parts))] = spoilt_text(draw)
    return replace(made, path="/".join(parts))


def _longer_path(draw: random.Random, made: Sent) -> Sent:
    return replace(made, path=made.path + draw.choice(("/", "//", "/x", "\n", "\x00", "/" * 500)))


def _query(draw: random.Random, made: Sent) -> Sent:
    name = draw.choice(
        ("api_key", "token", "fal_webhook", "test", "provider", "logs", "limit", "\xff")
    )
    added = f"{quote(name)}={quote(spoilt_text(draw))}&=&%"
    return replace(made, query=made.query + b"&" + added.encode() + draw.randbytes(2))


def _header(draw: random.Random, made: Sent) -> Sent:
    given = draw.choice(KNOWN) if draw.random() < 0.8 else _one_line(spoilt_text(draw))
    name = draw.choice(NAMES)
    kept = [each for each in made.headers if draw.random() < 0.5 or each[0] != name.encode()]
    added = (name.encode(), given.encode("latin-1", "replace"))
    return replace(made, headers=(*kept, *[added] * draw.choice((1, 1, 1, 2, 60))))


def _one_line(text: str) -> str:
    return "".join(each for each in text if each not in "\r\n\x00")


def _without_header(draw: random.Random, made: Sent) -> Sent:
    kept = [*made.headers]
    if kept:
        kept.pop(draw.randrange(len(kept)))
    return replace(made, headers=(*kept,))


def _fault(draw: random.Random, made: Sent) -> Sent:
    asked = draw.choice(FAULTS).encode("latin-1")
    return replace(made, headers=(*made.headers, (b"x-harness-fault", asked)))


def _body(draw: random.Random, made: Sent) -> Sent:
    return replace(made, body=broken(draw, made.body), parts=draw.choice((1, 1, 2, 9)))


def _packed(draw: random.Random, made: Sent) -> Sent:
    pack = draw.choice((gzip.compress, zlib.compress))
    said = draw.choice((b"gzip", b"deflate", b"gzip, gzip", b"br", b"x-gzip"))
    return replace(made, body=pack(made.body), headers=(*made.headers, (b"content-encoding", said)))


def _big(draw: random.Random, made: Sent) -> Sent:
    picture = base64.b64encode(draw.randbytes(draw.choice((100, 30_000, 400_000))))
    return replace(made, body=made.body.replace(b'"http', b'"data:image/png;base64,' + picture, 1))


CHANGES: tuple[Callable[[random.Random, Sent], Sent], ...] = (
    *(_other_method, _other_path, _longer_path, _query, _header, _header, _header, _without_header),
    *(_fault, _body, _packed, _big),
)
