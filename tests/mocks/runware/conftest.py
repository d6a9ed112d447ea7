"""Talking to Runware: arrays of tasks over HTTP in this process, or over a real WebSocket."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from imagine_harness.harness.pytest.webhooks import Receiver
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving
from imagine_harness.mocks.services.faults import parsed

UUID = "00000000-0000-4000-9000-{:012d}"
LONGEST = 10
"""Seconds after which a frame that does not come is missing."""


@pytest.fixture
def reread(app: App) -> Callable[..., None]:
    """Put other readings in force, by topic."""

    def put(**choices: str) -> None:
        app.read({f"runware.{name.replace('_', '-')}": each for name, each in choices.items()})

    return put


@pytest.fixture(scope="session")
def uuid_of() -> Callable[[int], str]:
    """A version 4 UUID by number."""
    return UUID.format


@pytest.fixture(scope="session")
def image_task() -> Callable[..., dict[str, Any]]:
    """The plainest image task of a number, with parameters laid over it."""

    def made(number: int, **parameters: Any) -> dict[str, Any]:
        return {
            "taskType": "imageInference",
            "taskUUID": UUID.format(number),
            "model": "xai:grok-imagine@image",
            "positivePrompt": "a lighthouse",
            "resolution": "1K",
            **parameters,
        }

    return made


@pytest.fixture
def post(client: httpx.Client) -> Callable[..., httpx.Response]:
    """Send an array of tasks, with a key in the header unless another header is given."""

    def sent(*tasks: Any, key: str | None = "mock-key", **headers: str) -> httpx.Response:
        own = {} if key is None else {"Authorization": f"Bearer {key}"}
        named = {f"X-Harness-{name.capitalize()}": value for name, value in headers.items()}
        return client.post("/runware/v1", headers={**own, **named}, json=tasks)

    return sent


@pytest.fixture
def poll(post: Callable[..., httpx.Response]) -> Callable[..., dict[str, Any]]:
    """What polling the task of a number is answered with; the status is 200 unless told."""

    def polled(number: int, kind: str = "getResponse", status: int = 200, **headers: str) -> Any:
        answer = post({"taskType": kind, "taskUUID": UUID.format(number)}, **headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    return polled


@pytest.fixture
def after(app: App, runner: asyncio.Runner, client: httpx.Client) -> Callable[[float], None]:
    """Hold the clock; move it, and let everything that is due by then happen."""
    client.get("/__admin/health")
    app.services.clock.hold()

    def moved(seconds: float) -> None:
        app.services.clock.advance(seconds)
        runner.run(app.services.schedule.settle())

    return moved


@pytest.fixture(scope="module")
def listening() -> Iterator[Receiver]:
    made = Receiver(lambda: 0.0)
    with serving(made) as made.url:
        yield made


@pytest.fixture
def receiver(listening: Receiver) -> Receiver:
    """Somebody on loopback who takes webhooks and uploads."""
    listening.received.clear()
    listening.answer_with()
    return listening


class Client:
    """One WebSocket connection that speaks arrays of tasks."""

    def __init__(self, connected: ClientConnection) -> None:
        self.socket = connected

    def send(self, *tasks: Any) -> None:
        self.socket.send(json.dumps(tasks))

    def raw(self) -> str | bytes:
        return self.socket.recv(timeout=LONGEST)

    def frame(self) -> Any:
        return json.loads(self.raw())

    def ask(self, *tasks: Any) -> Any:
        self.send(*tasks)
        return self.frame()

    def login(self, key: str = "my-key", session: str | None = None) -> str:
        task = {"taskType": "authentication", "apiKey": key}
        if session is not None:
            task["connectionSessionUUID"] = session
        [element] = self.ask(task)["data"]
        assert set(element) == {"taskType", "connectionSessionUUID"}
        return str(element["connectionSessionUUID"])

    def end(self) -> int | None:
        """Wait for the connection's end; the code that it was closed with, None if it broke."""
        with pytest.raises(ConnectionClosed) as caught:
            self.raw()
        return caught.value.rcvd.code if caught.value.rcvd else None


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[App, str]]:
    made = App(Settings(seed=1))
    with serving(made) as address:
        yield made, address


@pytest.fixture
def live(served: tuple[App, str]) -> Iterator[App]:
    """An application on a socket, as if it had just been started."""
    made, _ = served
    yield made
    made.services.clock.release()
    made.read({})
    made.reset()


@pytest.fixture
def live_url(served: tuple[App, str], live: App) -> str:
    """Where `live` listens, for WebSocket."""
    return served[1].replace("http", "ws", 1)


@pytest.fixture
def disturb(live: App) -> Callable[[str], None]:
    """Let something go wrong at `live`."""

    def put(spec: str) -> None:
        live.services.faults.add(parsed(spec))

    return put


@pytest.fixture
def opened(live_url: str) -> Iterator[Callable[..., Client]]:
    """Open a connection to `live`, with the key handed in unless it is not wanted."""
    sockets = ExitStack()

    def made(
        *,
        login: bool = True,
        address: str = "",
        path: str = "/runware/v1",
        headers: Mapping[str, str] | None = None,
    ) -> Client:
        reached = socket.create_connection(("127.0.0.1", httpx.URL(live_url).port or 0))
        client = Client(
            sockets.enter_context(
                connect(
                    (address or live_url) + path,
                    sock=reached,
                    additional_headers=dict(headers or {}),
                    proxy=None,
                    close_timeout=1,
                )
            )
        )
        if login:
            client.login()
        return client

    with sockets:
        yield made
