"""Every operation with its plainest body, and what draws bodies of it."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.harness.generation import bodies
from imagine_harness.harness.generation.bodies import Generator

UUID4 = "2f1c4b8e-5a3d-4c6b-9e7f-0a1b2c3d4e5f"
PROMPT = "a lighthouse at dusk"
IMAGES = ("image", "images", "image_url", "image_urls")

PLAIN: dict[str, Any] = {
    "cloudflare.generate": {"model": "xai/grok-imagine-image", "input": {"prompt": PROMPT}},
    "cloudflare.generate-by-path": {"prompt": PROMPT},
    "fal.generate": {"prompt": PROMPT},
    "fal.edit": {"prompt": PROMPT},
    "lumenfall.generate": {"model": "grok-imagine-image", "prompt": PROMPT},
    "lumenfall.edit": {"model": "grok-imagine-image", "prompt": PROMPT},
    "openai.generate": {"model": "any-model", "prompt": PROMPT},
    "openai.edit": {"model": "any-model", "prompt": PROMPT},
    "runware.task": {
        "model": "xai:grok-imagine@image",
        "taskType": "imageInference",
        "taskUUID": UUID4,
        "positivePrompt": PROMPT,
        "resolution": "1K",
    },
    "uniall.task": {"model": "grok-imagine-image", "prompt": PROMPT},
    "uniall.generate": {"model": "grok-imagine-image", "prompt": PROMPT},
    "uniall.edit": {"model": "grok-imagine-image", "prompt": PROMPT},
    "xai.generate": {"model": "grok-imagine-image", "prompt": PROMPT},
    "xai.edit": {"model": "grok-imagine-image", "prompt": PROMPT},
}
"""The plainest body of every operation that has one, but for the one image of an edit."""

every_operation = pytest.mark.parametrize("name", PLAIN)


@cache
def generator(name: str) -> Generator:
    provider, _, own = name.partition(".")
    return bodies.generator(load.recorded(provider).contracts[0].operations[own])


def rule_of(name: str, own: str) -> Rule:
    (found,) = [
        rule for rule in generator(name).operation.rules if rule.statement.id == f"{name}.{own}"
    ]
    return found
