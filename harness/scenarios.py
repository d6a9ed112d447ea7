"""What the demo asks of each provider: legal and illegal calls, and what must come of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from imagine_harness.contracts.exchanges import PICTURE as UPLOAD

PICTURE = "https://example.com/lighthouse.png"
"""An input image; a foreign address is not fetched and counts as given."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One call and what it must lead to.

    Attributes:
        rule: the rule that it breaks, None for a legal call.
        images: how many images must come back.
        size: their pixels, and `format` what they must decode as.
    """

    provider: str
    asks: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    rule: str | None = None
    images: int = 1
    size: tuple[int, int] = (1024, 1024)
    format: str = "JPEG"


SCENARIOS = (
    Scenario(
        "cloudflare",
        "a portrait in 2k",
        {"aspect_ratio": "3:4", "resolution": "2k"},
        size=(1712, 2432),
    ),
    Scenario("cloudflare", "an edit", {"images": [{"url": PICTURE}]}),
    Scenario("cloudflare", "eleven images", {"n": 11}, rule="cloudflare.generate.n.maximum"),
    Scenario(
        "runware",
        "a listed size, twice",
        {"width": 1280, "height": 896, "numberResults": 2},
        images=2,
        size=(1280, 896),
    ),
    Scenario(
        "runware",
        "an edit as PNG data",
        {"inputs": {"referenceImages": [PICTURE]}, "outputType": "dataURI", "outputFormat": "PNG"},
        format="PNG",
    ),
    Scenario(
        "runware",
        "a size that is not listed",
        {"width": 1024, "height": 768},
        rule="runware.task.size-listed",
    ),
    Scenario(
        "fal",
        "two wide images as PNG",
        {"num_images": 2, "aspect_ratio": "16:9", "output_format": "png"},
        images=2,
        size=(1408, 768),
        format="PNG",
    ),
    Scenario(
        "fal", "an edit as WebP", {"image_urls": [PICTURE], "output_format": "webp"}, format="WEBP"
    ),
    Scenario("fal", 'resolution "2K"', {"resolution": "2K"}, rule="fal.generate.resolution.enum"),
    Scenario(
        "lumenfall",
        "1920x1080, mapped to the nearest size",
        {"size": "1920x1080"},
        size=(1365, 768),
    ),
    Scenario("lumenfall", "an edit, base64", {"image": UPLOAD, "response_format": "b64_json"}),
    Scenario(
        "lumenfall", 'size "banana"', {"size": "banana"}, rule="lumenfall.generate.size.format"
    ),
    Scenario("uniall", "a task of two images", {"num_images": 2}, images=2),
    Scenario("uniall", "an edit in auto ratio", {"images": [PICTURE], "aspect_ratio": "auto"}),
    Scenario(
        "uniall",
        "auto ratio without an image",
        {"aspect_ratio": "auto"},
        rule="uniall.task.auto-when-editing",
    ),
    Scenario("xai", "a tall image", {"aspect_ratio": "1:2"}, size=(704, 1408)),
    Scenario("xai", "an edit", {"image": {"url": PICTURE, "type": "image_url"}}),
    Scenario(
        "xai",
        "image together with images",
        {"image": {"url": PICTURE}, "images": [{"url": PICTURE}]},
        rule="xai.edit.one-image-field",
    ),
)
"""Two legal calls and a mistake for every provider."""
