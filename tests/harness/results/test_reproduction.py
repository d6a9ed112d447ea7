"""Reproductions: run as they are, they send what was seen, byte by byte."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from imagine_harness.contracts.examples import PICTURE
from imagine_harness.contracts.exchange import Exchange
from imagine_harness.harness.results.reproduction import curl, python
from imagine_harness.mocks.images.look import from_base64
from imagine_harness.mocks.server import serving
from tests.exchanges import reported

SENT: list[dict[str, Any]] = []


class Recorder:
    """An ASGI app that keeps what it is sent."""

    on_shutdown: Callable[[], None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await record(scope, receive, send)


async def record(scope: Any, receive: Any, send: Any) -> None:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
    target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
    SENT.append({"method": scope["method"], "target": target, "headers": headers, "body": body})
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b"seen" * (scope["method"] != "HEAD")})


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(Recorder()) as address:
        yield address


FORM = (
    b'--b0\r\nContent-Disposition: form-data; name="prompt"\r\n\r\nit\'s\r\n'
    b'--b0\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n'
    + from_base64(PICTURE.partition(",")[2], 1_000)
    + b"\r\n--b0--\r\n"
)
HEADERS = {
    "authorization": "Key ***",
    "content-type": "application/json",
    "user-agent": "my-client/1",
    "content-length": "17",
    "x-own": """it's "$HOME" `id` \\ !""",
}
CASES = {
    "text": (
        "POST",
        "/draw/a%20b?size=[1]&name=it%27s",
        HEADERS,
        """{"prompt": "it's $HOME `id` \\n \\"x\\" %s é", "left": "*** stays"}""".encode(),
    ),
    "lines": ("PUT", "/draw", {"content-type": "text/plain"}, b"@one\n\n  two\n"),
    "controls": ("POST", "/draw", {"content-type": "text/plain"}, b"one\r\n\ttwo\x1b[2J"),
    "secret": ("POST", "/key?key=***", {}, b'{"apiKey":"***","b":"***"}'),
    "form": ("POST", "/edit", {"content-type": "multipart/form-data; boundary=b0"}, FORM),
    "bytes": ("POST", "/bytes", {"content-type": "image/png"}, bytes(range(256)) * 3),
    "long": ("POST", "/long", HEADERS, b'{"image": "' + b"A" * 200_000 + b'"}'),
    "no body": ("GET", "/poll", {"authorization": "***"}, b""),
    "head": ("HEAD", "/poll", {}, b""),
}


def run_curl(seen: Exchange, environment: dict[str, str]) -> str:
    if shutil.which("curl") is None:
        pytest.skip("there is no curl")
    done = subprocess.run(
        ["sh", "-eu"], input=curl(seen), env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def run_python(seen: Exchange, environment: dict[str, str]) -> str:
    told: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        exec(python(seen), {"print": lambda value: told.append(str(value))})
    return "\n".join(told)


@pytest.mark.parametrize("run", [run_curl, run_python])
@pytest.mark.parametrize("case", CASES)
def test_a_reproduction_sends_what_was_seen(
    url: str, case: str, run: Callable[[Exchange, dict[str, str]], str]
) -> None:
    method, target, headers, body = CASES[case]
    seen = reported(method, url + target, headers, body, 418, b"", "ACME_KEY")
    environment = {"PATH": os.environ["PATH"], "ACME_KEY": "k-1:it's", "NO_PROXY": "127.0.0.1"}
    SENT.clear()

    answer = run(seen, environment)

    (sent,) = SENT
    right = {name: value.replace("***", "k-1:it's") for name, value in headers.items()}
    expected = body.replace(b'"***"', b'"k-1:it\'s"')
    assert sent["method"] == method
    assert sent["target"].decode() == target.replace("***", "k-1:it's")
    assert sent["body"] == expected
    assert sent["headers"].get("content-length") == (str(len(expected)) if body else None)
    assert sent["headers"].get("content-type") == right.get("content-type")
    assert sent["headers"].get("authorization") == right.get("authorization")
    assert sent["headers"].get("x-own") == right.get("x-own")
    assert sent["headers"].get("user-agent") != "my-client/1"
    assert "418" in answer
    assert method == "HEAD" or "seen" in answer


def test_the_secret_comes_from_the_environment_in_double_quotes() -> None:
    seen = reported("POST", "http://x/", {"authorization": "Bearer ***"}, b"", 200, b"", "ACME_KEY")

    assert """-H 'authorization: Bearer '"$ACME_KEY\"""" in curl(seen)
    assert "'authorization': 'Bearer ' + os.environ['ACME_KEY']," in python(seen)


@pytest.mark.parametrize("case", CASES)
def test_a_reproduction_can_be_pasted_and_compiled(case: str) -> None:
    method, target, headers, body = CASES[case]
    seen = reported(method, "http://127.0.0.1" + target, headers, body, 200, b"")

    assert all(letter.isprintable() or letter == "\n" for letter in curl(seen))
    assert compile(python(seen), "script", "exec")
    assert sys.getsizeof(curl(seen)) < 4 * len(body) + 2_000
