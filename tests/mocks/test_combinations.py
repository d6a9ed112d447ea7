"""Rules across parameters, what is required, and what only strictness refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings

Ask = Callable[..., httpx.Response]

URL = "https://example.com/a.png"
IMAGE = {"url": URL}


@pytest.fixture(scope="module")
def app() -> App:
    """One application for all of these."""
    return App(Settings(seed=1))


# operation, parameters, what is left out, what must stand in the refusal
ACROSS = [
    ("runware.task", {"width": 1024}, ["resolution"], ["height"]),
    ("runware.task", {"height": 1024}, ["resolution"], ["width"]),
    ("runware.task", {"width": 1024, "height": 1024}, [], ["resolution", "width", "height"]),
    ("runware.task", {"width": 1024}, [], ["resolution"]),
    ("runware.task", {}, ["resolution"], ["resolution", "referenceImages", "width", "height"]),
    ("runware.task", {"inputs": {}}, ["resolution"], ["resolution", "referenceImages"]),
    ("lumenfall.edit", {"images": [URL]}, [], ["image", "images"]),
    ("lumenfall.edit", {}, ["image"], ["image"]),
    ("uniall.task", {"task_type": "image2image"}, [], ["image", "task_type"]),
    ("uniall.task", {"image": URL, "images": [URL]}, [], ["image", "images"]),
    ("uniall.task", {"image_url": URL, "image_urls": [URL]}, [], ["image_url", "image_urls"]),
    ("uniall.edit", {"images": [URL]}, [], ["image", "images"]),
    ("uniall.edit", {"image_url": URL}, [], ["image", "image_url"]),
    ("uniall.edit", {}, ["image"], ["image"]),
    ("xai.edit", {"images": [IMAGE]}, [], ["image", "images"]),
    ("xai.generate", {"storage_options": {}}, [], ["filename"]),
]


@pytest.mark.parametrize(("operation", "given", "without", "named"), ACROSS)
def test_a_rule_across_parameters_is_kept_and_names_them(
    operation: str,
    given: dict[str, Any],
    without: list[str],
    named: list[str],
    ask: Ask,
    assert_refused: Callable[..., None],
) -> None:
    answer = ask(operation, given, without=without)

    assert_refused(answer, operation.partition(".")[0])
    for name in named:
        assert name in answer.text


REQUIRED = [
    ("cloudflare.generate", "prompt"),
    ("cloudflare.generate-by-path", "prompt"),
    ("runware.task", "taskType"),
    ("runware.task", "taskUUID"),
    ("runware.task", "model"),
    ("runware.task", "positivePrompt"),
    ("fal.generate", "prompt"),
    ("fal.edit", "prompt"),
    ("lumenfall.generate", "prompt"),
    ("lumenfall.generate", "model"),
    ("lumenfall.edit", "prompt"),
    ("lumenfall.edit", "model"),
    ("uniall.task", "prompt"),
    ("uniall.task", "model"),
    ("uniall.generate", "prompt"),
    ("uniall.generate", "model"),
    ("uniall.edit", "prompt"),
    ("uniall.edit", "model"),
    ("xai.generate", "prompt"),
    ("xai.edit", "prompt"),
]


@pytest.mark.parametrize(("operation", "name"), REQUIRED)
def test_what_is_required_is_missed_by_name(
    operation: str,
    name: str,
    client: httpx.Client,
    plain: Callable[..., httpx.Request],
    assert_refused: Callable[..., None],
) -> None:
    request = plain(operation)
    body = json.loads(request.content)
    del (body[0] if isinstance(body, list) else body.get("input", body))[name]

    answer = client.post(
        request.url, headers={"Authorization": request.headers["Authorization"]}, json=body
    )

    assert_refused(answer, operation.partition(".")[0])
    assert name in answer.text


@pytest.mark.parametrize("missing", [{}, {"input": None}, {"input": []}, {"input": "x"}])
def test_the_input_around_the_parameters_must_be_an_object(
    missing: dict[str, Any],
    client: httpx.Client,
    plain: Callable[..., httpx.Request],
    assert_refused: Callable[..., None],
) -> None:
    request = plain("cloudflare.generate")

    answer = client.post(
        request.url,
        headers={"Authorization": request.headers["Authorization"]},
        json={"model": "xai/grok-imagine-image", **missing},
    )

    assert_refused(answer, "cloudflare", 400)
    assert "input" in answer.text or "prompt" in answer.text


LOOKING_LEGAL = [
    ("cloudflare.generate", {"image": IMAGE, "images": [IMAGE], "mask": IMAGE}),
    ("cloudflare.generate", {"mask": IMAGE}),
    ("cloudflare.generate", {"unknown": 1}),
    ("runware.task", {"inputs": {"referenceImages": [URL] * 4}}),
    ("runware.task", {"inputs": {"referenceImages": [URL]}, "unknown": 1}),
    ("runware.task", {"checkNSFW": False, "outputQuality": 95, "includeCost": False}),
    ("runware.task", {"ttl": 60, "outputType": "dataURI"}),
    ("fal.edit", {"image_urls": []}),
    ("fal.generate", {"unknown": 1}),
    ("lumenfall.generate", {"unknown": 1, "quality": "hd", "style": "vivid"}),
    ("lumenfall.generate", {"size": "1024x1024", "aspect_ratio": "16:9", "resolution": "2K"}),
    ("uniall.generate", {"unknown": 1, "n": 1, "num_images": 2}),
    ("xai.generate", {"seed": 7, "negative_prompt": "x"}),
]


@pytest.mark.parametrize(("operation", "given"), LOOKING_LEGAL)
def test_what_no_page_forbids_is_accepted(operation: str, given: dict[str, Any], ask: Ask) -> None:
    assert ask(operation, given).status_code == 200


STRICT = [
    ("cloudflare.generate", {"image": IMAGE, "images": [IMAGE]}, "images"),
    ("cloudflare.generate", {"mask": IMAGE}, "mask"),
    ("cloudflare.generate", {"image": {}}, "url"),
    ("cloudflare.generate", {"unknown": 1}, "unknown"),
    ("runware.task", {"inputs": {"referenceImages": [URL] * 4}}, "referenceImages"),
    ("runware.task", {"unknown": 1}, "unknown"),
    ("runware.task", {"ttl": 60, "outputType": "dataURI"}, "ttl"),
    ("fal.edit", {"image_urls": []}, "image_urls"),
    ("fal.generate", {"unknown": 1}, "unknown"),
    ("lumenfall.generate", {"n": 11}, "n"),
    ("lumenfall.generate", {"prompt": "x" * 1_001}, "prompt"),
    ("uniall.generate", {"n": 11}, "n"),
    ("uniall.task", {"images": []}, "images"),
    ("xai.generate", {"seed": 7}, "seed"),
    ("xai.generate", {"aspect_ratio": "21:9"}, "aspect_ratio"),
    ("xai.generate", {"resolution": "1.5k"}, "resolution"),
]


@pytest.fixture(scope="module")
def strict(client_of: Callable[[App], httpx.Client]) -> httpx.Client:
    return client_of(App(Settings(seed=1, strict=True)))


@pytest.mark.parametrize(("operation", "given", "named"), STRICT)
def test_strictness_refuses_what_was_merely_observed(
    operation: str,
    given: dict[str, Any],
    named: str,
    strict: httpx.Client,
    plain: Callable[..., httpx.Request],
    assert_refused: Callable[..., None],
) -> None:
    answer = strict.send(plain(operation, given))

    assert_refused(answer, operation.partition(".")[0])
    assert named in answer.text
