"""What an image call costs by the price on record, in millionths of a dollar."""

from __future__ import annotations

from dataclasses import dataclass

from imagine_harness.mocks.answer import Accepted

MICROS = 1_000_000
"""Units of a price here in one dollar."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a call costs: so much for each image made, and so much for each image given."""

    output: int
    outputs: int
    input: int
    inputs: int

    @property
    def total(self) -> int:
        """All of it."""
        return self.output * self.outputs + self.input * self.inputs

    @property
    def dollars(self) -> float:
        """All of it in dollars."""
        return self.total / MICROS


def cost_of(done: Accepted) -> Cost:
    """What an accepted call costs; nothing where the model's price is not on record."""
    operation, promised = done.plan.operation, done.promise
    outcome = operation.outcome
    if outcome is None or promised is None or outcome.price is None:
        return Cost(0, promised.count if promised else 0, 0, 0)
    given = [operation.parameters[name].value(done.root) for name in outcome.inputs]
    inputs = sum(len(each) if isinstance(each, list) else isinstance(each, str) for each in given)
    price = outcome.price
    return Cost(round(price.image * MICROS), promised.count, round(price.input * MICROS), inputs)
