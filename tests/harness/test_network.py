"""What this machine is called: by itself, and by others."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest

from imagine_harness.harness import network
from imagine_harness.mocks.server import bound


def test_the_addresses_are_this_machines_own_and_no_loopback() -> None:
    for address in network.own_addresses():
        assert not ipaddress.ip_address(address).is_loopback
        with bound(address, 0) as taken:
            assert taken.getsockname()[0] == address


def test_a_machine_that_knows_no_way_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lost(socket.socket):
        def connect(self, address: Any) -> None:
            raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket, "socket", Lost)

    assert network.own_addresses() == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("box-1.local", "box-1.local"),
        ("3f2a9c", "3f2a9c"),
        *(
            (each, None)
            for each in ("my_box", "", "a b", "a..b", "-a", "ab--c", "bücher", "a" * 64)
        ),
    ],
)
def test_a_name_is_told_where_a_certificate_can_say_it(
    name: str, told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: name)

    assert network.own_name() == told


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.9.10", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("box.local", False),
    ],
)
def test_loopback_is_known(host: str, is_loopback: bool) -> None:
    assert network.is_loopback(host) is is_loopback


class Listening:
    """A socket that is bound to an address, or to all of some kind."""

    def __init__(self, address: str, *, only_6: bool = False) -> None:
        self._address, self._only_6 = address, only_6

    def getsockname(self) -> tuple[str, int]:
        return self._address, 4010

    def getsockopt(self, *_: int) -> int:
        return int(self._only_6)


REACHED = [
    ("127.0.0.1", "127.0.0.1", False, "127.0.0.1", []),
    ("::1", "::1", False, "[::1]", []),
    ("192.0.2.7", "box.local", False, "box.local", []),
    ("0.0.0.0", "0.0.0.0", False, "127.0.0.1", ["192.0.2.7"]),
    ("0.0.0.0", "0", False, "127.0.0.1", ["192.0.2.7"]),
    ("::", "::", False, "127.0.0.1", ["192.0.2.7", "[2001:db8::7]"]),
    ("::", "::", True, "[::1]", ["[2001:db8::7]"]),
]


@pytest.mark.parametrize(("bound_to", "host", "only_6", "here", "others"), REACHED)
def test_what_listens_everywhere_is_reached_at_addresses_that_work(
    bound_to: str,
    host: str,
    only_6: bool,
    here: str,
    others: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(network, "own_addresses", lambda: ["192.0.2.7", "2001:db8::7"])
    listening: Any = Listening(bound_to, only_6=only_6)

    assert network.reached_at(listening, host) == (here, others)
