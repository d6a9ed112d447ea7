"""Whether a server delivers what was asked for: how many images, which, how and at what price."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from imagine_harness.contracts.expected import ExpectedAnswer
from imagine_harness.contracts.fields import brief_text, values_at
from imagine_harness.contracts.model import Statement
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.sizes import Pixels
from imagine_harness.harness.answers.images import AnswerImage, format_and_size, images_in
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.promises.lifecycles import outcome
from imagine_harness.harness.suites.subjects.interaction import Interaction
from imagine_harness.harness.suites.subjects.server import Server

COST_TOLERANCE = 1e-6
"""US dollars within which two costs are the same."""


@dataclass(frozen=True)
class DeliveredImages:
    """What an accepted request came to, and what it had to be."""

    interaction: Interaction
    promised: ExpectedAnswer
    images: tuple[AnswerImage, ...]

    def looks(self) -> Iterator[tuple[str, Pixels]]:
        """Format and pixels of each image whose bytes are at hand."""
        for image in self.images:
            if image.data is not None:
                yield format_and_size(image.data)

    def broken(self, what: str, expected: object, got: object) -> Broken:
        """That something came instead of something else."""
        message = f"{_format(got)} {what}, expected {_format(expected)}"
        return Broken(message, self.interaction, expected=expected, got=got)


def _format(value: object) -> str:
    return value if isinstance(value, str) else brief_text(value)


Keeps = Callable[[DeliveredImages, Operation], None]


def keeps(what: str, server: Server, root: Any) -> None:
    """One of `OUTCOMES` is as the contract promises it, of a root that is not refused."""
    interaction = server.call(root)
    if interaction.failed:
        return  # which is another promise's matter
    asked = interaction.asked
    lifecycle = server.operation.lifecycle_of(asked, server.provider.lifecycles)
    if lifecycle is not None:
        interaction = outcome(server, lifecycle, interaction)
    images = images_in(interaction.answer, server.fetch)
    made = DeliveredImages(interaction, server.promised(asked), tuple(images))
    if what not in made.promised.open:
        OUTCOMES[what](made, server.operation)


def keeps_count(made: DeliveredImages, _operation: Operation) -> None:
    """As many images come back as were asked for."""
    if len(made.images) != made.promised.count:
        raise made.broken("images came back", made.promised.count, len(made.images))


def keeps_carrier(made: DeliveredImages, _operation: Operation) -> None:
    """Images travel as they were asked to: by address, as base64 or as a data URI."""
    for image in made.images:
        if image.carrier != made.promised.carrier:
            raise made.broken("is how an image came", made.promised.carrier, image.carrier)


def keeps_format(made: DeliveredImages, _operation: Operation) -> None:
    """Images decode as the format that was asked for."""
    for kind, _ in made.looks():
        if kind != made.promised.format:
            raise made.broken("is the format of an image", made.promised.format, kind)


def keeps_size(made: DeliveredImages, _operation: Operation) -> None:
    """Images have the pixels that were asked for."""
    for _, (width, height) in made.looks():
        if (width, height) != (made.promised.width, made.promised.height):
            asked = f"{made.promised.width}x{made.promised.height}"
            raise made.broken("is the size of an image", asked, f"{width}x{height}")


def keeps_cost(made: DeliveredImages, operation: Operation) -> None:
    """The cost in an answer is the price on record."""
    price = operation.outcome.price if operation.outcome else None
    if price is None or price.at is None or made.promised.cost is None:
        return
    images = 1 if "[]" in price.at else made.promised.count
    expected = made.promised.cost * price.units * images
    for cost in values_at(made.interaction.answer, price.at):
        near = COST_TOLERANCE * price.units
        if not isinstance(cost, int | float) or abs(cost - expected) > near:
            raise made.broken(f"is what {price.at} says", expected, cost)


OUTCOMES: Mapping[str, Keeps] = MappingProxyType(
    {
        "count": keeps_count,
        "carrier": keeps_carrier,
        "format": keeps_format,
        "size": keeps_size,
        "cost": keeps_cost,
    }
)
"""What can be kept of an outcome, by its name."""


def outcomes(operation: Operation) -> Iterator[tuple[str, str | None, Statement]]:
    """What an operation's outcome promises: its name, a parameter that decides it, its source."""
    outcome = operation.outcome
    if outcome is None:
        return
    yield "count", next(iter(outcome.count), None), outcome.statement
    yield "carrier", outcome.carrier.parameter, outcome.statement
    yield "format", outcome.format, outcome.statement
    size = outcome.size
    yield "size", size.ratio or size.size or size.width or size.tier, size.statement
    if outcome.price and outcome.price.at:
        yield "cost", next(iter(outcome.count), None), outcome.price.statement
