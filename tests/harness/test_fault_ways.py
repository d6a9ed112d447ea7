"""Whatever can go wrong, asked for in each of the four ways, over a socket.

The ways are the command line, the control `/__admin/faults`, the pytest handle and the request's
own header. Each fault is bound to one test id, so that one server serves all of them.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import httpx
import pytest

from imagine_harness.harness.cli import command_line
from imagine_harness.harness.pytest.handle import MockProviders
from imagine_harness.harness.pytest.mock_session import MockSession
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.context import Context
from imagine_harness.mocks.errors import MockError
from imagine_harness.mocks.server import serving
from imagine_harness.mocks.services.delivery import Delivery, Policy
from imagine_harness.mocks.services.faults import PARTS, FaultError, parsed
from imagine_harness.mocks.services.tasks import Stage, Task
from tests.harness.faults import CASES, Asker, place

PROVIDERS = ("uniall", "xai")
PROVIDED = tuple(word for name in PROVIDERS for word in ("--provider", name))
WAYS = ("command line", "control", "handle", "header")
SPEED = 5_000
"""Seconds of the mocks in a real one: long waits are over at once."""

NOWHERE = "http://127.0.0.1:9/hook"


def announcing(app: App) -> App:
    """Mocks whose tasks have a webhook, as those of several providers do."""

    async def announce(context: Context, task: Task, stage: Stage) -> Sequence[Delivery]:
        body = str(stage).encode()
        return [Delivery("webhook", context.name, task.id, task.test, NOWHERE, body, Policy(5))]

    app.mocks["uniall"].context.announce = announce
    return app


@contextmanager
def served_mocks(*options: str) -> Iterator[App]:
    """The mocks that the command makes of its options, in place of serving them."""
    made: list[App] = []
    with pytest.MonkeyPatch.context() as patch:
        before = signal.getsignal(signal.SIGTERM)
        patch.setattr("imagine_harness.mocks.server.serve", lambda app, *_: made.append(app))
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
    faults = [("--fault", f"{place(case)} test={case} {spec}") for case, (spec, _) in CASES.items()]
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
def mock_session() -> Iterator[MockSession]:
    made = MockSession(Settings(seed=1, speed=SPEED, providers=PROVIDERS))
    yield made
    made.close()


@pytest.fixture(scope="module")
def by_handle(mock_session: MockSession) -> Way:
    mocks = MockProviders(mock_session)
    announcing(mock_session.app)

    def asker(part: str, spec: str) -> Asker:
        mocks[place(part)].faults.add(f"test={part} {spec}")
        return Asker(mock_session.app, mocks.url, part)

    return asker


def test_every_part_of_a_fault_has_a_case() -> None:
    assert set(PARTS) <= CASES.keys()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("way", WAYS)
def test_a_fault_happens_whichever_way_it_is_asked_for(
    way: str, case: str, request: pytest.FixtureRequest
) -> None:
    asker: Way = request.getfixturevalue(f"by_{way.replace(' ', '_')}")
    spec, seen = CASES[case]
    ask = asker(case, spec)
    seen(ask)

    noted = [each for each in ask.app.services.journal if each.test == ask.test]
    assert parsed(noted[-1].verdict.fault or "").parts.keys() == parsed(spec).parts.keys()
    assert noted[-1].verdict.kind == "fault"


BAD = [
    ("at=submit status=503", "at must be poll, got 'submit'"),
    ("at=poll stuck", "stuck is about the submission"),
    ("retry-after=soon", "retry-after must be seconds, date:SECONDS or a time such as"),
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
    ("uniall.generate gone", "fault 'gone' is about media, got the operation 'generate'"),
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
    spec: str, told: str, mock_session: MockSession
) -> None:
    with pytest.raises((FaultError, MockError)) as caught:
        MockProviders(mock_session)["uniall"].faults.add(spec)

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
    [*_, noted] = [each for each in app.services.journal if each.test == "bad"]
    assert (noted.response.status, noted.verdict.refusal, noted.verdict.fault) == (
        400,
        "bad-fault",
        None,
    )
