"""What became of an argument on its way into the request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.harness.suites.declare import shared_testbed
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.promises.forwarding import equal, forwards, verdict
from imagine_harness.harness.suites.subjects.client import Client
from imagine_harness.harness.suites.subjects.interaction import Case

FAL = load.recorded("fal").contracts[0].operations["generate"]
RUNWARE = load.recorded("runware").contracts[0].operations["task"]


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        ({"num_images": 2}, "forwarded"),
        ({"num_images": 2.0}, "forwarded"),
        ({"num_images": 3}, "rewritten to 3"),
        ({"num_images": "2"}, 'rewritten to "2"'),
        ({"n": 2}, "renamed to n"),
        ({"n": 3}, "dropped"),
        ({"resolution": 2}, "dropped"),
        ({"prompt": "x"}, "dropped"),
        ({}, "dropped"),
    ],
)
def test_the_verdict_on_an_argument(root: dict[str, Any], expected: str) -> None:
    assert verdict(FAL, "num_images", 2, root) == expected


@pytest.mark.parametrize(
    ("given", "root", "expected"),
    [
        ("1k", {}, "defaulted"),
        ("2k", {}, "dropped"),
        ("1k", {"resolution": "2k"}, 'rewritten to "2k"'),
        ("1k", {"size": "1k"}, "renamed to size"),
    ],
)
def test_what_the_provider_puts_in_its_place_need_not_be_sent(
    given: str, root: dict[str, Any], expected: str
) -> None:
    assert verdict(FAL, "resolution", given, root) == expected


def test_a_default_that_depends_on_another_argument_counts_where_that_is_sent() -> None:
    checked = {"safety": {"checkContent": True}}

    assert verdict(RUNWARE, "safety.mode", "fast", checked) == "defaulted"
    assert verdict(RUNWARE, "safety.mode", "fast", {}) == "dropped"


def test_an_argument_that_left_its_object_was_renamed() -> None:
    root = {"referenceImages": ["a"]}

    assert verdict(RUNWARE, "inputs.referenceImages", ["a"], root) == "renamed to referenceImages"


@pytest.mark.parametrize(
    ("given", "sent", "expected"),
    [
        ({"url": "a"}, {"url": "a", "type": "image_url"}, True),
        ({"url": "a"}, {"url": "b"}, False),
        ({"url": "a"}, "a", False),
        (True, 1, False),
        ([1], [1], True),
    ],
)
def test_what_counts_as_arrived(given: object, sent: object, expected: bool) -> None:
    assert equal(given, sent) is expected


def one_by_one(times: Callable[[int], int], returned: Callable[[list[str]], list[str]]) -> Any:
    """A client that asks for each image by a request of its own, so many times."""

    def call(case: Case) -> list[str]:
        given = dict(case.arguments)
        urls: list[str] = []
        for _ in range(times(given.pop("num_images"))):
            answer = httpx.post(
                f"{case.base_url}{FAL.path}",
                json={**given, "num_images": 1},
                headers={"Authorization": f"Key {case.api_key}"},
                trust_env=False,
            )
            urls += [each["url"] for each in answer.json()["images"]]
        return returned(urls)

    return call


@pytest.mark.parametrize(
    ("times", "returned", "is_kept"),
    [
        (lambda n: n, lambda urls: urls, True),
        (lambda n: n - 1, lambda urls: urls, False),
        (lambda n: n + 1, lambda urls: urls, False),
        (lambda n: n, lambda urls: urls[:1], False),
    ],
)
def test_a_number_of_images_may_be_asked_for_in_parts_that_add_up_and_all_come_back(
    times: Callable[[int], int], returned: Callable[[list[str]], list[str]], is_kept: bool
) -> None:
    testbed = shared_testbed(1)
    testbed.restore()
    testbed.read({})
    client = Client(one_by_one(times, returned), FAL, testbed)
    root = {"prompt": "a lighthouse", "num_images": 3}
    try:
        if is_kept:
            forwards("num_images", client, root)
        else:
            with pytest.raises(Broken, match="num_images was rewritten to 1, given 3"):
                forwards("num_images", client, root)
    finally:
        testbed.reset()
