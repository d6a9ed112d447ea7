"""How a program took what went wrong on purpose: it gave up, or tried again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.provider import FETCH
from imagine_harness.harness.results.exchanges import answered
from imagine_harness.harness.results.results import PromiseVerdict, Result
from imagine_harness.harness.traffic.redaction import name_of


@dataclass(frozen=True, slots=True)
class FaultReaction:
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
            verdict=PromiseVerdict.KEPT,
            message=f"{self.fault}, {self.answered}: {self.reaction}",
        )


def fault_reactions(exchanges: Sequence[Exchange]) -> list[FaultReaction]:
    """The faults that a program met, in order, each with what it did next."""
    return [
        FaultReaction(
            operation=name_of(each),
            request=each.id,
            fault=each.verdict.fault,
            answered=answered(each.response.status, each.ending),
            reaction=_reaction(each, exchanges[place + 1 :]),
        )
        for place, each in enumerate(exchanges)
        if each.verdict.fault is not None
    ]


def _reaction(met: Exchange, later: Sequence[Exchange]) -> str:
    """What the next calls of the same test say: the same call again, another one, or none.

    Fetches of pictures say nothing of what becomes of a call, and other pictures nothing of one.
    """
    fetched, sent = met.operation == FETCH, (met.request.path, met.request.body)
    ours = [each for each in later if each.test == met.test]
    ours = [each for each in ours if fetched or each.operation != FETCH]
    again = [each for each in ours if name_of(each) == name_of(met)]
    same = [each for each in again if (each.request.path, each.request.body) == sent]
    again = same if fetched else again
    if again:
        next_one = (same or again)[0]
        how = answered(next_one.response.status, next_one.ending)
        return f"tried again after {next_one.time - met.time:.1f} s, {how}"
    if ours:
        return f"gave up; its next call was {name_of(ours[0])}"
    return "gave up"
