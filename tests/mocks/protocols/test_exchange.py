"""One exchange to its end, whoever ends it: it is noted once, and says how it ended."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, NoReturn

import httpx
import pytest

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.network.upstreams import INSIDE
from imagine_harness.mocks.protocols.fault_effects import LINE
from imagine_harness.mocks.services.faults import parsed
from tests.mocks.callers import FAL, Caller, turns

PROMPT = {"prompt": "a lighthouse"}


@pytest.fixture
def app() -> App:
    """Mocks whose clock stands still."""
    made = App(Settings(seed=1))
    made.services.clock.hold()
    return made


@pytest.fixture
def told(app: App) -> list[Exchange]:
    """The exchanges that listeners were told of."""
    heard: list[Exchange] = []
    app.services.journal.listen(heard.append)
    return heard


def ended(exchange: Exchange, who: str) -> bool:
    return re.fullmatch(rf"{who} after \d+\.\d s", exchange.ending or "") is not None


@pytest.mark.parametrize(
    ("fault", "status", "part"),
    [
        ("delay=60", 0, b""),
        ("delay=60 status=500", 0, b""),
        ("delay=60 reset", 0, b""),
        ("slow=1", 200, b"{"),
        ("stall=1", 200, b"{"),
        ("stall=0", 200, b""),
    ],
)
def test_a_call_whose_client_leaves_is_noted_at_once(
    fault: str, status: int, part: bytes, app: App, told: list[Exchange], runner: asyncio.Runner
) -> None:
    caller = Caller(
        body={**PROMPT, "num_images": 5 if "500" in fault else 1}, x_harness_fault=fault
    )

    async def main() -> None:
        caller.ask(app)
        await turns()
        assert told == []
        await caller.leave()

    runner.run(main())

    [exchange] = app.services.journal
    assert told == [exchange]
    assert ended(exchange, "client left")
    assert (exchange.operation, exchange.verdict.fault) == ("generate", fault)
    assert (exchange.response.status, exchange.response.body) == (status, part)
    assert len(exchange.verdict.violations) == ("500" in fault)
    assert caller.answering.exception() is None
    assert len(caller.sent) == (2 if status else 0)


def test_a_stalled_answer_is_promised_whole_and_never_comes_whole(
    app: App, runner: asyncio.Runner
) -> None:
    whole = Caller(body=PROMPT)
    stalled = Caller(body=PROMPT, x_harness_fault="stall=1000000")

    async def main() -> None:
        for caller in (whole, stalled):
            caller.ask(app)
            await turns()
        app.services.clock.advance(1_000_000)
        await turns()
        assert not stalled.answering.done()
        await stalled.leave()

    runner.run(main())
    (_, body), (head, part) = whole.sent, stalled.sent

    assert len(part["body"]) == int(dict(head["headers"])[b"content-length"]) - 1
    assert len(part["body"]) == len(body["body"]) - 1
    assert part["more_body"] is True
    [_, exchange] = app.services.journal
    assert exchange.response.body == part["body"]


def test_a_call_is_in_the_journal_while_its_answer_is_waited_for(
    app: App, told: list[Exchange], runner: asyncio.Runner
) -> None:
    slow, quick = Caller(body=PROMPT, x_harness_fault="delay=60"), Caller(body=PROMPT)

    async def main() -> list[tuple[str, int]]:
        slow.ask(app)
        await turns()
        quick.ask(app)
        await quick.answering
        seen = [(each.id, each.response.status) for each in app.services.journal]
        app.services.clock.advance(60)
        await slow.answering
        return seen

    assert runner.run(main()) == [("1", 0), ("2", 200)]
    assert [(each.id, each.response.status, each.ending) for each in told] == [
        ("2", 200, None),
        ("1", 200, None),
    ]
    assert [each.id for each in app.services.journal] == ["1", "2"]


async def listening(app: App, fault: str | None = None) -> Caller:
    """A caller who asks for the stream of a task's states, right after the task was submitted."""
    headers = {} if fault is None else {"x_harness_fault": fault}
    queue = "/fal/queue/xai/grok-imagine-image"
    submitted = Caller(queue, PROMPT)
    submitted.ask(app)
    await submitted.answering
    [task] = app.services.tasks.all()
    listener = Caller(f"{queue}/requests/{task.id}/status/stream", None, "GET", False, **headers)
    listener.ask(app)
    return listener


def test_a_stream_whose_client_leaves_says_what_was_sent(
    app: App, told: list[Exchange], runner: asyncio.Runner
) -> None:
    async def main() -> None:
        listener = await listening(app)
        await turns()
        await listener.leave()

    runner.run(main())

    exchange = told[-1]
    assert ended(exchange, "client left")
    assert (exchange.response.status, exchange.response.body[:6]) == (200, b"data: ")


def test_a_stream_that_breaks_says_what_was_sent(
    app: App, told: list[Exchange], runner: asyncio.Runner
) -> None:
    async def main() -> None:
        listener = await listening(app, "truncate=10")
        await asyncio.wait([listener.answering])
        assert listener.answering.exception() is not None

    runner.run(main())

    assert (told[-1].ending, len(told[-1].response.body)) == (None, 10)


def test_an_upstream_hears_that_the_client_of_its_gateway_has_left(
    runner: asyncio.Runner,
) -> None:
    app = App(Settings(seed=1, route={"fal": "here"}, faults=(parsed("fal delay=60"),)))
    app.services.clock.hold()
    body = {"model": "fal/grok-imagine-image", "prompt": "a lighthouse"}
    caller = Caller(
        "/lumenfall/openai/v1/images/generations", body, authorization="Bearer lmnfl_a.b"
    )

    async def main() -> None:
        caller.ask(app)
        while len(app.services.journal) < 2:
            await asyncio.sleep(0)
        await turns()
        await caller.leave()

    runner.run(main())

    front, behind = app.services.journal
    assert (front.provider, behind.provider) == ("lumenfall", "fal")
    assert ended(front, "client left")
    assert ended(behind, "client left")


def test_a_client_in_process_that_gives_up_has_left(
    app: App, told: list[Exchange], runner: asyncio.Runner
) -> None:
    async def main() -> None:
        transport = httpx.ASGITransport(app)
        headers = {"Authorization": "Key a:b", "X-Harness-Fault": "delay=60"}
        async with httpx.AsyncClient(transport=transport, base_url=INSIDE) as client:
            asking = asyncio.ensure_future(client.post(FAL, json=PROMPT, headers=headers))
            while not app.services.journal.unfinished:
                await asyncio.sleep(0)
            asking.cancel()
            await asyncio.wait([asking])

    runner.run(main())

    [exchange] = told
    assert ended(exchange, "client left")


@pytest.mark.parametrize(("cut", "who"), [(False, "client left"), (True, "server stopped")])
def test_it_says_whether_the_server_has_closed_the_connection(
    cut: bool, who: str, app: App, told: list[Exchange], runner: asyncio.Runner
) -> None:
    caller = Caller(body=PROMPT, x_harness_fault="delay=60")

    async def main() -> None:
        caller.ask(app, {LINE: SimpleNamespace(cut=cut)})
        await turns()
        await caller.leave()

    runner.run(main())

    assert ended(told[0], who)


def test_what_is_cancelled_at_a_server_has_been_stopped(
    app: App, told: list[Exchange], runner: asyncio.Runner
) -> None:
    caller = Caller(body=PROMPT, x_harness_fault="delay=60")

    async def main() -> None:
        caller.ask(app, {LINE: SimpleNamespace(cut=False)})
        await turns()
        caller.answering.cancel()
        await asyncio.wait([caller.answering])

    runner.run(main())

    assert ended(told[0], "server stopped")


@pytest.mark.parametrize("body", [PROMPT, None, {"prompt": 5}])
def test_a_request_that_does_not_come_whole_is_noted_and_not_judged(
    body: object, app: App, told: list[Exchange], runner: asyncio.Runner
) -> None:
    caller = Caller(body=body, cut=True)

    async def main() -> None:
        caller.ask(app)
        await turns()
        await caller.leave()

    runner.run(main())

    [exchange] = told
    assert (exchange.operation, exchange.verdict.kind) == ("generate", "unjudged")
    assert (exchange.response.status, exchange.verdict.violations, exchange.verdict.refusal) == (
        0,
        [],
        None,
    )
    assert ended(exchange, "client left")
    assert app.services.store.of("").calls == {}
    assert caller.sent == []


def test_a_control_whose_client_leaves_is_no_failure(app: App, runner: asyncio.Runner) -> None:
    caller = Caller("/__admin/reset", {}, cut=True)

    async def main() -> None:
        caller.ask(app)
        await turns()
        await caller.leave()

    runner.run(main())

    assert caller.answering.exception() is None


def test_a_failure_of_the_harness_is_noted(
    app: App, told: list[Exchange], runner: asyncio.Runner
) -> None:
    def fails(*_: Any) -> NoReturn:
        raise ValueError("out of paper")

    mock = app.mocks["fal"]
    mock.dialect = replace(mock.dialect, headers=fails)
    caller = Caller(body={"prompt": 5})

    async def main() -> None:
        caller.ask(app)
        await asyncio.wait([caller.answering])

    runner.run(main())

    [exchange] = told
    assert (exchange.verdict.kind, exchange.response.status) == ("violates", 0)
    assert ended(exchange, "harness failed")


def test_a_call_that_asks_for_a_fault_that_means_nothing_is_noted(
    app: App, told: list[Exchange], runner: asyncio.Runner
) -> None:
    caller = Caller(body=PROMPT, x_harness_fault="bogus")

    async def main() -> None:
        caller.ask(app)
        await caller.answering

    runner.run(main())

    [exchange] = told
    assert caller.sent[0]["status"] == 400
    assert (exchange.operation, exchange.response.status, exchange.verdict.refusal) == (
        "generate",
        400,
        "bad-fault",
    )
    assert exchange.response.body == caller.sent[1]["body"]


def test_a_call_that_waits_for_nothing_takes_one_task(app: App, runner: asyncio.Runner) -> None:
    made: list[Any] = []

    def counted(loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any) -> Any:
        made.append(coroutine)
        return asyncio.Task(coroutine, loop=loop, **options)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_task_factory(counted)
        try:
            caller = Caller(body=PROMPT)
            caller.ask(app)
            await caller.answering
            await turns()
        finally:
            loop.set_task_factory(None)

    runner.run(main())

    assert len(made) == 1
