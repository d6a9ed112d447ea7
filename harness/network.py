"""What this machine is called on its networks; nothing is ever sent to find out."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress

_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses that nobody has; the way there begins at an address of this machine."""

_LONGEST_LABEL = 63


def own_addresses() -> list[str]:
    """The addresses by which other machines reach this one, as far as it knows a way to any."""
    found = []
    for family, elsewhere in _ELSEWHERE:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as way:
            way.connect((elsewhere, 9))
            found.append(str(way.getsockname()[0]))
    return [each for each in found if not is_loopback(each)]


def own_name() -> str | None:
    """What this machine calls itself, None where no certificate can say it."""
    name = socket.gethostname()
    labels = name.split(".") if name.isascii() else [""]
    plain = all(part.isalnum() for label in labels for part in label.split("-"))
    return name if plain and max(map(len, labels)) <= _LONGEST_LABEL else None


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine comes by a host."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def reached_at(listening: socket.socket, host: str) -> tuple[str, list[str]]:
    """The hosts by which this machine and others reach what listens, IPv6 in brackets.

    `host` is what it was told to listen on. That is where it is reached, but for an address that
    stands for all of them.
    """
    bound = ipaddress.ip_address(str(listening.getsockname()[0]).partition("%")[0])
    if not bound.is_unspecified:
        return bracketed(host), []
    takes_both = bound.version == 6 and not listening.getsockopt(
        socket.IPPROTO_IPV6, socket.IPV6_V6ONLY
    )
    versions = {4, 6} if takes_both else {bound.version}
    others = [each for each in own_addresses() if ipaddress.ip_address(each).version in versions]
    return "127.0.0.1" if 4 in versions else "[::1]", [bracketed(each) for each in others]


def bracketed(host: str) -> str:
    """A host as an address has it."""
    return f"[{host}]" if ":" in host else host
