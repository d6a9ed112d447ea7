"""How to see an exchange again: a shell command with curl, and a Python script."""

from __future__ import annotations

import base64
import shlex
from collections.abc import Iterator

from imagine_harness.contracts.exchange import Exchange, Request
from imagine_harness.contracts.secrets.credentials import HIDDEN

LONGEST = 30_000
"""Bytes of a body that are given to curl as one argument; a longer one is handed on by a pipe."""

SELF_MADE = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "host",
        "keep-alive",
        "te",
        "transfer-encoding",
        "upgrade",
        "user-agent",
    }
)
"""Headers that every client makes by itself."""

SECRET = "SECRET"
"""The environment variable of a credential whose own is not known."""


def curl(exchange: Exchange) -> str:
    """A POSIX shell command that sends the same request, and shows the whole answer.

    The credential comes from its environment variable. A body that is no readable text, or is
    long, comes through a pipe.
    """
    request, known = exchange.request, exchange.provenance
    how = "--head" if request.method == "HEAD" else f"-X {shlex.quote(request.method)}"
    secret = f'"${known.variable or SECRET}"'
    words = [f"{how} {_word(_pieces(known.url), secret)}"]
    words += [f"-H {_word(_pieces(': '.join(each)), secret)}" for each in _headers(request)]
    before, body = _body_in_shell(request, secret) if request.body else ("", [])
    return f"{before}curl -sS -i -g " + " \\\n  ".join([*words, *body])


def _body_in_shell(request: Request, secret: str) -> tuple[str, list[str]]:
    """What comes before curl, and the options that take the body."""
    # without the header, curl would make one up
    own = [] if b"content-type" in request.headers else ["-H content-type:"]
    text = _readable(request.body)
    if text is None:
        lines = base64.encodebytes(request.body).decode().strip()
        return f"printf %s '{lines}' |\nbase64 -d |\n", [*own, "--data-binary @-"]
    word = _word(_body_pieces(text), secret)
    if len(request.body) > LONGEST:
        return f"printf %s {word} |\n", [*own, "--data-binary @-"]
    return "", [*own, f"--data-raw {word}"]


def _word(pieces: list[str], secret: str) -> str:
    """A text as one word of the shell, with the secret between its pieces."""
    return secret.join(shlex.quote(each) if each else "" for each in pieces) or "''"


def python(exchange: Exchange) -> str:
    """A Python script that sends the same request with httpx, and prints the answer.

    The credential comes from its environment variable.
    """
    request, known = exchange.request, exchange.provenance
    secret = f"os.environ[{(known.variable or SECRET)!r}]"
    headers = [
        f"    {name!r}: {_expression(_pieces(value), secret)}," for name, value in _headers(request)
    ]
    url, body = _expression(_pieces(known.url), secret), _body_in_python(request.body, secret)
    uses = {"base64": body, "os": "".join([*headers, url, body])}
    more = ", content=body" if body else ""
    imports = [f"import {name}" for name, text in uses.items() if f"{name}." in text]
    lines = [
        *([*imports, ""] if imports else []),
        "import httpx",
        "",
        "headers = {",
        *headers,
        "}",
        *([f"body = {body}"] if body else []),
        "answer = httpx.request(",
        f"    {request.method!r}, {url}, headers=headers{more}, timeout=60",
        ")",
        "print(answer.status_code)",
        "print(answer.text)",
    ]
    return "\n".join(lines) + "\n"


def _body_in_python(body: bytes, secret: str) -> str:
    """The body as an expression, "" without one."""
    if not body:
        return ""
    text = _readable(body)
    if text is None:
        return f"base64.b64decode({base64.b64encode(body).decode()!r})"
    return f"({_expression(_body_pieces(text), secret)}).encode()"


def _expression(pieces: list[str], secret: str) -> str:
    """A text as an expression, with the secret between its pieces."""
    terms = [term for each in pieces for term in (secret, repr(each) if each else "") if term]
    return " + ".join(terms[1:]) or "''"


def _headers(request: Request) -> Iterator[tuple[str, str]]:
    return (each for each in request.text_headers.items() if each[0] not in SELF_MADE)


def _readable(body: bytes) -> str | None:
    """A body as text that can be pasted; None where it holds what a terminal would act upon."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return None
    return text if all(letter.isprintable() or letter == "\n" for letter in text) else None


def _pieces(text: str) -> list[str]:
    """What stands between the secrets of a text."""
    return text.split(HIDDEN)


def _body_pieces(text: str) -> list[str]:
    """What stands between the secrets of a body, in which only a whole value is one."""
    return text.replace(f'"{HIDDEN}"', '"\0"').split("\0")
