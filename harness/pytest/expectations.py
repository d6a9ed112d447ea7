"""What a test says that its requests do wrong on purpose."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.harness.traffic.problems import (
    Problem,
    hint,
    instead,
    matches,
    problems,
    unmet_promises,
)


@dataclass(frozen=True, slots=True)
class Expectations:
    """What a test says that its requests do wrong on purpose.

    Attributes:
        patterns: rules and refusals, each as `matches` takes it; every one has to come.
        anything: whether nothing at all may surprise; nothing has to come then.
    """

    patterns: tuple[str, ...] = ()
    anything: bool = False

    def surprises(self, exchanges: Iterable[Exchange], disturbed: Collection[str]) -> list[Problem]:
        """What is seriously wrong and was not expected, neither here nor by the request itself."""
        if self.anything:
            return []
        return [
            problem
            for each in exchanges
            for problem in problems(each, disturbed)
            if problem.serious
            and not any(matches(p, problem.id) for p in (*self.patterns, *each.verdict.expected))
        ]

    def disappointments(self, exchanges: Sequence[Exchange]) -> list[str]:
        """For each thing that was expected and did not come, a line that says so."""
        came = {problem.id for each in exchanges for problem in problems(each)}
        missing = [
            f"expected a violation of {pattern!r}, {instead(came, exchanges)}{hint(pattern)}"
            for pattern in self.patterns
            if not any(matches(pattern, each) for each in came)
        ]
        return missing + [line for each in exchanges for line in unmet_promises(each)]
