"""How a program took what went wrong on purpose: it gave up, or tried again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imagine_harness.contracts.provider import FETCH
from imagine_harness.harness.results.results import Result, Verdict, answered

if TYPE_CHECKING:
    from imagine_harness.harness.pytest.entries import Entry


@dataclass(frozen=True, slots=True)
class Taken:
    """One fault that was met, and how it was taken.

    Attributes:
        fault: what went wrong, in the words in which it was asked for.
        answered: how it ended, in words.
        reaction: what the program did next, in words.
    """

    operation: str
    request: str
    fault: str
    answered: str
    reaction: str

    def result(self) -> Result:
        """The same as a result; it is no finding, whatever the program did."""
        return Result(
            promise=f"faults.met[{self.operation}, request {self.request}]",
            says="what goes wrong on purpose reaches the program",
            subject=self.operation,
            verdict=Verdict.KEPT,
            message=f"{self.fault}, {self.answered}: {self.reaction}",
        )


def taken(entries: Sequence[Entry]) -> list[Taken]:
    """The faults that a program met, in order, each with what it did next."""
    return [
        Taken(
            operation=_called(entry),
            request=entry.exchange.id,
            fault=entry.fault,
            answered=answered(entry.status, entry.ending),
            reaction=_reaction(entry, entries[place + 1 :]),
        )
        for place, entry in enumerate(entries)
        if entry.fault is not None
    ]


def _called(entry: Entry) -> str:
    return f"{entry.provider}.{entry.operation}" if entry.operation else entry.provider


def _reaction(entry: Entry, later: Sequence[Entry]) -> str:
    """What the next calls of the same test say: the same call again, another one, or none.

    Fetches of pictures say nothing of what becomes of a call, and other pictures nothing of one.
    """
    fetched = entry.operation == FETCH
    ours = [each for each in later if each.exchange.test == entry.exchange.test]
    ours = [each for each in ours if fetched or each.operation != FETCH]
    again = [each for each in ours if _called(each) == _called(entry)]
    same = [each for each in again if (each.path, each.body) == (entry.path, entry.body)]
    again = same if fetched else again
    if again:
        next_one = (same or again)[0]
        after = next_one.exchange.time - entry.exchange.time
        how = answered(next_one.status, next_one.ending)
        return f"tried again after {after:.1f} s, {how}"
    if ours:
        return f"gave up; its next call was {_called(ours[0])}"
    return "gave up"
