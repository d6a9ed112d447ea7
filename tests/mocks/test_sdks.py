"""Unmodified SDKs and plain HTTP, over a socket: pictures come back, refusals become exceptions."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving

if TYPE_CHECKING:
    import openai
else:
    openai = pytest.importorskip("openai", reason="the openai SDK is not installed")

Decoded = Callable[[bytes], tuple[str, tuple[int, int]]]
Make = Callable[..., bytes]

MODEL = "grok-imagine-image"
BASES = {"lumenfall": "/lumenfall/openai/v1", "uniall": "/uniall/v1", "xai": "/xai/v1"}
EVERY = pytest.mark.parametrize("provider", BASES)
# The size of a wide picture, which each of them counts in its own way.
WIDE = {"lumenfall": (1365, 768), "uniall": (1408, 768), "xai": (1408, 768)}


@pytest.fixture(scope="module")
def app() -> App:
    return App(Settings(seed=1))


@pytest.fixture(scope="module")
def base_url(app: App) -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.fixture
def sdk(base_url: str) -> Iterator[Callable[..., openai.OpenAI]]:
    """The openai SDK as it comes, with nothing set but its address and its key."""
    made: list[openai.OpenAI] = []

    def of(provider: str, key: str = "sk-mock", **options: Any) -> openai.OpenAI:
        client = openai.OpenAI(base_url=base_url + BASES[provider], api_key=key, **options)
        made.append(client)
        return client

    yield of
    for each in made:
        each.close()


Sdk = Callable[..., "openai.OpenAI"]


def data_of(image: Any) -> bytes:
    if image.b64_json is not None:
        return base64.b64decode(image.b64_json, validate=True)
    answer = httpx.get(image.url)
    assert answer.status_code == 200
    return answer.content


@EVERY
@pytest.mark.parametrize("carrier", ["url", "b64_json"])
def test_the_openai_sdk_generates(provider: str, carrier: Any, sdk: Sdk, decoded: Decoded) -> None:
    answer: Any = sdk(provider).images.generate(
        model=MODEL,
        prompt="a lighthouse",
        n=2,
        response_format=carrier,
        extra_body={"aspect_ratio": "16:9"},
    )

    assert len(answer.data) == 2
    assert (answer.created is None) is (provider == "xai")
    for image in answer.data:
        assert (image.url is None) is (carrier == "b64_json")
        assert decoded(data_of(image)) == ("JPEG", WIDE[provider])


def test_the_openai_sdk_generates_with_what_is_its_own(sdk: Sdk, decoded: Decoded) -> None:
    answer: Any = sdk("lumenfall").images.generate(
        model=MODEL,
        prompt="a lighthouse",
        size="1536x1024",
        output_format="webp",
        output_compression=40,
        response_format="b64_json",
        user="somebody",
    )

    [image] = answer.data
    assert decoded(data_of(image)) == ("WEBP", (1254, 836))
    assert image.revised_prompt == "a lighthouse"


@pytest.mark.parametrize("provider", ["lumenfall", "uniall"])
def test_the_openai_sdk_edits_a_file(
    provider: str, sdk: Sdk, picture: Make, decoded: Decoded, app: App
) -> None:
    answer: Any = sdk(provider).images.edit(
        model=MODEL,
        prompt="at night",
        image=("a.png", picture(320, 180), "image/png"),
        n=2,
        extra_body={"aspect_ratio": "auto", "resolution": "1k"},
    )

    for image in answer.data:
        assert decoded(data_of(image)) == ("JPEG", WIDE[provider])
    assert len(answer.data) == 2
    [*_, noted] = [each for each in app.services.journal if each.operation == "edit"]
    assert (noted.provider, noted.verdict.kind) == (provider, "conforms")


@pytest.mark.parametrize("count", [1, 2, 5])
def test_the_openai_sdk_edits_several_files(
    count: int, sdk: Sdk, picture: Make, decoded: Decoded
) -> None:
    files = [(f"{number}.png", picture(320, 180), "image/png") for number in range(count)]

    answer: Any = sdk("lumenfall").images.edit(
        model=MODEL, prompt="combine", image=files, size="auto", output_format="png"
    )

    [image] = answer.data
    assert decoded(data_of(image)) == ("PNG", (1365, 768))


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "PNG"])
def test_the_openai_sdk_edits_bytes_without_a_name(
    kind: str, sdk: Sdk, picture: Make, decoded: Decoded
) -> None:
    answer: Any = sdk("lumenfall").images.edit(model=MODEL, prompt="x", image=picture(kind=kind))

    assert decoded(data_of(answer.data[0])) == ("JPEG", (1024, 1024))


def test_what_the_openai_sdk_sends_as_a_form_is_refused_where_json_is_wanted(
    sdk: Sdk, picture: Make
) -> None:
    with pytest.raises(openai.APIStatusError) as caught:
        sdk("xai").images.edit(model=MODEL, prompt="x", image=picture())

    assert caught.value.status_code == 415


def test_the_openai_sdk_edits_with_json_of_its_own(sdk: Sdk, decoded: Decoded) -> None:
    answer: Any = sdk("xai").post(
        "/images/edits",
        body={"model": MODEL, "prompt": "x", "image": {"url": "https://example.com/a.png"}},
        cast_to=object,
    )

    assert decoded(httpx.get(answer["data"][0]["url"]).content) == ("JPEG", (1024, 1024))


def test_the_openai_sdk_follows_a_task(sdk: Sdk, app: App, decoded: Decoded) -> None:
    client = sdk("uniall")
    body = {"model": MODEL, "prompt": "a lighthouse", "num_images": 2, "output_format": "png"}

    submitted: Any = client.post("/images/tasks", body=body, cast_to=object)
    app.services.clock.advance(5)
    queried: Any = client.get(f"/images/tasks/{submitted['task_id']}", cast_to=object)

    urls = queried["data"]["metadata"]["result_urls"]
    assert [decoded(httpx.get(url).content) for url in urls] == [("PNG", (1024, 1024))] * 2


@pytest.mark.parametrize(
    ("given", "error", "told"),
    [
        (
            {"size": "banana"},
            "BadRequestError",
            ("INVALID_REQUEST", "invalid_request_error", "size"),
        ),
        ({"n": "two"}, "BadRequestError", ("INVALID_REQUEST", "invalid_request_error", "n")),
        ({"model": "none"}, "NotFoundError", ("MODEL_NOT_FOUND", "invalid_request_error", "model")),
    ],
)
def test_a_refusal_becomes_a_typed_exception(
    given: dict[str, Any], error: str, told: tuple[str, str, str], sdk: Sdk
) -> None:
    body = {"model": MODEL, "prompt": "x", **given}
    with pytest.raises(openai.APIStatusError) as caught:
        sdk("lumenfall", max_retries=0).images.generate(**body)

    assert type(caught.value).__name__ == error
    assert (caught.value.code, caught.value.type, caught.value.param) == told


@pytest.mark.parametrize("provider", ["lumenfall", "uniall"])
def test_a_bad_key_becomes_an_authentication_error(provider: str, sdk: Sdk) -> None:
    with pytest.raises(openai.AuthenticationError) as caught:
        sdk(provider, key="invalid").images.generate(model=MODEL, prompt="x")

    assert "key" in str(caught.value)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, "BadRequestError"),
        (401, "AuthenticationError"),
        (403, "PermissionDeniedError"),
        (404, "NotFoundError"),
        (429, "RateLimitError"),
        (500, "InternalServerError"),
        (503, "InternalServerError"),
    ],
)
@EVERY
def test_a_fault_becomes_the_exception_of_its_status(
    provider: str, status: int, error: str, sdk: Sdk
) -> None:
    with pytest.raises(openai.APIStatusError) as caught:
        sdk(provider, max_retries=0).images.generate(
            model=MODEL, prompt="x", extra_headers={"X-Harness-Fault": f"status={status}"}
        )

    assert type(caught.value).__name__ == error
    assert caught.value.status_code == status


def test_a_retry_succeeds_where_a_fault_happens_once(sdk: Sdk, base_url: str) -> None:
    fault = {"fault": "xai.generate status=429 retry-after=0 times=1"}
    httpx.post(f"{base_url}/__admin/faults", json=fault)

    answer: Any = sdk("xai").images.generate(model=MODEL, prompt="x")

    assert len(answer.data) == 1
    [met] = httpx.get(f"{base_url}/__admin/faults").json()
    assert met["met"] == 1
    httpx.delete(f"{base_url}/__admin/faults")


def test_an_invalid_request_is_not_retried(sdk: Sdk, base_url: str) -> None:
    headers = {"X-Harness-Test": "no-retry"}
    with pytest.raises(openai.BadRequestError):
        sdk("lumenfall").images.generate(
            model=MODEL, prompt="x", size="banana", extra_headers=headers
        )

    counted = httpx.get(f"{base_url}/__admin/requests/count?test=no-retry").json()
    assert counted == {"count": 1}


# Plain HTTP


@pytest.mark.parametrize(
    ("path", "key", "body", "find", "seen"),
    [
        (
            "/fal/xai/grok-imagine-image",
            "Key a:b",
            {"prompt": "x", "aspect_ratio": "1:2", "output_format": "webp"},
            lambda body: body["images"][0]["url"],
            ("WEBP", (704, 1408)),
        ),
        (
            "/fal/xai/grok-imagine-image/edit",
            "Key a:b",
            {"prompt": "x", "image_urls": ["https://example.com/a.png"], "resolution": "2k"},
            lambda body: body["images"][0]["url"],
            ("JPEG", (2048, 2048)),
        ),
        (
            "/runware/v1",
            "Bearer a",
            [
                {
                    "taskType": "imageInference",
                    "taskUUID": "39571168-687a-4aec-a253-df7be20bd0d4",
                    "model": "xai:grok-imagine@image",
                    "positivePrompt": "x",
                    "width": 1248,
                    "height": 576,
                    "outputFormat": "PNG",
                }
            ],
            lambda body: body["data"][0]["imageURL"],
            ("PNG", (1248, 576)),
        ),
        (
            "/xai/v1/images/generations",
            "Bearer a",
            {"model": MODEL, "prompt": "x", "aspect_ratio": "20:9"},
            lambda body: body["data"][0]["url"],
            ("JPEG", (1280, 576)),
        ),
    ],
    ids=["fal", "fal edit", "runware", "xai"],
)
def test_plain_http_brings_a_picture_of_the_asked_size(
    path: str,
    key: str,
    body: Any,
    find: Callable[[Any], str],
    seen: tuple[str, tuple[int, int]],
    base_url: str,
    decoded: Decoded,
) -> None:
    answer = httpx.post(base_url + path, headers={"Authorization": key}, json=body)

    assert answer.status_code == 200
    assert decoded(httpx.get(find(answer.json())).content) == seen
