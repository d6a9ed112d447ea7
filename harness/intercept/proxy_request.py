"""What a client asks of a proxy: the head of a request, read and passed on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}

_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]]+):([0-9]{1,5})")


class BadHead(Exception):
    """A head that is no request to a proxy; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a request to a proxy.

    Attributes:
        scheme: `http` or `https`, `""` where a tunnel is asked for.
        host: without brackets, as the client wrote it.
        path: with the query, `""` where a tunnel is asked for.
        headers: in their order.
    """

    method: str
    scheme: str
    host: str
    port: int
    path: str
    headers: tuple[tuple[str, str], ...]

    @property
    def tunnel(self) -> bool:
        """Whether a tunnel is asked for, and not an answer."""
        return self.method == "CONNECT"

    def passed_on(self) -> bytes:
        """The head as it goes to the server itself, which closes the connection in the end."""
        upgrade = any(name.lower() == "upgrade" for name, _ in self.headers)
        left_out = {"host", "proxy-connection", "proxy-authorization", "keep-alive"}
        left_out |= set() if upgrade else {"connection"}
        kept = [(name, value) for name, value in self.headers if name.lower() not in left_out]
        shown = f"[{self.host}]" if ":" in self.host else self.host
        if self.port != _PORTS[self.scheme]:
            shown += f":{self.port}"
        own = [("Host", shown), *([] if upgrade else [("Connection", "close")])]
        lines = [f"{name}: {value}" for name, value in (*own, *kept)]
        return "\r\n".join([f"{self.method} {self.path} HTTP/1.1", *lines, "", ""]).encode(
            "latin-1"
        )


def parsed(raw: bytes) -> Head:
    """The head that some bytes are, the empty line at their end included.

    Raises:
        BadHead: they are no request to a proxy.
    """
    first, *rest = raw.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadHead(f"expected a request of HTTP/1.1, got {first[:80]!r}")
    pairs = [line.partition(":") for line in rest]
    headers = tuple((name, value.strip()) for name, _, value in pairs)
    method, target, _ = words
    if method == "CONNECT":
        host, port = _authority(target)
        return Head(method, "", host, port, "", headers)
    try:
        parts = urlsplit(target)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise BadHead(f"expected the address of a page, got {target[:80]!r}: {error}") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise BadHead(f"this is a proxy, expected http://HOST/... or CONNECT, got {target[:80]!r}")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Head(method, parts.scheme, parts.hostname, port, path, headers)


def _authority(target: str) -> tuple[str, int]:
    found = _AUTHORITY.fullmatch(target)
    if found is None or not 0 < int(found[2]) < 65_536:
        raise BadHead(f"CONNECT takes HOST:PORT, got {target[:80]!r}")
    return found[1].strip("[]"), int(found[2])
