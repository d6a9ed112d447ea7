"""Talking to the mocks: in this process for speed, over a socket where the network matters."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from types import MappingProxyType
from typing import Any

import httpx
import orjson
import pytest
from PIL import Image

from imagine_harness.harness.pytest.webhooks import Receiver
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving
from tests.mocks.envelopes import CHECKS, ENVELOPES

BASE = "http://127.0.0.1:4010"
ACCOUNT = "0123456789abcdef0123456789abcdef"
UUIDS = "00000000-0000-4000-8000-{:012d}"


@dataclass(frozen=True)
class Plain:
    """The plainest legal call of one operation, written by hand from its page."""

    path: str
    authorization: str
    body: Mapping[str, Any]
    inside: str = ""
    as_list: bool = False


OPENAI_BODY = {"model": "grok-imagine-image", "prompt": "a lighthouse"}
CLOUDFLARE_RUN = f"/cloudflare/client/v4/accounts/{ACCOUNT}/ai/run"
PICTURE_URL = "https://example.com/lighthouse.png"
PLAIN: Mapping[str, Plain] = MappingProxyType(
    {
        "cloudflare.generate": Plain(
            CLOUDFLARE_RUN,
            "Bearer mock-token",
            {"model": "xai/grok-imagine-image", "input": {"prompt": "a lighthouse"}},
            inside="input",
        ),
        "cloudflare.generate-by-path": Plain(
            f"{CLOUDFLARE_RUN}/xai/grok-imagine-image",
            "Bearer mock-token",
            {"prompt": "a lighthouse"},
        ),
        "runware.task": Plain(
            "/runware/v1",
            "Bearer mock-key",
            {
                "taskType": "imageInference",
                "model": "xai:grok-imagine@image",
                "positivePrompt": "a lighthouse",
                "resolution": "1K",
            },
            as_list=True,
        ),
        "fal.generate": Plain("/fal/xai/grok-imagine-image", "Key a:b", {"prompt": "a lighthouse"}),
        "fal.edit": Plain(
            "/fal/xai/grok-imagine-image/edit",
            "Key a:b",
            {"prompt": "a lighthouse", "image_urls": [PICTURE_URL]},
        ),
        "lumenfall.generate": Plain(
            "/lumenfall/openai/v1/images/generations", "Bearer lmnfl_a.b", OPENAI_BODY
        ),
        "lumenfall.edit": Plain(
            "/lumenfall/openai/v1/images/edits",
            "Bearer lmnfl_a.b",
            {**OPENAI_BODY, "image": PICTURE_URL},
        ),
        "uniall.task": Plain("/uniall/v1/images/tasks", "Bearer sk-a", OPENAI_BODY),
        "uniall.generate": Plain("/uniall/v1/images/generations", "Bearer sk-a", OPENAI_BODY),
        "uniall.edit": Plain(
            "/uniall/v1/images/edits", "Bearer sk-a", {**OPENAI_BODY, "image": PICTURE_URL}
        ),
        "xai.generate": Plain("/xai/v1/images/generations", "Bearer xai-a", OPENAI_BODY),
        "xai.edit": Plain(
            "/xai/v1/images/edits", "Bearer xai-a", {**OPENAI_BODY, "image": {"url": PICTURE_URL}}
        ),
    }
)


class InProcess(httpx.BaseTransport):
    """Takes requests to an application in this process; what the application raises is raised."""

    def __init__(self, app: App, runner: asyncio.Runner) -> None:
        self._transport = httpx.ASGITransport(app)
        self._loop = runner.get_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        return self._loop.run_until_complete(self._answered(request))

    async def _answered(self, request: httpx.Request) -> httpx.Response:
        answer = await self._transport.handle_async_request(request)
        return httpx.Response(
            answer.status_code, headers=answer.headers, content=await answer.aread()
        )


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as made:
        yield made


@pytest.fixture(scope="session")
def client_of(runner: asyncio.Runner) -> Callable[[App], httpx.Client]:
    """A client of an application in this process, without a socket."""

    def made(app: App) -> httpx.Client:
        return httpx.Client(transport=InProcess(app, runner), base_url=BASE, trust_env=False)

    return made


@pytest.fixture(scope="module")
def lasting_app() -> App:
    """One application for a module whose tests leave nothing behind that `reset` does not."""
    return App(Settings(seed=1))


@pytest.fixture
def app(request: pytest.FixtureRequest) -> App:
    """Mocks of all providers, with nothing behind them; `lasting_app` where a module uses it."""
    if "lasting_app" not in request.fixturenames:
        return App(Settings(seed=1))
    lasting: App = request.getfixturevalue("lasting_app")
    lasting.reset()
    return lasting


@pytest.fixture
def client(app: App, client_of: Callable[[App], httpx.Client]) -> httpx.Client:
    """A client of `app`."""
    return client_of(app)


@pytest.fixture(scope="session")
def plain() -> Callable[..., httpx.Request]:
    """The request of one operation: the plainest legal one, with parameters laid over it."""
    counted = iter(range(1, 10**9))

    def made(
        operation: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        without: Sequence[str] = (),
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Request:
        known = PLAIN[operation]
        body: dict[str, Any] = json.loads(json.dumps(dict(known.body)))
        inner = body[known.inside] if known.inside else body
        if known.as_list:
            inner["taskUUID"] = UUIDS.format(next(counted))
        for name in without:
            inner.pop(name, None)
            body.pop(name, None)
        inner.update(parameters or {})
        sent = [body] if known.as_list else body
        try:
            encoded = orjson.dumps(sent)  # a picture of megabytes is in some
        except orjson.JSONEncodeError:
            encoded = json.dumps(sent).encode()
        given = httpx.Headers({"Content-Type": "application/json"})
        given.update({"Authorization": known.authorization, **(headers or {})})
        return httpx.Request("POST", BASE + known.path, headers=given, content=encoded)

    return made


@pytest.fixture
def ask(client: httpx.Client, plain: Callable[..., httpx.Request]) -> Callable[..., httpx.Response]:
    """Ask one operation of `app`: its plainest legal call with parameters laid over it."""

    def asked(operation: str, /, *args: Any, **kwargs: Any) -> httpx.Response:
        return client.send(plain(operation, *args, **kwargs))

    return asked


@pytest.fixture(scope="session")
def references() -> Callable[[str, Any], list[str]]:
    """Every picture of an operation's answer: its address, data URI or base64."""

    def found(operation: str, body: Any) -> list[str]:
        match operation.partition(".")[0]:
            case "cloudflare":
                return [body["result"]["image"]]
            case "runware":
                keys = {"imageURL", "imageBase64Data", "imageDataURI"}
            case "fal":
                return [each["url"] for each in body["images"]]
            case _:
                keys = {"url", "b64_json"}
        return [each[key] for each in body["data"] for key in keys & each.keys()]

    return found


@pytest.fixture
def fetch(client: httpx.Client) -> Callable[[str], bytes]:
    """The bytes that a reference stands for."""

    def fetched(reference: str) -> bytes:
        if reference.startswith("http"):
            answer = client.get(reference)
            assert answer.status_code == 200
            return answer.content
        return base64.b64decode(reference.rpartition(",")[2], validate=True)

    return fetched


@pytest.fixture
def pictures(
    ask: Callable[..., httpx.Response],
    fetch: Callable[[str], bytes],
    references: Callable[[str, Any], list[str]],
) -> Callable[..., list[bytes]]:
    """Ask an operation, and fetch every picture of the answer."""

    def made(operation: str, *args: Any, **kwargs: Any) -> list[bytes]:
        answer = ask(operation, *args, **kwargs)
        assert answer.status_code == 200, answer.text
        return [fetch(each) for each in references(operation, answer.json())]

    return made


@pytest.fixture
def size_of(
    app: App, references: Callable[[str, Any], list[str]]
) -> Callable[[str, httpx.Response], tuple[int, int]]:
    """The size of the first picture of an answer, before anybody fetched it."""

    def found(operation: str, answer: httpx.Response) -> tuple[int, int]:
        assert answer.status_code == 200, answer.text
        name = references(operation, answer.json())[0].rpartition("/")[2].partition(".")[0]
        medium = app.services.media.get(name)
        assert medium is not None
        return medium.width, medium.height

    return found


@pytest.fixture(scope="session")
def assert_refused() -> Callable[..., None]:
    """Assert that an answer is a provider's own refusal: its status, content type and envelope."""

    def check(answer: httpx.Response, provider: str, status: int | None = None) -> None:
        if status is None:
            assert 400 <= answer.status_code <= 499, answer.content[:500]
        else:
            assert answer.status_code == status, answer.content[:500]
        assert answer.headers["content-type"] == "application/json"
        assert "x-harness-error" not in answer.headers
        body = answer.json()
        assert frozenset(body) in ENVELOPES[provider]
        CHECKS[provider](body)
        assert not re.search(r"\{[a-zA-Z_]+\}", answer.text), "a placeholder was left unfilled"

    return check


@pytest.fixture(scope="session")
def assert_problem() -> Callable[..., None]:
    """Assert that an answer is what the harness itself has to say: problem details of a kind."""

    def check(answer: httpx.Response, status: int, kind: str, told: str = "") -> None:
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-harness-error"] == kind
        body = answer.json()
        assert body.keys() == {"type", "title", "status", "detail"}
        assert (body["status"], body["title"]) == (status, kind.replace("-", " "))
        assert told in body["detail"]

    return check


@pytest.fixture
def base_url(app: App) -> Iterator[str]:
    """`app` on a socket."""
    with serving(app) as address:
        yield address


@pytest.fixture(scope="session")
def picture() -> Callable[..., bytes]:
    """The bytes of a picture of a size, in a format."""

    def made(width: int = 64, height: int = 48, kind: str = "PNG") -> bytes:
        encoded = BytesIO()
        Image.new("RGB", (width, height), (90, 140, 60)).save(encoded, kind)
        return encoded.getvalue()

    return made


@pytest.fixture(scope="session")
def decoded() -> Callable[[bytes], tuple[str, tuple[int, int]]]:
    """The format of a picture and its size, once every pixel of it was decoded."""

    def seen(data: bytes) -> tuple[str, tuple[int, int]]:
        with Image.open(BytesIO(data)) as image:
            image.load()
            return str(image.format), image.size

    return seen


@pytest.fixture(scope="module")
def shared_receiver() -> Iterator[Receiver]:
    """A receiver of webhooks on a socket of its own."""
    made = Receiver(lambda: 0.0)
    with serving(made) as made.url:
        yield made


@pytest.fixture
def receiver(shared_receiver: Receiver) -> Receiver:
    """The receiver, to which nothing has come yet."""
    shared_receiver.received.clear()
    shared_receiver.answer_with()
    return shared_receiver
