"""What a client tries again, and when: what is transient, later each time, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.subjects.client import Client
from imagine_harness.harness.suites.subjects.interaction import PATIENCE, Interaction, at_each

TRANSIENT = (429, 503)
"""Statuses that HTTP itself calls transient."""

GROWTH = 1.25
"""How many times longer a wait is at least than the one before it, if waits grow."""

WAIT = 1
"""Seconds that a refusal asks to wait."""


def retries(status: int, client: Client, root: Any) -> None:
    """Two transient failures and then an answer: it is there, and the waits grew."""
    interaction, waits = _calls(client, root, f"status={status} times=2")
    if interaction.failed:
        raise Broken(f"{interaction.ending} after {status}, expected a retry", interaction)
    if len(waits) < 2 or waits[1] < GROWTH * waits[0]:
        message = f"waits of {[round(w, 3) for w in waits]} s, expected growing ones"
        raise Broken(message, interaction)


def honours_wait(client: Client, root: Any) -> None:
    """A refusal with a time to come again is not repeated before."""
    interaction, waits = _calls(client, root, f"status=429 retry-after={WAIT} times=1")
    if waits and waits[0] < WAIT:
        message = f"it came again after {waits[0]:.3f} s, asked to wait {WAIT} s"
        raise Broken(message, interaction)


def gives_up(client: Client, root: Any) -> None:
    """What was refused for its content is not sent again."""
    interaction, waits = _calls(client, root, "status=400")
    if waits:
        message = f"{len(waits) + 1} requests for one refusal, expected one"
        raise Broken(message, interaction)


def pays_once(client: Client, root: Any) -> None:
    """A success that breaks off on its way was made and paid for: it is not asked for again."""
    interaction, waits = _calls(client, root, "truncate=20")
    if waits:
        message = f"{len(waits) + 1} paid calls for one result, expected one"
        raise Broken(message, interaction)


def _calls(client: Client, root: Any, fault: str) -> tuple[Interaction, Sequence[float]]:
    """What comes of a call that meets a fault, and the seconds between its requests."""
    interaction = client.call(root, *at_each(client.calls, fault), deadline=PATIENCE)
    times = [each.time for each in interaction.exchanges_of(client.operation)]
    return interaction, [later - before for before, later in pairwise(times)]


CASES: Mapping[str, Callable[[Client, Any], None]] = MappingProxyType(
    {
        **{str(status): partial(retries, status) for status in TRANSIENT},
        "retry-after": honours_wait,
        "refusal": gives_up,
        "paid": pays_once,
    }
)
"""The checks, by the name of the case."""
