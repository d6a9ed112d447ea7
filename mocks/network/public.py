"""The address by which clients reach the mocks, where something stands between the two."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.types import Scope

from imagine_harness.mocks.errors import MockError
from imagine_harness.mocks.network.own_traffic import ADMIN

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")


@dataclass(frozen=True, slots=True)
class Public:
    """A public address, as of a container, a proxy or an ingress.

    Attributes:
        origin: scheme, host and port, as a browser writes them.
        host: without the port, IPv6 in brackets.
        prefix: what the paths begin with that lead here, without a slash at its end.
        names: the providers that are served.
    """

    origin: str
    host: str
    prefix: str
    names: frozenset[str]

    @property
    def url(self) -> str:
        """The whole of it, without a slash at its end."""
        return self.origin + self.prefix

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine's own, so that nobody else can come by it."""
        try:
            return ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return self.host == "localhost"

    def inside(self, scope: Scope) -> Scope:
        """A connection without the prefix, which whatever stands between may leave in its path."""
        path: str = scope["path"]
        rest = path.removeprefix(self.prefix)
        first = rest[1:].partition("/")[0]
        is_below = self.prefix and len(rest) < len(path) and rest[:1] in ("", "/")
        if is_below and (not first or first in self.names or rest.startswith(ADMIN)):
            return {**scope, "path": rest or "/"}
        return scope


def public(url: str, names: Iterable[str]) -> Public:
    """The public address that a text is.

    `names` are the providers that are served.

    Raises:
        MockError: it is none, or its path leads to one of the providers or to the controls.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _wrong(url) from None
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    prefix = parts.path.rstrip("/")
    if parts.scheme not in _DEFAULT_PORTS or not _HOST.fullmatch(host) or port == 0:
        raise _wrong(url)
    if "@" in parts.netloc or "?" in url or "#" in url or not _PREFIX.fullmatch(prefix):
        raise _wrong(url)
    served = frozenset(names)
    first = prefix[1:].partition("/")[0]
    if first in served or f"/{first}" == ADMIN:
        raise MockError(f"public-url: its path must not begin with /{first}, which is served here")
    shown = "" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return Public(f"{parts.scheme}://{host}{shown}", host, prefix, served)


def _wrong(url: str) -> MockError:
    hidden = re.sub(r"//[^/]*@", "//***@", url.partition("?")[0].partition("#")[0])
    return MockError(
        "public-url expects an address of http or https with a plain path or none, "
        f"such as https://example.com/mocks, got {hidden!r}"
    )
