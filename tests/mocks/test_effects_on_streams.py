"""What a fault does to an answer that comes bit by bit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from imagine_harness.mocks.app import App
from imagine_harness.mocks.protocols.fault_effects import ConnectionReset, disturbed
from imagine_harness.mocks.services.clock import Clock
from imagine_harness.mocks.services.faults import parsed
from tests.mocks.callers import turns

FAULT = "X-Harness-Fault"


async def letters() -> AsyncIterator[bytes]:
    for part in (b"abc", b"def", b"ghi"):
        yield part


@pytest.mark.parametrize(
    ("fault", "seen", "whole"),
    [
        ("delay=0", [b"abc", b"def", b"ghi"], True),
        ("truncate=0", [b""], False),
        ("truncate=2", [b"ab"], False),
        ("truncate=4", [b"abc", b"d"], False),
        ("truncate=100", [b"abc", b"def", b"ghi"], True),
        ("truncated", [b"a"], False),
    ],
)
def test_a_stream_is_cut_where_an_answer_would_be(
    fault: str, seen: list[bytes], whole: bool, runner: asyncio.Runner
) -> None:
    async def main() -> tuple[list[bytes], bool]:
        came = []
        try:
            async for part in disturbed(letters(), parsed(fault).parts, Clock()):
                came.append(part)
        except ConnectionReset:
            return came, False
        return came, True

    assert runner.run(main()) == (seen, whole)


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("stall", [b""]),
        ("stall=4", [b"abc", b"d"]),
        ("stall=100", [b"abc", b"def", b"ghi"]),
    ],
)
def test_a_stream_says_nothing_more_and_does_not_end(
    fault: str, seen: list[bytes], runner: asyncio.Runner
) -> None:
    came: list[bytes] = []

    async def take() -> None:
        async for part in disturbed(letters(), parsed(fault).parts, Clock()):
            came.append(part)

    async def main() -> bool:
        taking = asyncio.ensure_future(take())
        await turns()
        ended = taking.done()
        taking.cancel()
        return ended

    assert runner.run(main()) is False
    assert came == seen


def test_a_slow_stream_waits_on_the_clock(runner: asyncio.Runner) -> None:
    clock = Clock()
    clock.hold()

    async def main() -> list[int]:
        came: list[bytes] = []

        async def take() -> None:
            async for part in disturbed(letters(), parsed("slow=3").parts, clock):
                came.append(part)

        taking = asyncio.ensure_future(take())
        seen = []
        for _ in range(3):
            for _ in range(6):
                await asyncio.sleep(0.005)
            seen.append(len(came))
            clock.advance(1)
        await taking
        return seen

    assert runner.run(main()) == [1, 2, 3]


@pytest.fixture
def stream(base_url: str, app: App) -> Callable[[str], httpx.Response]:
    """The status stream of a request that has ended, as a fault lets it through."""

    def asked(fault: str) -> httpx.Response:
        queue = f"{base_url}/fal/queue/xai/grok-imagine-image"
        headers = {"Authorization": "Key a:b"}
        with httpx.Client(trust_env=False, headers=headers, timeout=10) as client:
            request_id = client.post(queue, json={"prompt": "x"}).json()["request_id"]
            app.services.clock.advance(60)
            return client.get(
                f"{queue}/requests/{request_id}/status/stream", headers={FAULT: fault}
            )

    return asked


def test_a_stream_that_a_fault_does_not_touch_is_whole(
    stream: Callable[[str], httpx.Response], app: App
) -> None:
    answer = stream("delay=0 retry-after=3")

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["retry-after"] == "3"
    assert "COMPLETED" in answer.text
    *_, noted = app.services.journal
    assert (noted.verdict.kind, noted.response.body) == ("fault", answer.content)


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        ("empty", 200, b""),
        ("html", 502, b"<html>"),
        ("garbage", 200, b"\x00"),
        ("status=503", 503, b"{"),
    ],
)
def test_a_stream_can_be_replaced(
    fault: str, status: int, body: bytes, stream: Callable[[str], httpx.Response]
) -> None:
    answer = stream(fault)

    assert answer.status_code == status
    assert answer.content.startswith(body)
    assert "COMPLETED" not in answer.text


@pytest.mark.parametrize("fault", ["reset", "truncate=5"])
def test_a_stream_can_be_broken(
    fault: str, stream: Callable[[str], httpx.Response], app: App
) -> None:
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        stream(fault)

    *_, noted = app.services.journal
    assert (noted.verdict.kind, noted.verdict.fault) == ("fault", fault)
