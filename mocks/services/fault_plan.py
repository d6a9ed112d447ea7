"""The faults in force, and which of them hits a call."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from imagine_harness.mocks.services.faults import Fault
from imagine_harness.mocks.services.tasks import Task


class FaultPlan:
    """The faults in force, asked before each answer."""

    def __init__(self, seed: int) -> None:
        self._faults: list[Fault] = []
        self._random = random.Random(f"{seed}:faults")
        self._made = 0

    def __iter__(self) -> Iterator[Fault]:
        return iter(list(self._faults))

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force."""
        self._made += 1
        fault = replace(fault, id=str(self._made))
        self._faults.append(fault)
        return fault

    def next(
        self,
        provider: str,
        operation: str,
        test: str,
        nth: int,
        polled: Sequence[Task] = (),
        own: Fault | None = None,
    ) -> Fault | None:
        """The fault that hits this call, the `nth` of its operation in its test.

        `polled` are the tasks that it asks about. What their submissions asked for comes first,
        then what the call itself does: `own` is about questions, too.
        """
        asked_for = [task.fault or own for task in polled]
        for fault in (*filter(None, asked_for), *self._faults):
            if fault.at is None:
                fits = fault.fits(provider, operation, test, nth)
            else:
                fits = any(_asks(fault, operation, task) for task in polled)
            if fits and self._happens(fault):
                fault.met += 1
                return fault
        return None

    def _happens(self, fault: Fault) -> bool:
        if fault.times is not None and fault.met >= fault.times:
            return False
        return fault.probability >= 1 or self._random.random() < fault.probability

    def reset(self, test: str | None = None, provider: str | None = None) -> None:
        """Take the faults of one test and one provider back, None standing for all of them."""
        self._faults = [
            each
            for each in self._faults
            if test not in (None, each.test) or provider not in (None, each.provider)
        ]


def _asks(fault: Fault, operation: str, task: Task) -> bool:
    """Whether a fault hits a question about a task, by what is asked or by what was submitted."""
    if fault.operation == operation:
        return fault.fits(task.provider, operation, task.test, task.asked.get(operation, 0))
    return fault.fits(task.provider, task.operation, task.test, sum(task.asked.values()))
