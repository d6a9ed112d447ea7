"""What the pages promise of the answers to some requests, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from imagine_harness.contracts.expected import ExpectedAnswer, expected_answer
from imagine_harness.contracts.loading import load

WITH_OUTCOME = (
    *("cloudflare.generate", "cloudflare.generate-by-path"),
    *("fal.generate", "fal.edit", "lumenfall.generate", "lumenfall.edit", "runware.task"),
    *("uniall.task", "uniall.generate", "uniall.edit", "xai.generate", "xai.edit"),
)
RATIO_SIZES = "lumenfall.ratio-size-tier"
OTHER_RATIOS = "uniall.other-ratios"

RUNWARE_SIZES = (
    *((1024, 1024), (896, 1280), (1280, 896), (768, 1408), (1408, 768), (864, 1296), (1296, 864)),
    *((576, 1248), (1248, 576), (576, 1280), (1280, 576), (704, 1408), (1408, 704)),
)
# The 1k size times min(2, sqrt(2048 * 2048 / area)), both sides floored to multiples of 16.
LARGE_SIZES = {
    "1:1": (2048, 2048),
    "16:9": (2768, 1504),
    "9:16": (1504, 2768),
    "3:4": (1712, 2432),
    "2:3": (1664, 2496),
    "9:19.5": (1152, 2496),
    "20:9": (2560, 1152),
    "1:2": (1408, 2816),
}


def operation(name: str) -> Any:
    provider, _, own = name.partition(".")
    return load.recorded(provider).contracts[0].operations[own]


def promised(
    name: str,
    body: object,
    inputs: tuple[tuple[int, int] | None, ...] = (),
    readings: Mapping[str, str] | None = None,
) -> ExpectedAnswer:
    """What `name` must deliver for `body`, under the default readings but for `readings`."""
    recorded = load.recorded(name.partition(".")[0]).readings
    defaults = {reading.id: reading.default for reading in recorded.values()}
    return expected_answer(operation(name), body, {**defaults, **(readings or {})}, inputs)


CASES: tuple[tuple[str, str, dict[str, Any], dict[str, Any]], ...] = (
    (
        *("fal asked for nothing", "fal.generate", {}),
        {"count": 1, "width": 1024, "height": 1024, "format": "jpeg", "carrier": "url"},
    ),
    (
        *("fal asked for everything", "fal.generate"),
        {
            "num_images": 4,
            "aspect_ratio": "16:9",
            "resolution": "2k",
            "output_format": "png",
            "sync_mode": True,
        },
        {"count": 4, "width": 2768, "height": 1504, "format": "png", "carrier": "data-uri"},
    ),
    ("fal webp", "fal.generate", {"output_format": "webp"}, {"format": "webp"}),
    ("fal says no quality", "fal.generate", {}, {"quality": None, "lifetime": None}),
    ("fal records no price", "fal.generate", {}, {"cost": None}),
    ("fal edit in 2k", "fal.edit", {"resolution": "2k"}, {"width": 2048, "height": 2048}),
    (
        *("Runware asked for nothing", "runware.task", {}),
        {"count": 1, "format": "jpeg", "carrier": "url", "quality": 95, "lifetime": None},
    ),
    ("Runware's preset", "runware.task", {"resolution": "1K"}, {"width": 1024, "height": 1024}),
    ("Runware JPG", "runware.task", {"outputFormat": "JPG"}, {"format": "jpeg"}),
    ("Runware PNG", "runware.task", {"outputFormat": "PNG"}, {"format": "png"}),
    ("Runware WEBP", "runware.task", {"outputFormat": "WEBP"}, {"format": "webp"}),
    ("Runware base64", "runware.task", {"outputType": "base64Data"}, {"carrier": "base64"}),
    ("Runware data URI", "runware.task", {"outputType": "dataURI"}, {"carrier": "data-uri"}),
    ("Runware results", "runware.task", {"numberResults": 20}, {"count": 20}),
    ("Runware quality", "runware.task", {"outputQuality": 20}, {"quality": 20}),
    ("Runware lifetime", "runware.task", {"ttl": 60}, {"lifetime": 60}),
    (
        *("Lumenfall asked for nothing", "lumenfall.generate", {}),
        {"count": 1, "width": 1024, "height": 1024, "carrier": "url", "quality": None},
    ),
    ("Lumenfall gif", "lumenfall.generate", {"output_format": "gif"}, {"format": "gif"}),
    ("Lumenfall avif", "lumenfall.generate", {"output_format": "avif"}, {"format": "avif"}),
    ("Lumenfall quality", "lumenfall.generate", {"output_compression": 40}, {"quality": 40}),
    ("Lumenfall n", "lumenfall.generate", {"n": 7}, {"count": 7}),
    (
        *("Lumenfall base64", "lumenfall.generate", {"response_format": "b64_json"}),
        {"carrier": "base64", "cost": 0.02},
    ),
    ("UniAll's task: num_images wins", "uniall.task", {"n": 3, "num_images": 2}, {"count": 2}),
    ("UniAll's task: n alone", "uniall.task", {"n": 3}, {"count": 3}),
    ("UniAll: n wins", "uniall.generate", {"n": 3, "num_images": 2}, {"count": 3}),
    ("UniAll: num_images alone", "uniall.generate", {"num_images": 2}, {"count": 2}),
    ("UniAll edit: n wins", "uniall.edit", {"n": 3, "num_images": 2}, {"count": 3}),
    ("UniAll: neither", "uniall.generate", {}, {"count": 1, "carrier": "url"}),
    (
        *("UniAll base64", "uniall.generate", {"response_format": "b64_json"}),
        {"carrier": "base64"},
    ),
    (
        *("UniAll's task knows URLs only", "uniall.task", {"response_format": "b64_json"}),
        {"carrier": "url"},
    ),
    ("UniAll png", "uniall.task", {"output_format": "png"}, {"format": "png"}),
    (
        *("UniAll landscape", "uniall.task", {"aspect_ratio": "16:9", "resolution": "1k"}),
        {"width": 1408, "height": 768},
    ),
    (
        *("Cloudflare asked for nothing", "cloudflare.generate", {"input": {}}),
        {"count": 1, "width": 1024, "height": 1024, "carrier": "url", "cost": 0.02},
    ),
    (
        *("Cloudflare base64", "cloudflare.generate"),
        {"input": {"response_format": "b64_json", "n": 10}},
        {"carrier": "data-uri", "count": 10},
    ),
    (
        *("Cloudflare portrait", "cloudflare.generate"),
        {"input": {"aspect_ratio": "3:4", "resolution": "2k"}},
        {"width": 1712, "height": 2432},
    ),
    (
        *("Cloudflare by path", "cloudflare.generate-by-path"),
        {"response_format": "b64_json", "n": 2},
        {"carrier": "data-uri", "count": 2},
    ),
    ("xAI n", "xai.generate", {"n": 10}, {"count": 10, "carrier": "url"}),
    ("xAI base64", "xai.edit", {"response_format": "b64_json"}, {"carrier": "base64"}),
    ("xAI 2k", "xai.generate", {"resolution": "2k"}, {"width": 2048, "height": 2048}),
)
