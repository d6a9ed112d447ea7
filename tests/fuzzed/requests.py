"""Recorded calls, and calls of the controls, that were spoilt in every part."""

from __future__ import annotations

import base64
import random
import re
from collections import deque
from dataclasses import dataclass, field, replace
from urllib.parse import unquote, urlsplit

from imagine_harness.contracts.examples import PICTURE, Example, recorded_examples
from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.loading import load
from imagine_harness.mocks.app import App
from tests.fuzzed.changes import CHANGES, Sent
from tests.fuzzed.values import broken, spoilt, spoilt_text, value, written
from tests.fuzzed.vocabulary import CONTROLS, ORDERS

PIXEL = base64.b64decode(PICTURE.partition(",")[2])
ADDRESS = re.compile(r'https?://127[^"\s\\]+')
ID = re.compile(r'"(?:\w+_)?(?:id|UUID)":"([^"]+)"')
RECORDED = {name: recorded_examples(name) for name in load.mocked()}
OPERATIONS = [
    (each, plan.operation.method, plan.path)
    for name, mock in App().mocks.items()
    for plan in mock.judge.routes.all()
    for each in RECORDED[name]
]


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
