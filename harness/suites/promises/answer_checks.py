"""What a server made of a legal request: the images, and what was promised of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from imagine_harness.contracts.expected import Promise, promise
from imagine_harness.contracts.sizes import Pixels
from imagine_harness.harness.answers.images import Found, found, looked
from imagine_harness.harness.suites.promises.lifecycles import outcome
from imagine_harness.harness.suites.subjects.server_client import Front, Reply
from imagine_harness.mocks.inputs import references

PICTURE_SIZE: Pixels = (1, 1)
"""Pixels of the picture that requests carry."""


@dataclass(frozen=True)
class Delivered:
    """An answered request: the answer with the images, and what it had to be."""

    reply: Reply
    promised: Promise
    images: tuple[Found, ...]


def delivered(front: Front, root: Any) -> Delivered | None:
    """What comes of a legal root; None where it was refused, which is another promise's matter."""
    asked = front.usable(root)
    reply = front.ask(asked)
    if not reply.succeeded:
        return None
    life = front.operation.lifecycle_of(asked, front.provider.lifecycles)
    if life is not None:
        reply = outcome(front, life, reply)
    return Delivered(reply, promised(front, asked), tuple(found(reply.json(), front.fetch)))


def looks(made: Delivered) -> Iterator[tuple[str, Pixels]]:
    """Format and pixels of each image whose bytes are at hand."""
    for image in made.images:
        if image.data is not None:
            yield looked(image.data)


def promised(front: Front, asked: Any) -> Promise:
    """What the contract promises of the answer to an accepted root."""
    given = [PICTURE_SIZE for _ in references(front.operation, asked)]
    return promise(front.operation, asked, front.readings, given)
