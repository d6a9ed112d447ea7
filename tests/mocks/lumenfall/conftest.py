"""Lumenfall alone: in this process, and over a socket through the openai SDK.

And Lumenfall as a gateway: in this process, with the mocks behind it on a socket.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import orjson
import pytest

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving
from imagine_harness.mocks.services.faults import parsed

if TYPE_CHECKING:
    import openai


@pytest.fixture
def app() -> App:
    return App(Settings(seed=1, providers=("lumenfall",)))


@pytest.fixture
def sdk() -> Iterator[Callable[..., openai.OpenAI]]:
    """The openai SDK against Lumenfall under some readings, without its retries."""
    library: Any = pytest.importorskip("openai", reason="the openai SDK is not installed")
    opened = ExitStack()

    def of(key: str = "lmnfl_a.b", **readings: str) -> openai.OpenAI:
        chosen = {f"lumenfall.{name.replace('_', '-')}": each for name, each in readings.items()}
        server = serving(App(Settings(seed=1, providers=("lumenfall",), readings=chosen)))
        base = opened.enter_context(server) + "/lumenfall/openai/v1"
        client: openai.OpenAI = library.OpenAI(base_url=base, api_key=key, max_retries=0)
        return opened.enter_context(client)

    with opened:
        yield of


@dataclass(frozen=True)
class Behind:
    """The mocks behind a gateway: their application, and the base URL of each."""

    app: App
    route: dict[str, str]

    def fault(self, spec: str) -> None:
        """Let something go wrong there."""
        self.app.services.faults.add(parsed(spec))

    def heard(self) -> list[Exchange]:
        """What the gateway asked them, oldest first, but for the pictures that it fetched."""
        return [each for each in self.app.services.journal if each.operation != "media"]

    def bodies(self) -> list[tuple[str, dict[str, Any]]]:
        """Whom it asked, and with which bodies."""
        return [(each.provider, orjson.loads(each.request.body)) for each in self.heard()]


@dataclass(frozen=True)
class Gateway:
    """A gateway, and a client of it that has a key."""

    app: App
    client: httpx.Client

    def ask(self, operation: str = "generate", /, **parameters: Any) -> httpx.Response:
        """The answer to a call of the model, by default a generation."""
        path = {"generate": "generations", "edit": "edits"}[operation]
        body = {"model": "grok-imagine-image", "prompt": "a lighthouse", **parameters}
        return self.client.post(f"/lumenfall/openai/v1/images/{path}", json=body)

    def images(self, operation: str = "generate", /, **parameters: Any) -> list[bytes]:
        """The pictures of a call that succeeds, fetched where they are addresses."""
        answer = self.ask(operation, **parameters)
        assert answer.status_code == 200, answer.text
        return [
            self.client.get(each["url"]).content
            if "url" in each
            else base64.b64decode(each["b64_json"], validate=True)
            for each in answer.json()["data"]
        ]

    def refusal(self, operation: str = "generate", /, **parameters: Any) -> tuple[int, str, str]:
        """Status, code and message of a call that is refused."""
        answer = self.ask(operation, **parameters)
        error = answer.json()["error"]
        assert error.keys() == {"message", "type", "code", "param"}
        assert "x-lumenfall-provider" not in answer.headers
        return answer.status_code, error["code"], error["message"]


@pytest.fixture
def behind() -> Iterator[Behind]:
    """The mocks behind a gateway, for one test: a call of another may come late."""
    app = App(Settings(seed=1, providers=("fal", "xai")))
    with serving(app) as address:
        yield Behind(app, {"fal": f"{address}/fal", "xai": f"{address}/xai/v1"})


@pytest.fixture
def gateway(behind: Behind, client_of: Callable[[App], httpx.Client]) -> Callable[..., Gateway]:
    """A gateway in this process, in front of the mocks on a socket or as its settings say."""

    def made(**settings: Any) -> Gateway:
        chosen = {"seed": 1, "providers": ("lumenfall",), "route": behind.route, **settings}
        app = App(Settings(**chosen))
        client = client_of(app)
        client.headers["authorization"] = "Bearer lmnfl_front.secret"
        return Gateway(app, client)

    return made
