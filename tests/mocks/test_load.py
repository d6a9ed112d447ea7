"""Many tasks at once, with webhooks, over a socket: all end, each once, memory stays."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest

from imagine_harness.harness.pytest.webhooks import Receiver
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving

AT_ONCE = 50
SPEED = 20
"""Fast enough that tasks end at once, slow enough that no webhook is given up under load."""

HEADERS = {"Authorization": "Key a:b"}
PATH = "/fal/queue/xai/grok-imagine-image"


@pytest.fixture(scope="module")
def app() -> App:
    return App(Settings(seed=1, speed=SPEED, providers=("fal",)))


@pytest.fixture(scope="module")
def base_url(app: App) -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.fixture(scope="module")
def receiver(app: App) -> Iterator[Receiver]:
    made = Receiver(app.services.clock.now)
    with serving(made) as made.url:
        yield made


async def submitted(base_url: str, hook: str, count: int) -> list[str]:
    """The ids of as many requests, submitted at once."""
    limits = httpx.Limits(max_connections=AT_ONCE)
    async with httpx.AsyncClient(
        base_url=base_url, headers=HEADERS, trust_env=False, limits=limits, timeout=60
    ) as client:

        async def one(number: int) -> str:
            answer = await client.post(
                PATH, params={"fal_webhook": hook}, json={"prompt": f"a lighthouse {number}"}
            )
            assert answer.status_code == 200, answer.text
            return str(answer.json()["request_id"])

        return await asyncio.gather(*(one(number) for number in range(count)))


async def results(base_url: str, ids: list[str]) -> list[httpx.Response]:
    """The result of each request."""
    limits = httpx.Limits(max_connections=AT_ONCE)
    async with httpx.AsyncClient(
        base_url=base_url, headers=HEADERS, trust_env=False, limits=limits, timeout=60
    ) as client:
        return await asyncio.gather(*(client.get(f"{PATH}/requests/{each}") for each in ids))


@pytest.mark.parametrize("tasks", [AT_ONCE, pytest.param(500, marks=pytest.mark.campaign)])
def test_every_task_ends_once_and_tells_it_once(
    tasks: int, app: App, base_url: str, receiver: Receiver, runner: asyncio.Runner
) -> None:
    app.reset()
    receiver.received.clear()
    ids = runner.run(submitted(base_url, receiver.url, tasks))
    assert len(set(ids)) == tasks
    receiver.wait(tasks, timeout=60)
    answers = runner.run(results(base_url, ids))

    assert Counter(each.body["request_id"] for each in receiver.received) == Counter(ids)
    assert {each.body["status"] for each in receiver.received} == {"OK"}
    assert {answer.status_code for answer in answers} == {200}
    told = {each.body["request_id"]: each.body["payload"] for each in receiver.received}
    assert {each: answer.json() for each, answer in zip(ids, answers, strict=True)} == told
    deliveries = app.services.deliveries.all()
    assert Counter(len(each.attempts) for each in deliveries) == {1: tasks}
    assert {str(each.state) for each in deliveries} == {"delivered"}
    assert len(receiver.received) == tasks


@pytest.mark.campaign
def test_memory_is_flat_once_what_happened_is_forgotten(
    app: App, base_url: str, receiver: Receiver, runner: asyncio.Runner
) -> None:
    """A first round fills what is kept for ever; a second one, of as many tasks, adds nothing."""

    def one_round() -> tuple[int, int]:
        """Bytes in use before and after a round is forgotten."""
        runner.run(submitted(base_url, receiver.url, AT_ONCE))
        receiver.wait(AT_ONCE, timeout=60)
        full = tracemalloc.get_traced_memory()[0]
        httpx.post(f"{base_url}/__admin/reset", trust_env=False)
        receiver.received.clear()
        gc.collect()
        return full, tracemalloc.get_traced_memory()[0]

    httpx.post(f"{base_url}/__admin/reset", trust_env=False)
    receiver.received.clear()
    one_round()
    tracemalloc.start()
    try:
        (full, first), (_, second), (_, third) = (one_round() for _ in range(3))
    finally:
        tracemalloc.stop()

    assert min(second, third) - first < (full - first) / 10
    assert app.services.tasks.all() == []
    assert app.services.deliveries.all() == []
