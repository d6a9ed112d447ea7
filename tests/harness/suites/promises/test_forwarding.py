"""What became of an argument on its way into the request."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.harness.suites.promises.forwarding import equal, verdict

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
