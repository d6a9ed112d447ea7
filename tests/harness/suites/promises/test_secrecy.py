"""A credential may stand where the provider documents it for the call, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.harness.suites.declare import shared_testbed
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.promises.secrecy import keeps_secret
from imagine_harness.harness.suites.subjects.client import Client
from imagine_harness.harness.suites.subjects.interaction import Case

UNIALL = load.recorded("uniall").contracts[0].operations["generate"]


def generates(case: Case, **more: str) -> Any:
    return httpx.post(
        f"{case.base_url}/images/generations",
        json={"model": "grok-imagine-image", **case.arguments},
        headers={"Authorization": f"Bearer {case.api_key}", **more},
        trust_env=False,
    ).json()


def lists(case: Case, headers: dict[str, str], query: dict[str, str]) -> None:
    httpx.get(f"{case.base_url}/models", headers=headers, params=query, trust_env=False)


@pytest.fixture
def tried() -> Iterator[Callable[[Callable[[Case], object]], None]]:
    testbed = shared_testbed(1)
    testbed.restore()
    testbed.read({})

    def made(call: Callable[[Case], object]) -> None:
        keeps_secret(Client(call, UNIALL, testbed), {"prompt": "a lighthouse"})

    yield made
    testbed.reset()


def test_another_documented_place_is_no_leak(tried: Callable[..., None]) -> None:
    def call(case: Case) -> object:
        lists(case, {"X-Api-Key": case.api_key}, {})
        return generates(case)

    tried(call)


def test_an_address_that_is_logged_is_one_wherever_the_key_may_stand(
    tried: Callable[..., None],
) -> None:
    with pytest.raises(Broken, match="the credential stands in the log"):
        tried(lambda case: lists(case, {}, {"key": case.api_key}))


def test_a_place_that_another_call_has_is_one(tried: Callable[..., None]) -> None:
    with pytest.raises(Broken, match="the credential stands in the header x-api-key"):
        tried(lambda case: generates(case, **{"X-Api-Key": case.api_key}))


def test_a_query_that_is_not_documented_is_one(tried: Callable[..., None]) -> None:
    with pytest.raises(Broken, match="the credential stands in an address"):
        tried(lambda case: lists(case, {}, {"token": case.api_key}))


def fetches(case: Case, headers: dict[str, str], query: dict[str, str]) -> None:
    [image] = generates(case)["data"]
    httpx.get(image["url"], headers=headers, params=query, trust_env=False).raise_for_status()


def test_the_header_of_the_api_is_no_leak_where_pictures_have_its_address(
    tried: Callable[..., None],
) -> None:
    tried(lambda case: fetches(case, {"Authorization": f"Bearer {case.api_key}"}, {}))


@pytest.mark.parametrize(
    ("headers", "query", "place"),
    [(("X-Key",), (), "the header x-key"), ((), ("token",), "(an address|the log)")],
)
def test_any_other_place_is_one_at_a_picture_too(
    headers: tuple[str, ...], query: tuple[str, ...], place: str, tried: Callable[..., None]
) -> None:
    def call(case: Case) -> None:
        fetches(case, dict.fromkeys(headers, case.api_key), dict.fromkeys(query, case.api_key))

    with pytest.raises(Broken, match=f"the credential stands in {place}"):
        tried(call)


RUNWARE = load.recorded("runware").contracts[0].operations["task"]


def hands_in(**more: str) -> Callable[[Case], object]:
    """A Runware client whose key comes in a task of its own, as over a WebSocket."""

    def call(case: Case) -> object:
        key = {"taskType": "authentication", "apiKey": case.api_key}
        task = {**case.arguments, **{name: value + case.api_key for name, value in more.items()}}
        return httpx.post(case.base_url, json=[key, task], trust_env=False).json()

    return call


@pytest.fixture
def tried_at_runware() -> Iterator[Callable[[Callable[[Case], object]], None]]:
    testbed = shared_testbed(1)
    testbed.restore()
    testbed.read({})
    root = {
        "taskType": "imageInference",
        "taskUUID": "00000000-0000-4000-8000-000000000001",
        "model": "xai:grok-imagine@image",
        "positivePrompt": "a lighthouse",
        "resolution": "1K",
    }
    yield lambda call: keeps_secret(Client(call, RUNWARE, testbed), root)
    testbed.reset()


def test_a_key_that_a_body_hands_in_as_documented_is_no_leak(
    tried_at_runware: Callable[..., None],
) -> None:
    tried_at_runware(hands_in())


def test_a_key_beside_the_one_that_is_handed_in_is_one(
    tried_at_runware: Callable[..., None],
) -> None:
    with pytest.raises(Broken, match="the credential stands in a body"):
        tried_at_runware(hands_in(positivePrompt="a lighthouse by "))
