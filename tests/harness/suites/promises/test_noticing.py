"""A client is only held to notice what went through its hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.harness.suites.cases.client import items
from imagine_harness.harness.suites.declare import shared_testbed
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.subjects.client import Client
from imagine_harness.harness.suites.subjects.interaction import Case

FAL = load.recorded("fal").contracts[0].operations["generate"]
CLOUDFLARE = load.recorded("cloudflare").contracts[0].operations["generate"]
PROVIDER = load.recorded("fal").provider
CHECKS: dict[str, Callable[[Client, Any], object]] = {
    item.id: item.check for item in items(FAL, PROVIDER)
}
ROOT = {"prompt": "a lighthouse", "num_images": 2, "output_format": "webp"}


def urls(case: Case) -> list[str]:
    answer = httpx.post(
        f"{case.base_url}/xai/grok-imagine-image",
        json=case.arguments,
        headers={"Authorization": f"Key {case.api_key}"},
        trust_env=False,
    )
    return [each["url"] for each in answer.json().get("images", [])]


def pictures(case: Case) -> list[bytes]:
    return [httpx.get(url, trust_env=False).content for url in urls(case)]


def again(case: Case) -> list[str]:
    return [*urls(case), *urls(case)]


@pytest.fixture
def tried() -> Iterator[Callable[[str, Callable[[Case], object]], None]]:
    testbed = shared_testbed(1)
    testbed.restore()
    testbed.read({})

    def made(name: str, call: Callable[[Case], object]) -> None:
        CHECKS[f"client.notices[{name}]"](Client(call, FAL, testbed), ROOT)

    yield made
    testbed.reset()


@pytest.mark.parametrize("name", ["other-format", "other-format-disguised"])
def test_who_hands_addresses_on_sees_no_format(name: str, tried: Callable[..., None]) -> None:
    with pytest.raises(pytest.skip.Exception, match="fetches no picture"):
        tried(name, urls)


@pytest.mark.parametrize("name", ["other-format", "other-format-disguised"])
def test_who_fetches_pictures_has_to_look_at_them(name: str, tried: Callable[..., None]) -> None:
    with pytest.raises(Broken, match="png came instead of webp"):
        tried(name, pictures)


def test_one_image_of_two_is_too_few(tried: Callable[..., None]) -> None:
    with pytest.raises(Broken, match="1 of 2 images came back"):
        tried("fewer", urls)


def test_the_rest_may_be_asked_for_again(tried: Callable[..., None]) -> None:
    tried("fewer", again)


def test_nothing_is_held_against_what_is_not_promised() -> None:
    provider = load.recorded("cloudflare").provider
    found = {item.id for item in items(CLOUDFLARE, provider) if item.promise == "client.notices"}

    assert found == {"client.notices[no-images]", "client.notices[error-on-200]"}
