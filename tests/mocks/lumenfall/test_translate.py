"""What each provider is asked for: its own names, its own lists, its own limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.mocks.lumenfall.conftest import Behind, Gateway

Make = Callable[..., "Gateway"]

FAL = "fal/grok-imagine-image"
XAI = "xai/grok-imagine-image"
AT_FAL = {"prompt": "a lighthouse", "aspect_ratio": "1:1", "resolution": "1k", "num_images": 1}
AT_XAI = {
    "model": "grok-imagine-image",
    "prompt": "a lighthouse",
    "aspect_ratio": "1:1",
    "resolution": "1k",
    "n": 1,
}


@pytest.mark.parametrize(("model", "body"), [(FAL, AT_FAL), (XAI, AT_XAI)])
def test_the_plainest_call(model: str, body: dict[str, Any], gateway: Make, behind: Behind) -> None:
    gateway().ask(model=model)

    assert behind.bodies() == [(model[:3], body)]
    assert [each.verdict.kind for each in behind.heard()] == ["conforms"]


SHAPES: list[tuple[dict[str, str], str | None, str]] = [
    ({"size": "1920x1080"}, "16:9", "1k"),
    ({"size": "2048x2048", "aspect_ratio": "9:16"}, "1:1", "2k"),
    ({"size": "16:9", "resolution": "2K"}, "16:9", "2k"),
    ({"aspect_ratio": "7:1", "resolution": "8K"}, "20:9", "2k"),
    ({"aspect_ratio": "19.5:9"}, "19.5:9", "1k"),
    ({"aspect_ratio": "auto", "resolution": "auto"}, None, "1k"),
]


@pytest.mark.parametrize(("asked", "ratio", "tier"), SHAPES)
@pytest.mark.parametrize(("model", "left_open"), [(FAL, "absent"), (XAI, "auto")])
def test_a_size_becomes_a_listed_ratio_and_tier(
    asked: dict[str, str],
    ratio: str | None,
    tier: str,
    model: str,
    left_open: str,
    gateway: Make,
    behind: Behind,
) -> None:
    behind.fault(f"{model[:3]}.generate status=500")  # no picture is made, which is faster
    gateway().ask(model=model, **asked)

    [(_, body)] = behind.bodies()
    assert (body.get("aspect_ratio", "absent"), body["resolution"]) == (ratio or left_open, tier)
    assert "size" not in body
    assert [each.verdict.violations for each in behind.heard()] == [[]]


@pytest.mark.parametrize(
    ("model", "count", "name", "parts"),
    [
        (FAL, 4, "num_images", [4]),
        (FAL, 7, "num_images", [3, 4]),
        (XAI, 10, "n", [10]),
        (XAI, 11, "n", [1, 10]),
        (FAL, 0, "num_images", []),
    ],
)
def test_a_count_above_the_limit_is_split(
    model: str, count: int, name: str, parts: list[int], gateway: Make, behind: Behind
) -> None:
    answer = gateway().ask(model=model, n=count)

    assert len(answer.json()["data"]) == count
    assert sorted(body[name] for _, body in behind.bodies()) == parts


@pytest.mark.parametrize(
    ("model", "given", "sent"),
    [
        (FAL, {"output_format": "webp"}, {"output_format": "webp"}),
        (FAL, {"output_format": "avif", "output_compression": 40}, {}),
        (XAI, {"output_format": "png"}, {}),
        (FAL, {"response_format": "b64_json"}, {}),
        (XAI, {"response_format": "b64_json"}, {"response_format": "b64_json"}),
        (XAI, {"response_format": "url"}, {"response_format": "url"}),
    ],
)
def test_what_a_provider_has_no_word_for_is_left_to_the_gateway(
    model: str, given: dict[str, Any], sent: dict[str, Any], gateway: Make, behind: Behind
) -> None:
    gateway().ask(model=model, **given)

    assert behind.bodies() == [(model[:3], {**(AT_FAL if model == FAL else AT_XAI), **sent})]


STORED = {"filename": "a.jpg"}


@pytest.mark.parametrize(
    ("model", "sent"),
    [
        (FAL, {"sync_mode": True, "mystery": [1]}),
        (XAI, {"user": "bob", "storage_options": STORED, "mystery": [1]}),
    ],
)
def test_passthrough_reaches_the_provider_that_it_is_meant_for(
    model: str, sent: dict[str, Any], gateway: Make, behind: Behind
) -> None:
    gateway().ask(model=model, sync_mode=True, user="bob", storage_options=STORED, mystery=[1])

    assert behind.bodies() == [(model[:3], {**(AT_FAL if model == FAL else AT_XAI), **sent})]


def test_a_null_is_nobody(gateway: Make, behind: Behind) -> None:
    assert gateway().ask(model=XAI, user=None).status_code == 200

    assert behind.bodies() == [("xai", AT_XAI)]


def test_a_key_that_the_gateway_does_not_know_never_wins(gateway: Make, behind: Behind) -> None:
    assert len(gateway().images(model=FAL, num_images=3, n=2)) == 2

    assert [body["num_images"] for _, body in behind.bodies()] == [2]
