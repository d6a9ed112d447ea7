"""One provider's answer, whatever it is like: its pictures, or why there are none."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING

import orjson
import pytest
from PIL import Image
from starlette.types import Receive, Scope, Send

from imagine_harness.mocks.server import serving

if TYPE_CHECKING:
    from tests.mocks.lumenfall.conftest import Gateway

Make = Callable[..., "Gateway"]
Decoded = Callable[[bytes], tuple[str, tuple[int, int]]]
Answer = tuple[int, bytes]
FAL = "fal/grok-imagine-image"


class Stub:
    """A provider of which a test says all that it answers, by path."""

    def __init__(self) -> None:
        self.on_shutdown: Callable[[], None] | None = None
        self.answers: dict[str, Answer | Callable[[bytes], Answer]] = {}
        self.asked: list[tuple[str, dict[bytes, bytes]]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append((scope["path"], dict(scope["headers"])))
        sent = await receive()
        answer = self.answers.get(scope["path"], (404, b""))
        status, body = answer(sent["body"]) if callable(answer) else answer
        headers = [(b"location", b"http://127.0.0.1:9/elsewhere")] if status == 307 else []
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Stub, str]]:
    stub = Stub()
    with serving(stub) as address:
        yield stub, address


@pytest.fixture
def stub(running: tuple[Stub, str]) -> Stub:
    running[0].answers.clear()
    running[0].asked.clear()
    return running[0]


@pytest.fixture
def front(stub: Stub, running: tuple[Stub, str], gateway: Make) -> Gateway:
    """A gateway with nothing but the stub behind it."""
    return gateway(route={"fal": f"{running[1]}/fal/", "xai": f"{running[1]}/v1"})


def outputs(*urls: object, **more: object) -> tuple[int, bytes]:
    return 200, orjson.dumps({"images": [{"url": url} for url in urls], **more})


def test_pictures_are_fetched_from_the_provider_itself_without_a_key(
    front: Gateway, stub: Stub, running: tuple[Stub, str], picture: Callable[..., bytes]
) -> None:
    square = picture(1024, 1024, "JPEG")
    stub.answers["/fal/xai/grok-imagine-image"] = outputs(
        f"{running[1]}/files/1.jpg", revised_prompt="a tall lighthouse"
    )
    stub.answers["/files/1.jpg"] = (200, square)

    answer = front.ask(model=FAL)

    [image] = answer.json()["data"]
    assert front.client.get(image["url"]).content == square
    assert image["revised_prompt"] == "a tall lighthouse"
    [(_, sent), (path, fetched)] = stub.asked
    assert sent[b"content-type"] == b"application/json"
    assert (path, b"authorization" in fetched) == ("/files/1.jpg", False)
    assert sent[b"x-harness-sent-by"] == fetched[b"x-harness-sent-by"] == b"imagine-harness"


@pytest.mark.parametrize("prefix", ["", "data:image/webp;base64,"])
def test_base64_is_understood_with_and_without_a_prefix(
    prefix: str, front: Gateway, stub: Stub, picture: Callable[..., bytes], decoded: Decoded
) -> None:
    data = base64.b64encode(picture(64, 64, "WEBP")).decode()
    item = {"b64_json": prefix + data, "revised_prompt": ""}
    stub.answers["/v1/images/generations"] = (200, orjson.dumps({"data": [item, item, item]}))

    images = front.images(model="xai/grok-imagine-image", n=2)

    assert [decoded(each) for each in images] == [("JPEG", (1024, 1024))] * 2


BROKEN: dict[str, tuple[tuple[int, bytes], str]] = {
    "another address": (outputs("http://127.0.0.1:9/a.png"), "at an address of somebody else"),
    "another scheme": (outputs("ftp://127.0.0.1/a.png"), "cannot be decoded"),
    "no picture": (outputs("data:image/png;base64,AAAA"), "cannot be decoded"),
    "an empty text": (outputs(""), "it made 0 images instead of 1"),
    "a null": (outputs(None), "it made 0 images instead of 1"),
    "an error on 200": ((200, b'{"error": "no"}'), "it made 0 images instead of 1"),
    "a list": ((200, b"[]"), "it made 0 images instead of 1"),
    "nesting": ((200, b"[" * 5000), "its answer is no JSON"),
    "not yet": ((202, b'{"request_id": "1"}'), "status 202"),
    "a redirect": ((307, b""), "status 307"),
}


@pytest.mark.parametrize(("answer", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_an_answer_without_pictures_is_a_failure(
    answer: tuple[int, bytes], said: str, front: Gateway, stub: Stub
) -> None:
    stub.answers["/fal/xai/grok-imagine-image"] = answer

    status, code, message = front.refusal(model=FAL)

    assert (status, code) == (502, "ALL_PROVIDERS_EXHAUSTED")
    assert said in message
    assert len(stub.asked) == 1


@pytest.mark.parametrize("stored", [(404, b""), (200, b"no picture")])
def test_a_picture_that_cannot_be_fetched_is_a_failure(
    stored: tuple[int, bytes], front: Gateway, stub: Stub, running: tuple[Stub, str]
) -> None:
    stub.answers["/fal/xai/grok-imagine-image"] = outputs(f"{running[1]}/1.jpg")
    stub.answers["/1.jpg"] = stored

    assert front.refusal(model=FAL)[:2] == (502, "ALL_PROVIDERS_EXHAUSTED")


def test_a_picture_is_not_fetched_from_controls(
    front: Gateway, stub: Stub, running: tuple[Stub, str]
) -> None:
    stub.answers["/fal/xai/grok-imagine-image"] = outputs(f"{running[1]}/%5f_admin/requests")

    assert "an address of controls" in front.refusal(model=FAL)[2]
    assert len(stub.asked) == 1


def test_the_parts_of_a_call_keep_their_order(front: Gateway, stub: Stub) -> None:
    def grey(level: int) -> str:
        data = BytesIO()
        Image.new("L", (8, 8), level).save(data, "PNG")
        return f"data:image/png;base64,{base64.b64encode(data.getvalue()).decode()}"

    def part(body: bytes) -> tuple[int, bytes]:
        count = orjson.loads(body)["num_images"]
        first = {4: 0, 3: 4}[count]
        return outputs(*(grey(30 * each) for each in range(first, first + count)))

    stub.answers["/fal/xai/grok-imagine-image"] = part

    images = front.images(model=FAL, n=7, output_format="png")

    levels = [Image.open(BytesIO(each)).convert("L").getpixel((500, 500)) for each in images]
    assert levels == [0, 30, 60, 90, 120, 150, 180]


def test_nothing_more_is_sent_once_something_failed(front: Gateway, stub: Stub) -> None:
    stub.answers["/v1/images/generations"] = (500, b"")

    assert front.refusal(model="xai/grok-imagine-image", n=100)[0] == 502
    assert 1 <= len(stub.asked) <= 4
