"""A subject tried in one item: with the bodies that it draws, down to the smallest that fails."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import FlakyFailure, Unsatisfiable

from imagine_harness.harness.coverage.exercise import exercised
from imagine_harness.harness.results.reproduction import curl, python
from imagine_harness.harness.results.results import PromiseVerdict, Result
from imagine_harness.harness.suites.cases.item import Item, level_of
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.subjects.interaction import Subject

EXAMPLES = 5
"""Bodies that one item is tried with, unless asked otherwise."""

FEWER_EXAMPLES = 3
"""The same for a gateway, where each body makes several calls and conversions."""

Place = tuple[str, int]
"""A file and a line in it, from 1."""

NOWHERE: Place = ("", 0)


def attempt(item: Item[Any], subject: Any, examples: int, *, seeded: int = 1) -> None:
    """Try a subject with some bodies; `seeded` decides which.

    Raises:
        Broken: the promise was not kept; the body is the smallest that shows it.
    """
    __tracebackhide__ = True

    if item.draws is None:
        item.check(subject, None)
        return

    @seed(seeded)
    @settings(
        max_examples=1 if item.once else examples * item.times,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(root=item.draws())
    def holds(root: Any) -> None:
        __tracebackhide__ = True
        item.check(subject, root)

    try:
        holds()
    except FlakyFailure as flaky:
        raise _first_broken(flaky) from None


def _first_broken(flaky: FlakyFailure) -> BaseException:
    """What went wrong once, though not every time: a promise broken now and then is broken."""
    found = [each for each in flaky.exceptions if isinstance(each, Broken)]
    return found[0] if found else flaky


def result_of(
    item: Item[Any], subject: Subject, examples: int, *, seeded: int = 1, place: Place = NOWHERE
) -> Result:
    """What becomes of an item: `attempt`, with its end as a value; `place` is the subject's."""
    begun = time.perf_counter()
    subject.roots.clear()
    subject.met.clear()

    def ended(verdict: PromiseVerdict, message: str = "", **more: Any) -> Result:
        statement = more.pop("states", None) or item.states
        if statement is not None:
            more["rule"] = statement.id
            more["source"] = str(statement.source)
            more["certainty"] = str(statement.certainty)
        return Result(
            promise=item.id,
            says=item.says,
            subject=subject.title,
            verdict=verdict,
            level=level_of(statement),
            message=message,
            operations=(subject.operation.name,),
            exercised=exercised((subject.operation, root) for root in subject.roots),
            errors=tuple(sorted(subject.met)),
            readings=subject.readings,
            seconds=time.perf_counter() - begun,
            seed=None if item.draws is None else seeded,
            file=place[0],
            line=place[1],
            **more,
        )

    try:
        attempt(item, subject, examples, seeded=seeded)
    except Broken as broken:
        return ended(
            PromiseVerdict.BROKEN,
            "\n".join([broken.message, *broken.details]),
            states=broken.states,
            seen=broken.exchanges,
            sides=broken.sides,
            expected=broken.expected,
            got=broken.got,
            steps=_steps(broken),
        )
    except pytest.skip.Exception as skipped:
        return ended(PromiseVerdict.SKIPPED, str(skipped))
    except Unsatisfiable:
        return ended(PromiseVerdict.SKIPPED, "nothing can be drawn that shows it")
    return ended(PromiseVerdict.KEPT)


def _steps(broken: Broken) -> Mapping[str, str]:
    """How to see it again; nothing where nothing went over the wire."""
    if not broken.exchanges:
        return {}
    last = broken.exchanges[-1]
    return {"curl": curl(last), "python": broken.python or python(last)}
