"""To whom anything may go out: this machine, and hosts that were allowed by name."""

from __future__ import annotations

import pytest

from imagine_harness.mocks.services.clock import Clock
from imagine_harness.mocks.services.delivery import (
    Deliveries,
    Delivery,
    DeliveryState,
    Policy,
    is_host,
)
from imagine_harness.mocks.services.schedule import Schedule

PERMITTED = [
    "http://127.0.0.1/",
    "http://127.0.0.1:8080/hook?a=b#c",
    "https://127.0.0.1/",
    "http://127.8.9.10/",
    "http://localhost:80/",
    "http://LocalHost/",
    "HTTP://127.0.0.1/",
    "http://[::1]:8080/",
    "http://user:password@127.0.0.1/",
    "http://evil.example@127.0.0.1/",
    "http://127.0.0.1/http://evil.example/",
    "http://127.0.0.1?@evil.example/",
    "http://127.0.0.1#@evil.example/",
    "http://hooks.example/",
    "https://HOOKS.example:8443/path",
]
HOSTILE = [
    "http://evil.example/",
    "http://hooks.example.evil.example/",
    "http://evil-hooks.example/",
    "http://sub.hooks.example/",
    "http://hooks.example@evil.example/",
    "http://127.0.0.1@evil.example/",
    "http://127.0.0.1:80@evil.example/",
    "http://localhost:80@evil.example/",
    "http://127.0.0.1\\@evil.example/",
    "http://evil.example\\@evil.example/",
    "http://evil.example#@127.0.0.1/",
    "http://evil.example?@127.0.0.1/",
    "http://evil.example/@127.0.0.1/",
    "http://127.0.0.1.evil.example/",
    "http://127.0.0.1%2eevil.example/",
    "http://127.0.0.1%00.evil.example/",
    "http://127.0.0.1 .evil.example/",
    "http://127.0.0.1\t.evil.example/",
    "http://127.0.0.1\r\nHost: evil.example/",
    "http://localhost.evil.example/",
    "http://localhost./",
    "http://notlocalhost/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:192.0.2.1]/",
    "http://[::127.0.0.1]/",
    "http://[::1%25eth0]/",
    "http://[::]/",
    "http://0.0.0.0/",
    "http://0/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://128.0.0.1/",
    "http://10.0.0.1/",
    "http://192.168.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fe80::1]/",
    "file:///etc/passwd",
    "file://127.0.0.1/etc/passwd",
    "ftp://127.0.0.1/",
    "gopher://127.0.0.1/",
    "unix://127.0.0.1/",
    "javascript://127.0.0.1/",
    "//127.0.0.1/",
    "127.0.0.1/",
    "http:127.0.0.1/",
    "http:///127.0.0.1/",
    "http://",
    "http://:80/",
    "http://[::1/",
    "",
    " ",
    "\x00",
    "not an address",
    "http://" + "a" * 70_000,
]


def deliveries(clock: Clock, *allowed: str) -> Deliveries:
    return Deliveries(clock, Schedule(clock), allowed)


def delivery(url: str) -> Delivery:
    return Delivery("webhook", "acme", "task-1", "", url, b"{}", Policy(5))


@pytest.mark.parametrize("url", PERMITTED)
def test_this_machine_and_what_was_allowed_by_name_may_be_contacted(url: str) -> None:
    assert deliveries(Clock(), "Hooks.example").permits(url)


@pytest.mark.parametrize("url", HOSTILE, ids=lambda url: url[:40] or "empty")
def test_nobody_else_is_ever_contacted(url: str) -> None:
    clock = Clock()
    clock.hold()
    sending = deliveries(clock, "hooks.example")
    for sent in (sending.send(delivery(url)), sending.replay(delivery(url))):
        [attempt] = sent.attempts

        assert (sent.state, sent.due) == (DeliveryState.REFUSED, None)
        assert (attempt.status, attempt.time) == (None, clock.now())
        assert "was not allowed by name" in str(attempt.error)


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("hooks.example", True),
        ("host", True),
        ("host_name-1.docker.internal", True),
        ("10.0.0.1", True),
        ("fe80::1", True),
        ("http://hooks.example", False),
        ("hooks.example:8080", False),
        ("hooks.example/path", False),
        ("*.example", False),
        ("user@hooks.example", False),
        ("", False),
        ("a b", False),
    ],
)
def test_a_host_is_allowed_by_its_name_alone(name: str, right: bool) -> None:
    assert is_host(name) is right
