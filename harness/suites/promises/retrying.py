"""What a client tries again, and when: what is transient, later each time, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from imagine_harness.harness.suites.failure import Broken, said_by
from imagine_harness.harness.suites.subjects.interaction import PATIENCE, Subject

TRANSIENT = (429, 503)
"""Statuses that HTTP itself calls transient."""


def retries(status: int, subject: Subject, root: Any) -> None:
    """Two transient failures and then an answer: it is there, and the waits grew."""
    fault = f"{subject.operation.name} status={status} times=2"
    trial = subject.tried(root, fault, deadline=PATIENCE)
    if trial.error is not None:
        raise Broken(f"it raised {said_by(trial.error)} after {status}, expected a retry", trial)
    times = [each.exchange.time for each in trial.calls]
    waits = [later - before for before, later in pairwise(times)]
    if len(waits) < 2 or waits[1] <= waits[0]:
        raise Broken(f"waits of {[round(w, 3) for w in waits]} s, expected growing ones", trial)


def honours_wait(subject: Subject, root: Any) -> None:
    """A refusal that says when to come again is not repeated before."""
    fault = f"{subject.operation.name} status=429 retry-after=1 times=1"
    trial = subject.tried(root, fault, deadline=PATIENCE)
    times = [each.exchange.time for each in trial.calls]
    if len(times) > 1 and times[1] - times[0] < 1:
        raise Broken(f"it came again after {times[1] - times[0]:.3f} s, told to wait 1 s", trial)


def gives_up(subject: Subject, root: Any) -> None:
    """What was refused for what it says is not sent again."""
    trial = subject.tried(root, f"{subject.operation.name} status=400", deadline=PATIENCE)
    if len(trial.calls) > 1:
        raise Broken(f"{len(trial.calls)} requests for one refusal, expected one", trial)


def pays_once(subject: Subject, root: Any) -> None:
    """A success that breaks off on its way was made and paid for: it is not asked for again."""
    trial = subject.tried(root, f"{subject.operation.name} truncate=20", deadline=PATIENCE)
    if len(trial.calls) > 1:
        raise Broken(f"{len(trial.calls)} paid calls for one result, expected one", trial)


CASES: Mapping[str, Callable[[Subject, Any], None]] = MappingProxyType(
    {
        **{str(status): partial(retries, status) for status in TRANSIENT},
        "retry-after": honours_wait,
        "refusal": gives_up,
        "paid": pays_once,
    }
)
"""The checks, by the name of the case."""
