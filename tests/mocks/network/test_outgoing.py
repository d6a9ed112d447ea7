"""What the mocks send out: how far an answer to it is read, and that it never gets at controls."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.network.outgoing import NoAnswer, is_control, status_of, whole
from imagine_harness.mocks.server import bound, serving
from imagine_harness.mocks.services.clock import Clock
from imagine_harness.mocks.services.delivery import Deliveries, Delivery, DeliveryState, Policy
from imagine_harness.mocks.services.schedule import Schedule

BLOCK = bytes(1_000_000)
OK = b"HTTP/1.1 200 OK\r\n"


class Peer:
    """Somebody who takes one request and answers with bytes of a test's choice."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.asked = b""
        self.sent = 0
        self._parts = parts

    def answer(self, listening: socket.socket) -> None:
        with suppress(OSError), listening.accept()[0] as line:
            while b"\r\n\r\n" not in self.asked:
                self.asked += line.recv(65_536)
            for part in self._parts:
                line.sendall(part)
                self.sent += len(part)


@contextmanager
def answering(parts: Iterator[bytes]) -> Iterator[tuple[Peer, str]]:
    peer = Peer(parts)
    with bound("127.0.0.1", 0) as listening:
        thread = threading.Thread(target=peer.answer, args=(listening,))
        thread.start()
        yield peer, f"http://127.0.0.1:{listening.getsockname()[1]}/"
        thread.join(timeout=20)
        assert not thread.is_alive()


def endless(head: bytes, part: bytes) -> Iterator[bytes]:
    yield head
    while True:
        yield part


def status(url: str, seconds: float = 10.0) -> int:
    return asyncio.run(status_of("POST", url, b"{}", {"X-Own": "1"}, seconds))


@pytest.mark.parametrize(
    "parts",
    [
        endless(OK + b"\r\n", BLOCK),
        endless(OK + b"Content-Length: 99999999999\r\n\r\n", BLOCK),
        endless(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\nhello\r\n"),
    ],
    ids=["to the end", "of a length", "in chunks"],
)
def test_an_endless_answer_is_its_status_and_no_more(parts: Iterator[bytes]) -> None:
    with answering(parts) as (peer, url):
        assert status(url) == 200

    assert peer.sent < 30_000_000


@pytest.mark.parametrize(
    "parts",
    [
        endless(OK, b"X-More: 1\r\n"),
        endless(OK + b"X-More: ", b"1" * 1_000),
        endless(b"HTTP/1.1 200 ", b"1" * 1_000),
    ],
    ids=["headers", "a header", "a first line"],
)
def test_an_endless_head_is_no_answer(parts: Iterator[bytes]) -> None:
    with answering(parts) as (peer, url), pytest.raises(NoAnswer):
        status(url)

    assert peer.sent < 30_000_000


def test_a_head_that_never_ends_is_waited_for_no_longer_than_was_said() -> None:
    held = threading.Event()

    def dripping() -> Iterator[bytes]:
        yield OK
        while not held.wait(0.01):
            yield b"HTTP/1.1 100 Continue\r\n\r\n"[:1]

    with answering(dripping()) as (_, url):
        with pytest.raises(NoAnswer, match=r"no answer within 0\.1 s"):
            status(url, 0.1)
        held.set()


def test_who_answers_in_a_few_words_is_not_cut_off() -> None:
    parts = iter([OK + b"Content-Length: 200\r\n\r\n", b"a" * 100, b"b" * 100])
    with answering(parts) as (peer, url):
        assert status(url) == 200

    assert peer.sent == len(OK) + 23 + 200


def test_all_that_is_sent_says_that_it_is_ours() -> None:
    with answering(iter([OK + b"Content-Length: 0\r\n\r\n"])) as (peer, url):
        status(url)

    assert b"x-harness-sent-by: imagine-harness\r\n" in peer.asked.lower()
    assert b"x-own: 1\r\n" in peer.asked.lower()


# Whole answers


async def fetched(url: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await whole(client, "GET", url)


def test_an_answer_that_is_read_whole_has_an_end_as_well() -> None:
    with (
        answering(endless(OK + b"\r\n", BLOCK)) as (peer, url),
        pytest.raises(NoAnswer, match="its answer is longer than"),
    ):
        asyncio.run(fetched(url))

    assert peer.sent < 200_000_000


def test_an_answer_is_whole_and_no_longer_wrapped() -> None:
    packed = bytes.fromhex("1f8b08000000000002ff4b4c4a06 00c241243503000000".replace(" ", ""))
    head = b"Content-Encoding: gzip\r\nX-Own: 1\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with answering(iter([OK + head + packed])) as (_, url):
        answer = asyncio.run(fetched(url))

    assert (answer.status_code, answer.content, answer.headers["x-own"]) == (200, b"abc", "1")


# One's own controls


@pytest.mark.parametrize(
    ("path", "controls"),
    [
        ("/__admin/reset", True),
        ("/__admin", True),
        ("/%5f_admin/reset", True),
        ("/%5F%5Fadmin/reset?a=b", True),
        ("/x/../__admin/reset", True),
        ("/./__admin/shutdown#a", True),
        ("/hook", False),
        ("/hook?to=/__admin/reset", False),
        ("/", False),
        ("", False),
    ],
)
def test_an_address_of_controls_is_known_however_it_is_written(path: str, controls: bool) -> None:
    assert is_control(f"http://127.0.0.1:4010{path}") is controls


def delivered(url: str) -> Delivery:
    """What became of a webhook to an address."""

    async def sent() -> Delivery:
        clock = Clock()
        clock.hold()
        schedule = Schedule(clock)
        schedule.attach()
        webhook = Delivery("webhook", "acme", "task-1", "", url, b"{}", Policy(5))
        delivery = Deliveries(clock, schedule).send(webhook)
        await schedule.settle()
        return delivery

    return asyncio.run(sent())


SPELLED: tuple[Callable[[int], str], ...] = (
    lambda port: f"http://127.0.0.1:{port}/__admin/reset",
    lambda port: f"http://localhost:{port}/__admin/reset",
    lambda port: f"http://user:key@127.0.0.1:{port}/__admin/reset",
    lambda port: f"http://127.0.0.1:{port}/%5f_admin/reset",
    lambda port: f"http://127.0.0.1:{port}/a/../__admin/reset",
    lambda port: f"http://127.0.0.2:{port}/__admin/reset",
    lambda port: f"http://[::1]:{port}/__admin/reset",
)


@pytest.mark.parametrize("spelled", SPELLED)
def test_no_webhook_is_delivered_to_controls(spelled: Callable[[int], str]) -> None:
    delivery = delivered(spelled(4010))

    assert delivery.state is DeliveryState.REFUSED
    assert "/__admin/" in str(delivery.attempts[0].error)


@pytest.mark.parametrize(
    "path", ["//__admin/reset", "/%2e%2e/__admin/reset", "/%255f_admin/reset", "/__Admin/reset"]
)
def test_other_spellings_lead_to_no_controls_and_reset_nothing(path: str, app: App) -> None:
    with serving(app) as address, httpx.Client(base_url=address, trust_env=False) as client:
        client.get("/nobody")
        delivery = delivered(f"{address}{path}")
        noted = client.get("/__admin/requests").json()

    assert delivery.state is not DeliveryState.DELIVERED
    assert noted


def test_controls_refuse_what_was_sent_out_even_where_its_address_told_nothing() -> None:
    app = App(Settings(seed=1, providers=("fal",)))

    async def sent(address: str) -> int:
        return await status_of("POST", address, b"{}", {"content-type": "application/json"}, 5)

    with serving(app) as address:
        assert asyncio.run(sent(f"{address}/__admin/reset")) == 403
