"""Recorded calls, and calls of the controls, that were spoilt in every part."""

from __future__ import annotations

import base64
import gzip
import random
import re
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from imagine_harness.contracts.examples import PICTURE, Example, recorded_examples
from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.loading import load
from imagine_harness.mocks.app import App
from tests.fuzzed.values import TEXTS, broken, spoilt, value, written

PIXEL = base64.b64decode(PICTURE.partition(",")[2])
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get", "X-Y")
NAMES = (
    *(
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-encoding",
        "content-length",
    ),
    *("content-type", "cookie", "expect", "host", "idempotency-key", "if-none-match", "origin"),
    *("access-control-request-method", "access-control-request-headers", "range", "referer"),
    *(
        "sec-fetch-site",
        "transfer-encoding",
        "upgrade",
        "x-api-key",
        "x-forwarded-host",
        "x-fal-key",
    ),
    *("x-fal-request-timeout", "x-fal-store-io", "x-fal-object-lifecycle-preference", "user-agent"),
    *("x-harness-expect", "x-harness-test", "x-harness-id", "x-harness-sent-by", "prefer", "date"),
)
KNOWN = (
    *("application/json", "application/json; charset=utf-16", "application/json; charset=\xff"),
    *("multipart/form-data; boundary=x", "multipart/form-data", "multipart/form-data; boundary="),
    *(
        "text/plain",
        "text/event-stream",
        "image/png",
        "null",
        "gzip",
        "deflate",
        "gzip, br",
        "identity",
    ),
    *(
        "127.0.0.1",
        "fal.run",
        "api.x.ai:443",
        "[::1",
        "cross-site",
        "bytes=0-",
        "bytes=9-1",
        "*",
        "; ;=",
    ),
    *(
        "chunked",
        "100-continue",
        "h2c",
        "websocket",
        "code=429",
        "code=503",
        "code=x",
        "a=b, code=400",
    ),
    *("fal.generate.num_images.maximum", "one", "1" * 9, "-1", "x" * 9_000, "\xe9\xff", "\t", ""),
)
FAULTS = (
    *(
        "status=429",
        "status=503 retry-after=3",
        "status=x",
        "reset",
        "empty",
        "garbage",
        "html",
        "fewer=1",
    ),
    *(
        "truncate=9",
        "truncated",
        "content-type=text/plain",
        "error=none",
        "stuck",
        "fail",
        "webhook=lost",
    ),
    *(
        "moderated=empty",
        "gone",
        "nth=2 status=500",
        "probability=2",
        "=",
        "a=b=c",
        "\xff",
        "",
        "status",
    ),
)
CONTROLS = (
    *(
        "health",
        "version",
        "contracts",
        "requests",
        "requests/count",
        "requests/unmatched",
        "requests/1",
    ),
    *(
        "faults",
        "tasks",
        "tasks/1",
        "clock",
        "webhooks",
        "webhooks/1",
        "readings",
        "settings",
        "reset",
        "",
    ),
    *(
        "shutdown",
        "nothing",
        "openapi/fal.json",
        "openapi/none.json",
        "requests/%00",
        "tasks/..%2f",
    ),
)
ORDERS: tuple[Any, ...] = (
    {"fault": "status=429", "provider": "fal", "operation": "generate", "nth": 1},
    {"status": 429, "times": 1, "test": "one"},
    {"advance": 60, "speed": 100},
    {"state": "failed", "error": "none"},
    {"readings": {"fal.result-suffix": "short"}, "strict": True},
    {"timeout": 0, "count": 1, "test": "one", "action": "deliver"},
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as a server hands it to an application, its body in so many parts."""

    method: str
    path: str
    query: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""
    parts: int = 1


@dataclass(slots=True)
class Seen:
    """What answers have told: paths that their addresses lead to, and ids."""

    paths: deque[str] = field(default_factory=lambda: deque(maxlen=200))
    ids: deque[str] = field(default_factory=lambda: deque(["none"], maxlen=50))

    def notice(self, answer: bytes) -> None:
        """Remember what an answer tells."""
        text = answer[:20_000].decode("latin-1")
        self.paths.extend(urlsplit(each).path for each in ADDRESS.findall(text))
        self.ids.extend(ID.findall(text))


ADDRESS = re.compile(r'https?://127[^"\s\\]+')
ID = re.compile(r'"(?:\w+_)?(?:id|UUID)":"([^"]+)"')
RECORDED = {name: recorded_examples(name) for name in load.mocked()}
OPERATIONS = [
    (each, plan.operation.method, plan.path)
    for name, mock in App().mocks.items()
    for plan in mock.judge.routes.all()
    for each in RECORDED[name]
]


def request(draw: random.Random, seen: Seen) -> Sent:
    """A request of the controls, of a provider or of what an answer led to, mostly spoilt."""
    which = draw.random()
    if which < 0.12:
        made = _of_controls(draw)
    elif which < 0.2 and seen.paths:
        made = Sent(draw.choice(("GET", "HEAD", "PUT", "DELETE")), draw.choice(seen.paths))
    elif which < 0.5:
        recorded, method, path = draw.choice(OPERATIONS)
        asked = re.sub(r"\{\w+\}", lambda _: draw.choice(seen.ids), path)
        made = replace(_of_provider(draw, recorded), method=method)
        made = replace(made, path=f"/{recorded.provider}{asked}")
    else:
        made = _of_provider(draw, draw.choice(RECORDED[draw.choice([*RECORDED])]))
    for _ in range(draw.choice((0, 0, 1, 1, 2))):
        made = draw.choice(CHANGES)(draw, made)
    return made


def _of_controls(draw: random.Random) -> Sent:
    headers = ((b"host", b"127.0.0.1"), (b"content-type", b"application/json"))
    body = written(draw, spoilt(draw, draw.choice(ORDERS)))
    method = draw.choice(("GET", "POST", "POST", "DELETE"))
    return Sent(method, unquote(f"/__admin/{draw.choice(CONTROLS)}"), b"", headers, body)


def _of_provider(draw: random.Random, recorded: Example) -> Sent:
    asked = recorded.request
    given = {"host": "127.0.0.1:4010", **asked.headers}
    headers = [(name.lower().encode(), each.encode("latin-1")) for name, each in given.items()]
    if not any(name == b"authorization" for name, _ in headers):
        credential = load.provider(recorded.provider).credential
        said = f"{credential.scheme} {credential.example}"
        headers.append((credential.header.lower().encode(), said.encode()))
    body = b""
    if asked.content == "multipart/form-data":
        headers.append((b"content-type", b"multipart/form-data; boundary=x"))
        body = form(draw, recorded)
    elif asked.json is not ABSENT:
        headers.append((b"content-type", b"application/json"))
        body = written(draw, spoilt(draw, asked.json))
    path, _, query = asked.path.partition("?")
    return Sent(asked.method, f"/{recorded.provider}{path}", query.encode(), (*headers,), body)


def form(draw: random.Random, recorded: Example) -> bytes:
    """A form of the fields that are recorded, some of them spoilt."""
    asked = recorded.request
    parts = [(f'name="{name}"', each.encode()) for name, each in asked.form]
    parts += [(f'name="{name}"; filename="{file}"', PIXEL) for name, file in asked.files]
    parts = [_part(draw, *part) for part in draw.sample(parts, len(parts))]
    body = b"".join(
        b"--x\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n" % (head.encode(), data)
        for head, data in parts
    )
    return broken(draw, body + b"--x--\r\n") if draw.random() < 0.2 else body + b"--x--\r\n"


def _part(draw: random.Random, head: str, data: bytes) -> tuple[str, bytes]:
    which = draw.random()
    if which < 0.1:
        return spoilt_text(draw), data
    if which < 0.2:
        return head + f'; x="{spoilt_text(draw)}"', data
    if which < 0.3:
        return head, str(value(draw)).encode("utf-8", "surrogatepass")
    return head, data


def spoilt_text(draw: random.Random) -> str:
    """A text that can be written as UTF-8."""
    return draw.choice(TEXTS).encode("utf-8", "replace").decode()[:3_000]


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
