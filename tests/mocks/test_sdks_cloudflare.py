"""Cloudflare's own SDK, unmodified, over a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving

if TYPE_CHECKING:
    import cloudflare
else:
    cloudflare = pytest.importorskip("cloudflare", reason="the cloudflare SDK is not installed")

Decoded = Callable[[bytes], tuple[str, tuple[int, int]]]

ACCOUNT = "0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def app() -> App:
    return App(Settings(seed=1, providers=("cloudflare",)))


@pytest.fixture(scope="module")
def base_url(app: App) -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.fixture
def cloud(base_url: str) -> Iterator[Callable[..., cloudflare.Cloudflare]]:
    made: list[cloudflare.Cloudflare] = []

    def of(token: str = "mock-token", **options: Any) -> cloudflare.Cloudflare:
        client = cloudflare.Cloudflare(
            base_url=f"{base_url}/cloudflare/client/v4", api_token=token, **options
        )
        made.append(client)
        return client

    yield of
    for each in made:
        each.close()


Cloud = Callable[..., "cloudflare.Cloudflare"]


def test_the_cloudflare_sdk_posts_the_documented_call(cloud: Cloud, decoded: Decoded) -> None:
    answer: Any = cloud().post(
        f"/accounts/{ACCOUNT}/ai/run",
        body={
            "model": "xai/grok-imagine-image",
            "input": {"prompt": "a lighthouse", "aspect_ratio": "16:9", "resolution": "2k"},
        },
        cast_to=object,
    )

    assert answer["state"] == "Completed"
    picture = httpx.get(answer["result"]["image"])
    assert decoded(picture.content) == ("JPEG", (2768, 1504))


def test_the_cloudflare_sdk_runs_a_model_by_its_path(
    cloud: Cloud, decoded: Decoded, app: App
) -> None:
    answer: Any = cloud().ai.run(
        "xai/grok-imagine-image", account_id=ACCOUNT, prompt="a lighthouse"
    )

    image = answer["image"] if isinstance(answer, dict) else answer.image
    assert decoded(httpx.get(image).content) == ("JPEG", (1024, 1024))
    [*_, noted, fetch] = [each for each in app.services.journal if each.provider == "cloudflare"]
    assert (noted.operation, noted.verdict.kind) == ("generate-by-path", "conforms")
    assert (fetch.operation, fetch.verdict.kind) == ("media", "conforms")


@pytest.mark.parametrize(
    ("given", "error", "code", "told"),
    [
        ({"n": 11}, "BadRequestError", 7003, "n"),
        ({"resolution": "1K"}, "BadRequestError", 7003, "resolution"),
    ],
)
def test_a_refusal_fills_the_errors_of_the_cloudflare_sdk(
    given: dict[str, Any], error: str, code: int, told: str, cloud: Cloud
) -> None:
    with pytest.raises(cloudflare.APIStatusError) as caught:
        cloud(max_retries=0).post(
            f"/accounts/{ACCOUNT}/ai/run",
            body={"model": "xai/grok-imagine-image", "input": {"prompt": "x", **given}},
            cast_to=object,
        )

    assert type(caught.value).__name__ == error
    [first] = caught.value.errors
    assert first.code == code
    assert told in str(first.message)


def test_an_unknown_model_is_not_found_by_the_cloudflare_sdk(cloud: Cloud) -> None:
    with pytest.raises(cloudflare.NotFoundError) as caught:
        cloud().ai.run("xai/none", account_id=ACCOUNT, prompt="x")

    assert [each.code for each in caught.value.errors] == [7003]


def test_a_bad_token_is_an_authentication_error_of_the_cloudflare_sdk(cloud: Cloud) -> None:
    with pytest.raises(cloudflare.AuthenticationError) as caught:
        cloud(token="invalid").post(f"/accounts/{ACCOUNT}/ai/run", body={}, cast_to=object)

    assert [each.code for each in caught.value.errors] == [10000]
