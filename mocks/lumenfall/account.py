"""What belongs to the account rather than to a model."""

from __future__ import annotations

from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.lumenfall.prices import MICROS, Cost

SPENT = "lumenfall.spent"
"""What a test's compartment keeps the money spent under, in millionths of a dollar."""


def pay(call: Call, cost: Cost) -> None:
    """Take what a call costs from the balance of its test."""
    call.state.kept.add(SPENT, _spent(call) + cost.total)


def _spent(call: Call) -> int:
    spent: int = call.state.kept.get(SPENT) or 0
    return spent


def balance(call: Call) -> Answer:
    """How much may still be spent; a call that costs more than that is answered all the same."""
    left = round(call.figure("balance") * MICROS) - _spent(call)
    return Answer(
        {
            "object": "balance",
            "billing_type": call.figure("billing-type"),
            "available": {
                "amount": max(0, left) / MICROS,
                "currency": call.figure("currency").lower(),
            },
        }
    )
