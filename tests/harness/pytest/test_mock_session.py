"""The mocks of a session: what a test asks of them, and what it has exchanged, answered or not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import httpx
import pytest

from imagine_harness.harness.pytest.handle import MockProviders
from imagine_harness.harness.pytest.mock_session import Options, Station
from imagine_harness.mocks.errors import MockError
from imagine_harness.mocks.images.picture import Weight
from imagine_harness.mocks.settings import Settings

SESSION = Settings(pictures=Weight.HEAVY)


@pytest.mark.parametrize(("asked", "made"), [(None, Weight.HEAVY), ("light", Weight.LIGHT)])
def test_the_weight_of_pictures_is_the_sessions_or_the_tests_own(
    asked: str | None, made: Weight
) -> None:
    assert Options(pictures=asked).over(SESSION).pictures is made


def test_a_weight_that_is_none_is_refused() -> None:
    with pytest.raises(MockError, match="pictures must be one of light, heavy, got 'huge'"):
        Options(pictures="huge").over(SESSION)


def test_a_test_asks_for_the_weight_of_its_pictures() -> None:
    station = Station(Settings(seed=1))
    try:
        station.begin()
        MockProviders(station)(pictures="heavy")

        assert station.app.settings.pictures is Weight.HEAVY
    finally:
        station.close()


def until(done: Callable[[], bool]) -> None:
    limit = time.monotonic() + 10
    while not done():
        assert time.monotonic() < limit
        time.sleep(0.005)


def test_a_call_that_is_given_up_is_in_the_journal_from_its_verdict_on(
    mocks: MockProviders,
) -> None:
    fal = mocks(faults="fal.generate delay=600")["fal"]
    fal.clock.hold()
    body = {"prompt": "a heron at dawn", "num_images": 9}

    async def given_up() -> None:
        async with httpx.AsyncClient(trust_env=False, headers=fal.headers) as client:
            answer = asyncio.ensure_future(
                client.post(f"{fal.base_url}/xai/grok-imagine-image", json=body)
            )
            await asyncio.to_thread(until, lambda: len(fal.journal) == 1)
            [waiting] = fal.journal
            assert (waiting.status, waiting.ending, waiting.verdict) == (0, None, "violates")
            with pytest.raises(AssertionError, match=r"fal\.generate\.num_images\.maximum"):
                fal.assert_conforms()
            answer.cancel()

    asyncio.run(given_up())
    until(lambda: fal.journal[0].ending is not None)

    [entry] = fal.journal
    assert (entry.ending or "").startswith("client left after ")
    assert "request 1, without an answer, client left after " in str(entry)
