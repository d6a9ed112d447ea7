"""Whatever can go wrong, asked for in each of the four ways, over a socket.

The ways are the command line, the control `/__admin/faults`, the pytest handle and the request's
own header. Each fault is bound to one test id, so that one server serves all of them.
"""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import httpx
import pytest

from harness.cli import command_line
from harness.handles.handle import MockProviders
from harness.handles.station import Station
from mocks.app import App, Settings
from mocks.delivery import Delivery, Policy
from mocks.faults import PARTS, FaultError
from mocks.provider import ProviderMock
from mocks.server import serving
from mocks.settings import MockError
from mocks.tasks import Stage, Task

PROVIDERS = ("uniall", "xai")
PROVIDED = tuple(word for name in PROVIDERS for word in ("--provider", name))
WAYS = ("command line", "control", "handle", "header")
SPEED = 5_000
"""Seconds of the mocks in a real one: long waits are over at once."""

HEADERS = {"Authorization": "Bearer sk-a"}
BODY = {"model": "grok-imagine-image", "prompt": "a lighthouse", "n": 2}
TASK = {"model": "grok-imagine-image", "prompt": "a lighthouse"}
NOWHERE = "http://127.0.0.1:9/hook"


@dataclass
class Asker:
    """A client whose requests meet one fault."""

    app: App
    url: str
    test: str
    more: dict[str, str] = field(default_factory=dict)

    def _post(self, path: str, body: Any) -> httpx.Response:
        headers = {**HEADERS, "X-Harness-Test": self.test, **self.more}
        with httpx.Client(base_url=self.url, trust_env=False, headers=headers) as client:
            return client.post(path, json=body)

    def images(self, provider: str = "uniall") -> httpx.Response:
        return self._post(f"/{provider}/v1/images/generations", BODY)

    def task(self) -> str:
        answer = self._post("/uniall/v1/images/tasks", TASK)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["task_id"])

    def stage(self, task_id: str) -> str:
        """What the task is once every task would have ended."""
        self.app.shared.clock.advance(3_600)
        task = self.app.shared.tasks.find(task_id)
        assert task is not None
        return str(self.app.shared.tasks.stage(task))

    def sent(self) -> list[str]:
        """What became of the webhooks of this test, once there is one."""
        limit = time.monotonic() + 10
        while True:
            deliveries = self.app.shared.deliveries.all()
            found = [str(each.state) for each in deliveries if each.test == self.test]
            if found or time.monotonic() > limit:
                return found
            time.sleep(0.005)


def status(ask: Asker) -> None:
    answer = ask.images()
    assert (answer.status_code, answer.json().keys()) == (429, {"error"})


def retry_after(ask: Asker) -> None:
    assert ask.images().headers["retry-after"] == "7"


def delay(ask: Asker) -> None:
    before = ask.app.shared.clock.now()
    assert ask.images().status_code == 200
    assert ask.app.shared.clock.now() - before >= 600


def truncate(ask: Asker) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        ask.images()


def fewer(ask: Asker) -> None:
    assert len(ask.images().json()["data"]) == 1


def reset(ask: Asker) -> None:
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        ask.images()


def empty(ask: Asker) -> None:
    answer = ask.images()
    assert (answer.status_code, answer.content) == (200, b"")


def garbage(ask: Asker) -> None:
    answer = ask.images()
    assert answer.headers["content-type"] == "application/json"
    with pytest.raises(ValueError, match=r".+"):
        json.loads(answer.content)


def html(ask: Asker) -> None:
    answer = ask.images()
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html")
    assert answer.text.startswith("<html>")


def content_type(ask: Asker) -> None:
    answer = ask.images()
    assert answer.headers["content-type"] == "text/plain"
    assert len(answer.json()["data"]) == 2


def slow(ask: Asker) -> None:
    before = ask.app.shared.clock.now()
    answer = ask.images()
    assert len(answer.json()["data"]) == 2
    assert ask.app.shared.clock.now() - before >= (len(answer.content) - 10) / 10


def error(ask: Asker) -> None:
    answer = ask.images()
    assert answer.status_code == 400
    assert "task_not_exist" in answer.text


def stuck(ask: Asker) -> None:
    assert ask.stage(ask.task()) == "running"


def fail(ask: Asker) -> None:
    assert ask.stage(ask.task()) == "failed"


def webhook(ask: Asker) -> None:
    ask.stage(ask.task())
    assert ask.sent() == ["lost"]


def moderated(ask: Asker) -> None:
    answer = ask.images("xai")
    assert answer.status_code == 200
    assert answer.json()["data"] == []


CASES: Mapping[str, tuple[str, Callable[[Asker], None]]] = MappingProxyType(
    {
        "status": ("status=429", status),
        "retry-after": ("status=503 retry-after=7", retry_after),
        "delay": ("delay=600", delay),
        "truncate": ("truncate=20", truncate),
        "fewer": ("fewer=1", fewer),
        "reset": ("reset", reset),
        "empty": ("empty", empty),
        "garbage": ("garbage", garbage),
        "html": ("html", html),
        "content-type": ("content-type=text/plain", content_type),
        "slow": ("slow=10", slow),
        "error": ("error=task-unknown", error),
        "stuck": ("stuck", stuck),
        "fail": ("fail", fail),
        "webhook": ("webhook=lost", webhook),
        "moderated": ("moderated=empty", moderated),
    }
)
"""For each part of a fault, one that has it, and what a client sees of it."""


def place(part: str) -> str:
    """The provider at which a part is tried."""
    return "xai" if part == "moderated" else "uniall"


def announcing(app: App) -> App:
    """Mocks whose tasks have a webhook, as those of several providers do."""
    mock = app.mocks["uniall"]

    async def announce(mock: ProviderMock, task: Task, stage: Stage) -> Sequence[Delivery]:
        body = str(stage).encode()
        return [Delivery("webhook", mock.name, task.id, task.test, NOWHERE, body, Policy(5))]

    mock.dialect = replace(mock.dialect, announce=announce)
    return app


@contextmanager
def served_mocks(*options: str) -> Iterator[App]:
    """The mocks that the command makes of its options, in place of serving them."""
    made: list[App] = []
    with pytest.MonkeyPatch.context() as patch:
        before = signal.getsignal(signal.SIGTERM)
        patch.setattr("mocks.server.serve", lambda app, *_: made.append(app))
        try:
            code = command_line(["serve", "--port", "0", "--quiet", *PROVIDED, *options])
        finally:
            signal.signal(signal.SIGTERM, before)
    assert code == 0
    yield announcing(made[0])


Way = Callable[[str, str], Asker]


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[App, str]]:
    """Mocks without any fault."""
    app = announcing(App(Settings(seed=1, speed=SPEED, providers=PROVIDERS)))
    with serving(app) as url:
        yield app, url


@pytest.fixture(scope="module")
def by_command_line() -> Iterator[Way]:
    """Mocks that were started with every fault of the table."""
    faults = [("--fault", f"{place(part)} test={part} {spec}") for part, (spec, _) in CASES.items()]
    options = ["--speed", str(SPEED), "--seed", "1", *(word for pair in faults for word in pair)]
    with served_mocks(*options) as app, serving(app) as url:
        yield lambda part, spec: Asker(app, url, part)


@pytest.fixture(scope="module")
def by_control(served: tuple[App, str]) -> Way:
    app, url = served

    def asker(part: str, spec: str) -> Asker:
        line = {"fault": f"{place(part)} test={part} {spec}"}
        answer = httpx.post(f"{url}/__admin/faults", json=line, trust_env=False)
        assert answer.status_code == 201
        return Asker(app, url, part)

    return asker


@pytest.fixture(scope="module")
def by_header(served: tuple[App, str]) -> Way:
    app, url = served

    def asker(part: str, spec: str) -> Asker:
        return Asker(app, url, f"own-{part}", {"X-Harness-Fault": spec.replace(" ", ";")})

    return asker


@pytest.fixture(scope="module")
def station() -> Iterator[Station]:
    made = Station(Settings(seed=1, speed=SPEED, providers=PROVIDERS))
    yield made
    made.close()


@pytest.fixture(scope="module")
def by_handle(station: Station) -> Way:
    mocks = MockProviders(station)
    announcing(station.app)

    def asker(part: str, spec: str) -> Asker:
        mocks[place(part)].faults.add(f"test={part} {spec}")
        return Asker(station.app, mocks.url, part)

    return asker


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("way", WAYS)
def test_a_fault_happens_whichever_way_it_is_asked_for(
    way: str, part: str, request: pytest.FixtureRequest
) -> None:
    asker: Way = request.getfixturevalue(f"by_{way.replace(' ', '_')}")
    spec, seen = CASES[part]
    ask = asker(part, spec)
    seen(ask)

    noted = [each for each in ask.app.shared.journal if each.test == ask.test]
    assert noted[0].fault is not None
    assert part in noted[0].fault
    assert noted[0].verdict == "fault"


BAD = [
    ("status=42", "status must be 100 to 599, got 42"),
    ("delay=soon", "delay must be a number, got 'soon'"),
    ("slow=-1", "slow must not be negative, got '-1'"),
    ("stuck=yes", "stuck takes no value, got 'yes'"),
    ("webhook=eaten", "webhook must be one of lost, duplicate, late, reordered, contradicts"),
    ("moderated=twice", "moderated must be one of empty, placeholder"),
    ("error=nothing", "no error 'nothing' on record, known: "),
    ("fail=nothing", "no error 'nothing' on record, known: "),
    ("bogus=1", "unknown word 'bogus'"),
    ("truncate", "truncate needs a value"),
]


@pytest.mark.parametrize(("spec", "told"), BAD)
def test_the_command_line_refuses_a_fault_that_means_nothing(
    spec: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command_line(["serve", "--port", "0", "--provider", "uniall", "--fault", spec]) == 2
    err = capsys.readouterr().err
    assert told in " ".join(err.split())


@pytest.mark.parametrize(("spec", "told"), BAD)
def test_the_control_refuses_a_fault_that_means_nothing(
    spec: str, told: str, served: tuple[App, str]
) -> None:
    answer = httpx.post(f"{served[1]}/__admin/faults", json={"fault": spec}, trust_env=False)

    assert (answer.status_code, answer.headers["x-harness-error"]) == (400, "bad-request")
    assert told in answer.json()["detail"]


@pytest.mark.parametrize(("spec", "told"), BAD)
def test_the_handle_refuses_a_fault_that_means_nothing(
    spec: str, told: str, station: Station
) -> None:
    with pytest.raises((FaultError, MockError)) as caught:
        MockProviders(station)["uniall"].faults.add(spec)

    assert told in str(caught.value)


@pytest.mark.parametrize(("spec", "told"), BAD)
def test_the_header_refuses_a_fault_that_means_nothing(
    spec: str, told: str, served: tuple[App, str]
) -> None:
    app, url = served
    ask = Asker(app, url, "bad", {"X-Harness-Fault": spec})
    answer = ask.images()

    assert (answer.status_code, answer.headers["x-harness-error"]) == (400, "bad-fault")
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.json()["detail"]
    [*_, noted] = [each for each in app.shared.journal if each.test == "bad"]
    assert (noted.status, noted.refusal, noted.fault) == (400, "bad-fault", None)
