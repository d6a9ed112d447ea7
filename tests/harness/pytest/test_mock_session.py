"""The mocks of a session: what a test asks of them, and what it has exchanged, answered or not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from imagine_harness.harness.pytest.handle import MockProviders
from imagine_harness.harness.pytest.mock_session import MockSession, Options
from imagine_harness.mocks.errors import MockError
from imagine_harness.mocks.images.picture import Weight
from imagine_harness.mocks.services.tasks import Stage
from imagine_harness.mocks.settings import Settings

if TYPE_CHECKING:
    from tests.harness.pytest.conftest import Submit

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
    mock_session = MockSession(Settings(seed=1))
    try:
        mock_session.begin()
        MockProviders(mock_session)(pictures="heavy")

        assert mock_session.app.settings.pictures is Weight.HEAVY
    finally:
        mock_session.close()


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


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"providers": ["acme"]}, "no provider 'acme' is recorded, known: cloudflare, fal"),
        ({"readings": {"fal.mood": "good"}}, "no reading 'fal.mood', known: "),
        ({"readings": {"fal.validation-style": "odd"}}, "it has pydantic, documented"),
        ({"tasks": "never"}, "tasks must be one of immediate, manual, timed, got 'never'"),
        ({"faults": ["fal.paint status=429"]}, "no operation 'paint' at fal, known: "),
    ],
)
def test_an_option_that_means_nothing_is_answered_with_what_would(
    options: dict[str, Any], told: str
) -> None:
    with pytest.raises(MockError, match=told):
        MockProviders(MockSession(Settings()))(**options)


def test_hosts_are_allowed_by_name_for_one_test(
    mocks: MockProviders, mock_session: MockSession
) -> None:
    deliveries = mocks(allow=["hooks.example"]).app.services.deliveries
    assert deliveries.permits("https://hooks.example/a")
    assert not deliveries.permits("https://other.example/a")
    mock_session.begin()

    assert not MockProviders(mock_session).app.services.deliveries.permits(
        "https://hooks.example/a"
    )


def test_one_host_may_be_given_as_a_text(mocks: MockProviders) -> None:
    assert mocks(allow="hooks.example").app.services.deliveries.permits("http://hooks.example/")


def test_a_host_that_is_none_is_refused(mocks: MockProviders) -> None:
    with pytest.raises(MockError, match=r"without a port, got 'hooks\.example:80'"):
        mocks(allow=["hooks.example:80"])


@pytest.mark.parametrize(
    ("mode", "stages"),
    [
        ("immediate", [Stage.SUCCEEDED, Stage.SUCCEEDED]),
        ("manual", [Stage.QUEUED, Stage.QUEUED]),
        ("timed", [Stage.QUEUED, Stage.SUCCEEDED]),
    ],
)
def test_tasks_move_as_the_option_says(
    mode: str, stages: list[Stage], mocks: MockProviders, submit: Submit
) -> None:
    fal = mocks(tasks=mode)["fal"]
    fal.clock.hold()
    submit(fal, "http://127.0.0.1:9/")
    seen = [fal.tasks[0].stage]
    fal.clock.advance(100)
    seen.append(fal.tasks[0].stage)

    assert seen == [str(stage) for stage in stages]


def test_a_mode_that_is_none_is_refused(mocks: MockProviders) -> None:
    with pytest.raises(MockError, match="tasks must be one of immediate, manual, timed, got 'x'"):
        mocks(tasks="x")
