"""Dry runs: what a call would cost, with nothing made or paid."""

from __future__ import annotations

from typing import Any

from imagine_harness.mocks.answer import Accepted, Answer
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.lumenfall.prices import cost_of
from imagine_harness.mocks.lumenfall.routing import routed


def is_dry(call: Call) -> bool:
    """Whether a call only asks for its price."""
    return call.query.get("dryRun", "").lower() == "true"


def estimate(call: Call, done: Accepted) -> Answer:
    """The price of an accepted call: its total, and what it is put together from."""
    cost = cost_of(done)
    route = routed(call, done.plan.operation, done.root)
    body: dict[str, Any] = {"estimated": True, "model": route.model, "provider": route.provider}
    currency = call.figure("currency")
    if call.reading("estimate") == "metadata":
        body["metadata"] = {"cost": cost.dollars, "cost_currency": currency}
        return Answer(body)
    parts = [_component(call, "outputs", cost.outputs, cost.output)]
    if cost.input:
        parts.append(_component(call, "inputs", cost.inputs, cost.input))
    return Answer(
        {**body, "total_cost_micros": cost.total, "currency": currency, "components": parts}
    )


def _component(call: Call, of: str, quantity: int, unit: int) -> dict[str, Any]:
    kind, metric = call.figure(f"component-of-{of}")
    return {
        "type": kind,
        "metric": metric,
        "quantity": quantity,
        "billable_quantity": quantity,
        "unit_price": unit,
        "total_cost": unit * quantity,
    }
