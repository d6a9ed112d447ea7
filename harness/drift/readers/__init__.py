"""Readers, one for each provider's page format; a module is imported when it is asked for.

A reader is a function `read(text) -> Facts` in the module named like the provider. It gets text
that `drift.pages.text.decode` has passed, and says with `Facts.reached` what it read to its end:

* An area is reached when something that comes after it in the format was seen (the next heading,
  a closing tag), or when the format says that it ends. The last area of a page that just stops is
  not.
* A fact of a section that is missing is unknown: its area is not reached.
* An area that a provider's pages never speak of (sizes at one, prices at another) is not reached.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from dataclasses import replace
from importlib import import_module
from typing import Protocol

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Contract
from imagine_harness.harness.drift.page_facts import Facts
from imagine_harness.harness.drift.pages.text import decode, kind_of_text
from imagine_harness.harness.drift.plausibility import plausible
from imagine_harness.harness.drift.unreadable import Unreadable, check_count


class Reader(Protocol):
    """What reads one provider's page format: the function `read` of its module."""

    def __call__(self, text: str) -> Facts:
        """The facts of a page.

        Raises:
            Unreadable: nothing of the format was recognised.
        """


def names() -> tuple[str, ...]:
    """The providers whose pages can be read, in alphabetical order."""
    modules = {found.name for found in pkgutil.iter_modules(__path__)}
    return tuple(name for name in load.names() if name in modules)


def reader(provider: str) -> Reader:
    """The reader of a provider's pages.

    Raises:
        Unreadable: none reads pages of this provider.
    """
    if provider not in names():
        raise Unreadable(
            f"no reader for pages of {provider!r}, pages are read of {', '.join(names())}"
        )
    found: Reader = import_module(f"imagine_harness.harness.drift.readers.{provider}").read
    return found


def read(provider: str, raw: bytes) -> Facts:
    """The facts of a page as it arrived.

    Raises:
        Unreadable: it is no page of this provider's models, or it cannot be decoded.
    """
    text = decode(raw)
    try:
        facts = reader(provider)(text)
        for kind in ("models", "parameters", "rules", "sizes", "outputs", "examples"):
            check_count(getattr(facts, kind), kind)
    except Unreadable as error:
        came = kind_of_text(text)
        reason = str(error)
        raise Unreadable(reason if reason.startswith(came) else f"{came}: {reason}") from error
    for found, noun in ((facts.models, "model id"), (facts.parameters, "parameter")):
        if not found:
            came = kind_of_text(text)
            raise Unreadable(f"{came} without any {noun}, expected a model's page of {provider}")
    return without_remarks(plausible(facts), load.recorded(provider).contracts)


def without_remarks(facts: Facts, contracts: Iterable[Contract]) -> Facts:
    """The facts without those open points that contracts have on record as remarks."""
    documents = [each for contract in contracts for each in contract.documents.values()]
    known = {text for document in documents for text in document.remarks}
    opened = tuple(point for point in facts.open_points if point.text not in known)
    return replace(facts, open_points=opened)
