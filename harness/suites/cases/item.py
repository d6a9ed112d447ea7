"""One thing to try: a promise in one of the cases that it holds for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Generic, TypeVar

from hypothesis.strategies import SearchStrategy

from imagine_harness.contracts.lookup import unknown
from imagine_harness.contracts.model import Certainty, ContractError, Level, Statement
from imagine_harness.harness.suites.registry import PROMISES

S = TypeVar("S")


@dataclass(frozen=True)
class Item(Generic[S]):
    """A promise, in one of the cases that it holds for.

    Attributes:
        id: `client.PROMISE` or `client.PROMISE[CASE]`; what is selected, waived and reported.
        says: the promise as a sentence.
        check: (the subject, a drawn root) -> nothing; raises `Broken` where it is not kept.
        draws: what roots it is tried with; None where it needs none, and is tried once.
        readings: choices to be in force, over those of the run.
        once: whether one root shows it as well as many.
        times: how many times more roots it takes than others, to meet each of several values.
        states: the fact that is at stake, None where it is a practice.
    """

    id: str
    says: str
    check: Callable[[S, Any], object]
    draws: Callable[[], SearchStrategy[Any]] | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    once: bool = False
    times: int = 1
    states: Statement | None = None

    @property
    def promise(self) -> str:
        """The id without its case."""
        return self.id.partition("[")[0]


def item_of(
    promise: str,
    case: str,
    check: Callable[[S, Any], object],
    draws: Callable[[], SearchStrategy[Any]] | None = None,
    **more: Any,
) -> Item[S]:
    """A promise on record in one of its cases, `""` for the only one; `more` is of `Item`."""
    name = f"{promise}[{case}]" if case else promise
    return Item(name, PROMISES[promise].says, check, draws, **more)


def level_of(states: Statement | None) -> Level:
    """How much it matters that a promise about a fact is broken.

    It is an error; a warning where the fact is not documented.
    """
    sure = states is None or states.certainty is Certainty.DOCUMENTED
    return Level.ERROR if sure else Level.WARNING


def chosen(items: Iterable[Item[S]], wanted: str | Iterable[str], about: str) -> list[Item[S]]:
    """The items that are meant by an id, by a promise alone or by a pattern; none wanted for all.

    Raises:
        ContractError: nothing is meant by one of them.
    """
    every = list(items)
    wanted = [wanted] if isinstance(wanted, str) else list(wanted)
    for want in wanted:
        if not any(_is(each, want) for each in every):
            known = (each.promise for each in every)
            raise ContractError(unknown("promise", want, known, f"about {about}"))
    return [each for each in every if not wanted or any(_is(each, want) for want in wanted)]


def _is(item: Item[Any], wanted: str) -> bool:
    pattern = wanted.replace("[", "[[]") if "[" in wanted else wanted
    return item.promise == wanted or fnmatchcase(item.id, pattern)
