"""The models that Lumenfall lists: those on record, each as OpenAI writes one, and more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.contracts.operation import Contract
from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.lumenfall.routing import pool


def models(call: Call) -> Answer:
    """Every model."""
    return Answer({"object": "list", "data": list(_models_by_name(call).values())})


def model(call: Call) -> Answer | Refusal:
    """One model."""
    asked = call.path_values["model"]
    found = _models_by_name(call).get(asked)
    if found is None:
        return Refusal(("model-unknown",), {"got": asked}, status=404)
    return Answer(found)


def _models_by_name(call: Call) -> dict[str, dict[str, Any]]:
    return {
        name: _described(call, name, contract)
        for contract in call.context.recorded.contracts
        for name in contract.models
    }


def _described(call: Call, name: str, contract: Contract) -> dict[str, Any]:
    outcomes = [each.outcome for each in contract.operations.values() if each.outcome]
    prices = [outcome.price.image for outcome in outcomes if outcome.price]
    recorded = datetime.combine(contract.recorded, datetime.min.time(), UTC)
    return {
        "id": name,
        "object": "model",
        "created": int(recorded.timestamp()),
        "owned_by": pool(call)[0],
        "name": contract.title,
        "capabilities": [call.figure(f"capability-of-{id_}") for id_ in contract.operations],
        "modality": call.figure("modality"),
        "starting_price": min(prices, default=None),
        "aliases": [],
    }
