"""Every documented bound and list: its last legal values pass, one step further is refused.

The values were copied by hand from the recorded pages (for xAI, from the reference page), so that
a wrong number in a contract does not agree with itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings
from tests.laws import hold, unnamed

Ask = Callable[..., httpx.Response]

URL = "https://example.com/a.png"
IMAGE = {"url": URL}
THIRTEEN = (
    "2:1", "20:9", "19.5:9", "16:9", "4:3", "3:2", "1:1",
    "2:3", "3:4", "9:16", "9:19.5", "9:20", "1:2",
)  # fmt: skip
SIZES = (
    (1024, 1024), (896, 1280), (1280, 896), (768, 1408), (1408, 768), (864, 1296), (1296, 864),
    (576, 1248), (1248, 576), (576, 1280), (1280, 576), (704, 1408), (1408, 704),
)  # fmt: skip
LUMENFALL_SIZES = (
    "1508x696", "1183x887", "1527x687", "696x1507", "1024x1024", "887x1182", "687x1526",
    "724x1448", "1448x724", "836x1254", "1254x836", "768x1365", "1365x768", "1392x3015",
    "1774x2365", "2365x1774", "1374x3053", "3053x1374", "1536x2731", "2731x1536", "2048x2048",
    "1448x2896", "2896x1448", "1672x2508", "2508x1672", "3014x1391",
)  # fmt: skip


@dataclass(frozen=True)
class Bound:
    """One parameter of some operations: values that its page allows, and values that it does not.

    A parameter with a dot stands inside an object. `beside` is what must be there with it, and
    `without` what must not.
    """

    operations: str
    parameter: str
    legal: tuple[Any, ...]
    illegal: tuple[Any, ...]
    beside: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()


CLOUDFLARE = "cloudflare.generate cloudflare.generate-by-path"
FAL = "fal.generate fal.edit"
LUMENFALL = "lumenfall.generate lumenfall.edit"
UNIALL = "uniall.task uniall.generate uniall.edit"
UNIALL_INPUTS = "uniall.task uniall.edit"
XAI = "xai.generate xai.edit"
NO_TEXT: tuple[Any, ...] = (5, True, [], {}, None)
NO_FLAG: tuple[Any, ...] = ("true", 1, 0, None, [])
NO_OBJECT: tuple[Any, ...] = ("text", 1, [], None)

BOUNDS = (
    # From Cloudflare's page: the section Parameters, its tab Input
    Bound(CLOUDFLARE, "prompt", ("x", "", "x" * 100_000), NO_TEXT),
    Bound(CLOUDFLARE, "n", (1, 2, 9, 10, 10.0), (0, 11, -1, 1.5, "1", True, None)),
    Bound(CLOUDFLARE, "aspect_ratio", (*THIRTEEN, "auto"), ("21:9", "1:1 ", "", "Auto", 1, None)),
    Bound(CLOUDFLARE, "quality", ("low", "medium", "high"), ("auto", "High", "", 1, None)),
    Bound(CLOUDFLARE, "resolution", ("1k", "2k"), ("1K", "2K", "4k", "", 1, None)),
    Bound(CLOUDFLARE, "response_format", ("url", "b64_json"), ("URL", "base64", "", None)),
    Bound(CLOUDFLARE, "user", ("u", ""), NO_TEXT),
    Bound(CLOUDFLARE, "image", (IMAGE,), NO_OBJECT),
    Bound(CLOUDFLARE, "images", ([], [IMAGE], [IMAGE] * 10), ([IMAGE] * 11, {}, URL, None)),
    Bound(CLOUDFLARE, "mask", (IMAGE,), NO_OBJECT, {"image": IMAGE}),
    # Runware: Request Parameters
    Bound(
        "runware.task", "taskType", ("imageInference",), ("imageinference", "other", "", 1, None)
    ),
    Bound(
        "runware.task",
        "taskUUID",
        ("39571168-687a-4aec-a253-df7be20bd0d4", "39571168-687A-4AEC-B253-DF7BE20BD0D4"),
        (
            "39571168-687a-1aec-a253-df7be20bd0d4",
            "39571168-687a-4aec-7253-df7be20bd0d4",
            "39571168687a4aeca253df7be20bd0d4",
            "{39571168-687a-4aec-a253-df7be20bd0d4}",
            "",
            1,
            None,
        ),
    ),
    Bound(
        "runware.task", "outputType", ("URL", "base64Data", "dataURI"), ("url", ["URL"], "", None)
    ),
    Bound("runware.task", "outputFormat", ("JPG", "PNG", "WEBP"), ("JPEG", "jpg", "TIFF", None)),
    Bound("runware.task", "outputQuality", (20, 21, 98, 99), (19, 100, 0, 20.5, "95", None)),
    Bound(
        "runware.task", "webhookURL", (URL, "http://a.example"), ("a.example", "", "ftp://a/b", 1)
    ),
    Bound("runware.task", "deliveryMethod", ("sync", "async"), ("Sync", "", 1, None)),
    Bound("runware.task", "uploadEndpoint", (f"{URL}?X-Amz-Signature=abc123",), ("/upload", "", 1)),
    Bound("runware.task", "safety", ({},), NO_OBJECT),
    Bound("runware.task", "safety.checkContent", (True, False), NO_FLAG),
    Bound("runware.task", "safety.mode", ("none", "fast"), ("full", "Fast", "", True, None)),
    Bound("runware.task", "ttl", (60, 61, 10**9), (59, 0, -60, 60.5, "60", None)),
    Bound("runware.task", "includeCost", (True, False), NO_FLAG),
    Bound("runware.task", "numberResults", (1, 2, 19, 20), (0, 21, -1, 1.5, "1", True, None)),
    Bound("runware.task", "inputs", ({},), NO_OBJECT),
    Bound(
        "runware.task",
        "inputs.referenceImages",
        ([URL], [URL] * 3, ["39571168-687a-4aec-a253-df7be20bd0d4"]),
        (URL, {}, [5], [None], ["ftp://a/b"], None),
    ),
    Bound(
        "runware.task",
        "model",
        ("xai:grok-imagine@image",),
        ("xai:grok-imagine@IMAGE", "grok-imagine-image", "", 1, None),
    ),
    Bound("runware.task", "positivePrompt", ("x", "x" * 100_000), ("", *NO_TEXT)),
    Bound("runware.task", "resolution", ("1K",), ("1k", "2K", "", 1, None)),
    # fal: Input Schema of both tabs, Limitations
    Bound(FAL, "prompt", ("x", "", "x" * 100_000), NO_TEXT),
    Bound(FAL, "num_images", (1, 2, 3, 4, 4.0), (0, 5, -1, 1.5, "1", True, None)),
    Bound("fal.generate", "aspect_ratio", THIRTEEN, ("auto", "21:9", "1:1 ", "", 1, None)),
    Bound(FAL, "resolution", ("1k", "2k"), ("1K", "2K", "4k", "", 1, None)),
    Bound(FAL, "output_format", ("jpeg", "png", "webp"), ("jpg", "PNG", "gif", "", None)),
    Bound(FAL, "sync_mode", (True, False), NO_FLAG),
    Bound("fal.edit", "image_urls", ([URL], [URL] * 3), ([URL] * 4, URL, {}, [5], ["a"], None)),
    # Lumenfall: Parameter Reference
    Bound(LUMENFALL, "prompt", ("x", "", "x" * 100_000), NO_TEXT),
    Bound(
        LUMENFALL,
        "size",
        (*LUMENFALL_SIZES, "auto", "16:9", "19.5:9", "1920x1080", "1x1", "7:1"),
        ("banana", "0x10", "1024*1024", "1024", "x", "", ":", "1024x", 1024, None),
    ),
    Bound(
        LUMENFALL, "aspect_ratio", (*THIRTEEN, "7:1", "auto"), ("wide", "16/9", "0:1", "", 1, None)
    ),
    Bound(
        LUMENFALL,
        "resolution",
        ("auto", "1k", "1K", "2k", "2K", "4K", "0.5K", "0.25", "1"),
        ("huge", "K", "-1K", "0K", "", 1, None),
    ),
    Bound(LUMENFALL, "response_format", ("b64_json", "url"), ("URL", "base64", "", 1, None)),
    Bound(
        LUMENFALL,
        "output_format",
        ("png", "jpeg", "gif", "webp", "avif"),
        ("jpg", "PNG", "tiff", "", 1, None),
    ),
    Bound(LUMENFALL, "output_compression", (0, 1, 50, 100), (1.5, "80", True, None)),
    Bound(LUMENFALL, "n", (1, 2, 10, 11), (1.5, "1", True, None)),
    Bound(LUMENFALL, "sync_mode", (True, False), NO_FLAG),
    Bound(LUMENFALL, "storage_options", ({}, {"filename": "a.png"}), NO_OBJECT),
    Bound(LUMENFALL, "user", ("u", "", None), (5, True, [], {})),
    Bound("lumenfall.edit", "image", (URL, [URL], [URL] * 5), (5, True, {}, None, "", "a b", [5])),
    Bound("lumenfall.edit", "images", ([URL], [IMAGE]), (URL, {}, None), without=("image",)),
    # UniAll: 4. Parameter Reference, 6. Common Errors
    Bound(
        UNIALL,
        "model",
        ("grok-imagine-image", "grok-imagine-image-quality"),
        ("grok-imagine", "grok-imagine-image-pro", "", 1, None),
    ),
    Bound(UNIALL, "prompt", ("x", "", "x" * 100_000), NO_TEXT),
    Bound(
        "uniall.task",
        "task_type",
        ("text2image", "image2image"),
        ("text2video", "", 1, None),
        {"image": URL},
    ),
    Bound(
        UNIALL, "aspect_ratio", ("1:1", "16:9", "9:16", "4:3", "3:4"), ("2:1", "3:2", "", 1, None)
    ),
    Bound("uniall.edit", "aspect_ratio", ("auto",), ("Auto",)),
    Bound("uniall.task", "aspect_ratio", ("auto",), ("Auto",), {"image": URL}),
    Bound("uniall.task uniall.generate", "aspect_ratio", (), ("auto",)),
    Bound(UNIALL, "resolution", ("1k", "2k"), ("1K", "4k", "", 1, None)),
    Bound(UNIALL, "output_format", ("jpeg", "png", "webp"), ("jpg", "gif", "", 1, None)),
    Bound(UNIALL, "num_images", (1, 2, 3, 4), (0, 5, -1, 1.5, "1", True, None)),
    Bound(UNIALL, "n", (1, 2, 10), (1.5, "1", True, None)),
    Bound(UNIALL, "response_format", ("url", "b64_json"), (5, True, [], None)),
    Bound(UNIALL_INPUTS, "image", (URL,), (5, [], {}, None, "", "a.png"), without=("image",)),
    Bound(UNIALL_INPUTS, "image_url", (URL,), (5, [], {}, None, "", "a.png"), without=("image",)),
    Bound(UNIALL_INPUTS, "images", ([URL], [URL] * 9), (URL, {}, [5], None), without=("image",)),
    Bound(
        UNIALL_INPUTS, "image_urls", ([URL], [URL] * 9), (URL, {}, [5], None), without=("image",)
    ),
    # xAI: the reference page, 5.2 Request fields
    Bound(XAI, "prompt", ("x", ""), NO_TEXT),
    Bound(XAI, "n", (1, 2, 9, 10), (0, 11, -1, 1.5, "1", True, None)),
    Bound(XAI, "aspect_ratio", (*THIRTEEN, "auto", "21:9", "5:2"), ("22:9", "", "1:1 ", 1, None)),
    Bound(XAI, "resolution", ("1k", "2k", "1.5k"), ("1K", "4k", "", 1, None)),
    Bound(XAI, "response_format", ("url", "b64_json"), ("URL", "", 1, None)),
    Bound(XAI, "quality", ("low", "medium", "high", "auto"), ("hd", "Low", "", 1, None)),
    Bound(XAI, "user", ("u", ""), NO_TEXT),
    Bound(XAI, "storage_options", ({"filename": "a.png"},), ("a", 1, [], None)),
    Bound(
        XAI,
        "storage_options.expires_after",
        (1, 2_591_999, 2_592_000),
        (2_592_001, 1.5, "60", None),
        {"storage_options": {"filename": "a.png"}},
    ),
    Bound(XAI, "storage_options.filename", ("a.png",), (5, None)),
    Bound(XAI, "size", (), ("1024x1024", "auto", None)),
    Bound(XAI, "style", (), ("vivid", None)),
    Bound("xai.edit", "image", (IMAGE, {"url": URL, "type": "image_url"}), (URL, 1, [], None)),
    Bound(
        "xai.edit", "images", ([IMAGE], [IMAGE] * 3), ([IMAGE] * 4, URL, None), without=("image",)
    ),
)


OPERATIONS = sorted({each for bound in BOUNDS for each in bound.operations.split()})


def values(operation: str, which: str) -> Iterator[tuple[str, Any, Bound]]:
    for bound in BOUNDS:
        if operation in bound.operations.split():
            for value in getattr(bound, which):
                yield bound.parameter, value, bound


def parameters(bound: Bound, value: Any) -> dict[str, Any]:
    outer, _, inner = bound.parameter.partition(".")
    if not inner:
        return {**bound.beside, outer: value}
    return {**bound.beside, outer: {**bound.beside.get(outer, {}), inner: value}}


@pytest.fixture(scope="module")
def app() -> App:
    """One application for all of these."""
    return App(Settings(seed=1))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_the_page_allows_is_accepted(operation: str, ask: Ask) -> None:
    def check(parameter: str, value: Any, bound: Bound) -> None:
        answer = ask(operation, parameters(bound, value), without=bound.without)
        assert answer.status_code == 200, answer.text

    hold(check, unnamed(values(operation, "legal")))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_one_step_past_what_the_page_allows_is_refused_by_name(
    operation: str, ask: Ask, assert_refused: Callable[..., None]
) -> None:
    def check(parameter: str, value: Any, bound: Bound) -> None:
        answer = ask(operation, parameters(bound, value), without=bound.without)
        assert_refused(answer, operation.partition(".")[0])
        assert parameter.rpartition(".")[2] in answer.text

    hold(check, unnamed(values(operation, "illegal")))


def sized(ask: Ask, width: float, height: float) -> httpx.Response:
    return ask("runware.task", {"width": width, "height": height}, without=["resolution"])


def test_listed_sizes_are_accepted(ask: Ask) -> None:
    def check(width: int, height: int) -> None:
        assert sized(ask, width, height).status_code == 200

    hold(check, unnamed(SIZES))


UNLISTED = (
    *((width + 1, height) for width, height in SIZES),
    *((width, height - 1) for width, height in SIZES),
    (1024, 768),
    (896, 896),
    (2048, 2048),
    (0, 0),
    (-1024, -1024),
    (1024.5, 1024),
)


def test_sizes_that_are_not_listed_are_refused_by_name(
    ask: Ask, assert_refused: Callable[..., None]
) -> None:
    def check(width: float, height: float) -> None:
        answer = sized(ask, width, height)
        assert_refused(answer, "runware", 400)
        assert "width" in answer.text
        assert "height" in answer.text or width != int(width)

    hold(check, unnamed(UNLISTED))
