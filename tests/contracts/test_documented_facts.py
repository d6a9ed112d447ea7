"""Every fact about a parameter that a page states is on record, and nothing is added to it."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.loading import load

REQUIRED = {"required": True}
FREE: dict[str, Any] = {}
URL_OR_BASE64 = ["url", "b64_json"]
RATIOS = ["1:1", "3:4", "4:3", "9:16", "16:9", "2:3", "3:2"]
RATIOS += ["9:19.5", "19.5:9", "9:20", "20:9", "1:2", "2:1"]

CLOUDFLARE: dict[str, dict[str, Any]] = {
    "prompt": REQUIRED,
    "n": {"minimum": 1, "maximum": 10},
    "aspect_ratio": {"enum": [*RATIOS, "auto"]},
    "quality": {"enum": ["low", "medium", "high"]},
    "resolution": {"enum": ["1k", "2k"]},
    "response_format": {"enum": URL_OR_BASE64},
    "user": FREE,
    "image": FREE,
    "images": {"maxItems": 10},
    "mask": FREE,
}

FAL: dict[str, dict[str, Any]] = {
    "prompt": REQUIRED,
    "num_images": {"default": 1, "minimum": 1, "maximum": 4},
    "resolution": {"default": "1k", "enum": ["1k", "2k"]},
    "output_format": {"default": "jpeg", "enum": ["jpeg", "png", "webp"]},
    "sync_mode": {"default": False},
}

# The page names its model bare; with a prefix it is accepted by a reading, and refused by another.
LUMENFALL_MODELS = [f"{prefix}grok-imagine-image" for prefix in ("", "xai/", "fal/")]
LUMENFALL: dict[str, dict[str, Any]] = {
    "model": {"required": True, "enum": LUMENFALL_MODELS},
    "prompt": REQUIRED,
    "size": FREE,
    "aspect_ratio": FREE,
    "resolution": FREE,
    "response_format": {"default": "url", "enum": ["b64_json", "url"]},
    "output_format": {"enum": ["png", "jpeg", "gif", "webp", "avif"]},
    "output_compression": FREE,
    "n": {"default": 1},
    "sync_mode": FREE,
    "storage_options": FREE,
    "user": FREE,
}

RUNWARE: dict[str, dict[str, Any]] = {
    "model": {"required": True, "enum": ["xai:grok-imagine@image"]},
    "taskType": {"required": True, "enum": ["imageInference"]},
    "taskUUID": REQUIRED,
    "outputType": {"default": "URL", "enum": ["URL", "base64Data", "dataURI"]},
    "outputFormat": {"default": "JPG", "enum": ["JPG", "PNG", "WEBP"]},
    "outputQuality": {"default": 95, "minimum": 20, "maximum": 99},
    "webhookURL": FREE,
    "deliveryMethod": {"default": "sync", "enum": ["sync", "async"]},
    "uploadEndpoint": FREE,
    "safety": FREE,
    "safety.checkContent": {"default": False},
    "safety.mode": {"default": "none", "enum": ["none", "fast"]},
    "ttl": {"minimum": 60},
    "includeCost": {"default": False},
    "numberResults": {"default": 1, "minimum": 1, "maximum": 20},
    "inputs": FREE,
    "inputs.referenceImages": FREE,
    "positivePrompt": {"required": True, "minLength": 1},
    "width": FREE,
    "height": FREE,
    "resolution": {"default": "1K", "enum": ["1K"]},
}

UNIALL: dict[str, dict[str, Any]] = {
    "model": {"required": True, "enum": ["grok-imagine-image", "grok-imagine-image-quality"]},
    "prompt": REQUIRED,
    "aspect_ratio": {"enum": ["1:1", "16:9", "9:16", "4:3", "3:4", "auto"]},
    "resolution": {"enum": ["1k", "2k"]},
    "output_format": {"enum": ["jpeg", "png", "webp"]},
    "num_images": {"minimum": 1, "maximum": 4},
    "n": {"default": 1},
    "response_format": FREE,
}
UNIALL_IMAGES = dict.fromkeys(["image", "images", "image_url", "image_urls"], FREE)

XAI: dict[str, dict[str, Any]] = {
    "model": {"required": True, "enum": ["grok-imagine-image"]},
    "prompt": REQUIRED,
    "n": {"default": 1, "minimum": 1, "maximum": 10},
    "aspect_ratio": {"enum": [*RATIOS, "auto", "21:9", "5:2"]},
    "resolution": {"default": "1k", "enum": ["1k", "2k", "1.5k"]},
    "response_format": {"default": "url", "enum": URL_OR_BASE64},
    "quality": {"default": "medium", "enum": ["low", "medium", "high", "auto"]},
    "storage_options": FREE,
    "storage_options.filename": REQUIRED,
    "storage_options.expires_after": {"minimum": 1, "maximum": 2_592_000},
    "storage_options.public_url": FREE,
    "deferred": {"default": False},
    "output": FREE,
    "user": FREE,
    "size": FREE,
    "style": FREE,
}

OPENAI: dict[str, dict[str, Any]] = {
    "model": {"required": True, "enum": ["any-model"]},
    "prompt": REQUIRED,
    "n": {"default": 1},
    "size": {"enum": ["1024x1024"]},
    "response_format": {"default": "url", "enum": ["url", "b64_json"]},
}

FACTS: dict[str, dict[str, dict[str, Any]]] = {
    "cloudflare.generate": {
        "model": {"required": True, "enum": ["xai/grok-imagine-image"]},
        "input": REQUIRED,
        **CLOUDFLARE,
    },
    "cloudflare.generate-by-path": CLOUDFLARE,
    "fal.generate": {
        **FAL,
        "aspect_ratio": {
            "default": "1:1",
            "enum": [
                *("2:1", "20:9", "19.5:9", "16:9", "4:3", "3:2", "1:1"),
                *("2:3", "3:4", "9:16", "9:19.5", "9:20", "1:2"),
            ],
        },
    },
    "fal.edit": {**FAL, "image_urls": {"maxItems": 3}},
    "lumenfall.generate": LUMENFALL,
    "lumenfall.edit": {**LUMENFALL, "image": FREE, "images": FREE},
    "openai.generate": OPENAI,
    "openai.edit": {**OPENAI, "image": FREE, "images": FREE},
    "runware.task": RUNWARE,
    "uniall.task": {
        **UNIALL,
        **UNIALL_IMAGES,
        "task_type": {"enum": ["text2image", "image2image"]},
    },
    "uniall.task-result": {},
    "uniall.generate": UNIALL,
    "uniall.edit": {**UNIALL, **UNIALL_IMAGES},
    "xai.generate": XAI,
    "xai.edit": {**XAI, "image": FREE, "images": {"maxItems": 3}, "mask": FREE},
}
"""For every operation the parameters of its page: what is required, listed, limited, assumed."""

TYPES: dict[str, dict[str, Any]] = {
    "fal.generate": {
        **dict.fromkeys(["prompt"], "string"),
        **{"num_images": "integer", "sync_mode": "boolean"},
    },
    "fal.edit": {"prompt": "string", "num_images": "integer", "image_urls": "array"},
    "cloudflare.generate": {
        **dict.fromkeys(["prompt", "user"], "string"),
        **dict.fromkeys(["image", "mask"], "object"),
        **{"n": "integer", "images": "array"},
    },
    "lumenfall.edit": {
        **dict.fromkeys(["prompt", "size", "aspect_ratio", "resolution"], "string"),
        **dict.fromkeys(["n", "output_compression"], "integer"),
        **{"sync_mode": "boolean", "images": "array", "storage_options": "object"},
        "user": ["string", "null"],
    },
    "runware.task": {
        **dict.fromkeys(["taskUUID", "webhookURL", "uploadEndpoint", "positivePrompt"], "string"),
        **dict.fromkeys(["outputQuality", "ttl", "numberResults", "width", "height"], "integer"),
        **dict.fromkeys(["safety.checkContent", "includeCost"], "boolean"),
        **{"safety": "object", "inputs": "object", "inputs.referenceImages": "array"},
    },
    "uniall.edit": {
        **dict.fromkeys(["prompt", "image", "image_url", "response_format"], "string"),
        **dict.fromkeys(["images", "image_urls"], "array"),
        **dict.fromkeys(["num_images", "n"], "integer"),
    },
}
"""The types of parameters whose values are not listed, where a page states them."""

LIMITS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")

every_operation = pytest.mark.parametrize("name", FACTS)


def operation(name: str) -> Any:
    provider, _, own = name.partition(".")
    return load.recorded(provider).contracts[0].operations[own]


def stated(name: str, fact: str) -> dict[str, Any]:
    """The value of one fact for each parameter of which the page states it."""
    return {key: facts[fact] for key, facts in FACTS[name].items() if fact in facts}


def test_the_table_holds_every_operation_on_record() -> None:
    recorded = {
        operation.name
        for provider in load.names()
        for contract in load.recorded(provider).contracts
        for operation in contract.operations.values()
    }

    assert recorded == set(FACTS)


@every_operation
def test_exactly_the_documented_parameters_are_on_record(name: str) -> None:
    assert set(operation(name).parameters) == set(FACTS[name])


@every_operation
def test_exactly_the_required_parameters_are_required(name: str) -> None:
    parameters = operation(name).parameters.values()

    assert {p.name: True for p in parameters if p.required} == stated(name, "required")


@every_operation
def test_exactly_the_documented_defaults_are_on_record(name: str) -> None:
    parameters = operation(name).parameters.values()
    defaults = {p.name: p.default for p in parameters if p.default is not ABSENT}

    assert defaults == stated(name, "default")
    assert {key: type(value) for key, value in defaults.items()} == {
        key: type(value) for key, value in stated(name, "default").items()
    }


@every_operation
def test_exactly_the_listed_values_are_on_record(name: str) -> None:
    parameters = operation(name).parameters.values()
    listed = {p.name: sorted(p.schema["enum"]) for p in parameters if "enum" in p.schema}

    assert listed == {key: sorted(values) for key, values in stated(name, "enum").items()}


@every_operation
def test_exactly_the_documented_limits_are_refused_without_a_reading(name: str) -> None:
    limits: dict[str, dict[str, Any]] = {keyword: {} for keyword in LIMITS}
    for rule in operation(name).rules:
        if rule.kind in LIMITS and rule.statement.reading is None:
            parameter = rule.parameters[0]
            limits[rule.kind][parameter.name] = parameter.schema[rule.kind]

    assert limits == {keyword: stated(name, keyword) for keyword in LIMITS}


@pytest.mark.parametrize("name", TYPES)
def test_the_documented_types_are_on_record(name: str) -> None:
    parameters = operation(name).parameters

    assert {key: parameters[key].schema["type"] for key in TYPES[name]} == TYPES[name]


def test_safety_checking_that_is_turned_on_is_fast_by_default() -> None:
    task = operation("runware.task")
    chosen = [
        task.effective({"safety": {"checkContent": on}}, "safety.mode") for on in (False, True)
    ]

    assert chosen == ["none", "fast"]
