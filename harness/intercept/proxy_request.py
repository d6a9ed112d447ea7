"""What a client asks of a proxy: the head of a request, read and passed on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import h11

_PORTS = {"http": 80, "https": 443}

_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]]+):([0-9]{1,5})")

_OF_THE_CONNECTION = frozenset({"host", "proxy-connection", "proxy-authorization", "keep-alive"})
"""Headers that speak of the connection to the proxy alone."""


class BadProxyRequest(Exception):
    """What came is no request to a proxy; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class ProxyRequest:
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

    def forwarded_head(self) -> bytes:
        """The head as it goes to the server itself, which closes the connection in the end."""
        names = {name.lower() for name, _ in self.headers}
        left_out = set(_OF_THE_CONNECTION)
        left_out |= set() if "upgrade" in names else {"connection"}
        # two lengths that are read differently are how a second request is smuggled
        left_out |= {"content-length"} if "transfer-encoding" in names else set()
        kept = [(name, value) for name, value in self.headers if name.lower() not in left_out]
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.port != _PORTS[self.scheme]:
            host += f":{self.port}"
        own = [("Host", host), *([] if "upgrade" in names else [("Connection", "close")])]
        lines = [f"{name}: {value}" for name, value in (*own, *kept)]
        return "\r\n".join([f"{self.method} {self.path} HTTP/1.1", *lines, "", ""]).encode(
            "latin-1"
        )


def parse(raw: bytes) -> ProxyRequest:
    """The request whose head some bytes are, the empty line at their end included.

    Raises:
        BadProxyRequest: they are no request to a proxy.
    """
    head = _head(raw)
    method, target = head.method.decode("ascii"), head.target.decode("ascii")
    headers = tuple(
        (name.decode("ascii"), value.decode("latin-1")) for name, value in head.headers.raw_items()
    )
    if method == "CONNECT":
        host, port = _authority(target)
        return ProxyRequest(method, "", host, port, "", headers)
    try:
        parts = urlsplit(target)
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as error:
        message = f"expected the address of a page, got {target[:80]!r}: {error}"
        raise BadProxyRequest(message) from error
    if parts.scheme not in _PORTS or not parts.hostname:
        message = f"this is a proxy, expected http://HOST/... or CONNECT, got {target[:80]!r}"
        raise BadProxyRequest(message)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return ProxyRequest(method, parts.scheme, parts.hostname, port, path, headers)


def _head(raw: bytes) -> h11.Request:
    connection = h11.Connection(h11.SERVER)
    first = raw.partition(b"\r\n")[0].decode("latin-1")[:80]
    try:
        connection.receive_data(raw)
        event = connection.next_event()
    except h11.RemoteProtocolError as error:
        # what follows the colon may be a header, with a secret in it
        why = str(error).partition(": bytearray")[0]
        raise BadProxyRequest(f"expected a request of HTTP/1.1, got {first!r}: {why}") from error
    if not isinstance(event, h11.Request) or not event.http_version.startswith(b"1."):
        raise BadProxyRequest(f"expected a request of HTTP/1.1, got {first!r}")
    if connection.trailing_data[0]:
        raise BadProxyRequest(f"expected CRLF after each line of a head, got LF below {first!r}")
    return event


def _authority(target: str) -> tuple[str, int]:
    found = _AUTHORITY.fullmatch(target)
    if found is None or not 0 < int(found[2]) < 65_536:
        raise BadProxyRequest(f"CONNECT takes HOST:PORT, got {target[:80]!r}")
    return found[1].strip("[]"), int(found[2])
