"""Interception in a Python process, whichever library makes its connections.

All that speak to hosts by the standard library resolve names and check certificates there. It is
told where hosts on record are and whom to trust there, and to refuse hosts that nobody allowed.
Runs on Python 3.9 and later.
"""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import ssl
from collections.abc import Callable, Mapping
from typing import Any

INSTRUCTIONS = "IMAGINE_HARNESS_INTERCEPTION"
"""The variable that holds the instructions of a child, as JSON."""

PLAIN_PORT = 80
"""The port at which hosts speak without TLS; at every other one they speak it."""

_HERE = "127.0.0.1"

_BINDABLE = (None, "", "0.0.0.0", "::")
"""Names of every address of this machine, which servers listen at."""

Patched = Callable[..., Any]
"""What stands in the place of a function of the standard library."""


def is_loopback(name: str) -> bool:
    """Whether the name or address of a host is of this machine."""
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def resolving(
    original: Patched, instructions: Mapping[str, Any], refuse: Callable[[str], str]
) -> Patched:
    """A `socket.getaddrinfo` that leads hosts on record to the mocks, and others nowhere.

    Args:
        original: the real one, for this machine and for hosts that are allowed.
        instructions: `mocked` and `allowed` hosts; ports `direct` for TLS and `door` without it.
        refuse: notes that a host was refused, and says why.
    """

    def getaddrinfo(host: Any, port: Any, *more: Any, **options: Any) -> Any:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        name = name.lower() if isinstance(name, str) else name
        if name in instructions["mocked"]:
            plain = port in (PLAIN_PORT, str(PLAIN_PORT), "http")
            return original(_HERE, instructions["door" if plain else "direct"], *more, **options)
        if name in _BINDABLE or name in instructions["allowed"] or is_loopback(name):
            return original(host, port, *more, **options)
        if name == socket.gethostname().lower():
            return original(host, port, *more, **options)
        raise socket.gaierror(socket.EAI_FAIL, refuse(name))

    return getaddrinfo


def trusting(original: Patched, instructions: Mapping[str, Any]) -> Patched:
    """An `SSLContext.wrap_socket` or `wrap_bio` that trusts `authority` with hosts on record."""

    def wrap(context: ssl.SSLContext, *given: Any, **options: Any) -> Any:
        name = options.get("server_hostname")
        if isinstance(name, str) and name.lower() in instructions["mocked"]:
            context.load_verify_locations(cafile=instructions["authority"])
        return original(context, *given, **options)

    return wrap


def install() -> None:
    """Intercept this process as its environment says, for as long as it lives."""
    given = os.environ.get(INSTRUCTIONS)
    if given is None:
        return
    instructions = json.loads(given)

    def refuse(host: str) -> str:
        return _refused(instructions["proxy"], host)

    wrapped: Any = ssl.SSLContext
    plain: Any = socket
    plain.getaddrinfo = resolving(socket.getaddrinfo, instructions, refuse)
    wrapped.wrap_socket = trusting(ssl.SSLContext.wrap_socket, instructions)
    wrapped.wrap_bio = trusting(ssl.SSLContext.wrap_bio, instructions)


def _refused(proxy: int, host: str) -> str:
    """Have the proxy note that a host was refused; what it says about it."""
    asked = f"[{host}]" if ":" in host else host
    with socket.create_connection((_HERE, proxy)) as line:
        line.sendall(f"CONNECT {asked}:443 HTTP/1.0\r\n\r\n".encode("ascii", "replace"))
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    body = answer.partition(b"\r\n\r\n")[2]
    return str(json.loads(body)["detail"]) if body else f"refused to connect to {host}"
