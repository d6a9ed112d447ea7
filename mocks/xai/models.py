"""xAI's lists of models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.call import Call

Described = Callable[[Call, str], dict[str, Any]]
"""(call, a model's id) -> the model as one of the lists has it, without its price."""


def models(call: Call) -> Answer:
    """Every model, in OpenAI's list."""
    return Answer({"object": "list", "data": list(_all(call, _brief).values())})


def model(call: Call) -> Answer | Refusal:
    """One model, as OpenAI's list has it."""
    return _one(call, _brief)


def image_models(call: Call) -> Answer:
    """Every model that makes images, with all that is known of it."""
    return Answer({"models": list(_all(call, _full).values())})


def image_model(call: Call) -> Answer | Refusal:
    """One model that makes images, with all that is known of it."""
    return _one(call, _full)


def _all(call: Call, described: Described) -> dict[str, dict[str, Any]]:
    """What the lists have of each model on record, by its id."""
    found = {}
    for contract in call.context.recorded.contracts:
        priced = [each.outcome.price for each in contract.operations.values() if each.outcome]
        price = next((each for each in priced if each is not None), None)
        ticks = call.reading("image-price") == "ticks"
        for name in contract.models:
            found[name] = described(call, name)
            if price is not None:
                found[name]["image_price"] = round(price.image * (price.units if ticks else 100))
    return found


def _one(call: Call, described: Described) -> Answer | Refusal:
    name = call.path_values["model_id"]
    found = _all(call, described).get(name)
    if found is None:
        return Refusal(("model-unknown",), {"got": name}, status=404)
    return Answer(found)


def _brief(call: Call, name: str) -> dict[str, Any]:
    figure = call.figure
    return {
        "id": name,
        "aliases": [],
        "context_length": figure("prompt_length"),
        "created": figure("model_created"),
        "object": "model",
        "owned_by": figure("model_owner"),
    }


def _full(call: Call, name: str) -> dict[str, Any]:
    figure = call.figure
    return {
        "id": name,
        "fingerprint": figure("model_fingerprint"),
        "max_prompt_length": figure("prompt_length"),
        "created": figure("model_created"),
        "object": "model",
        "owned_by": figure("model_owner"),
        "version": figure("model_version"),
        "input_modalities": figure("input_modalities"),
        "output_modalities": ["image"],
        "aliases": [],
    }
