"""What becomes of an error upstream: of a documented one, and of an answer that nobody can use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from imagine_harness.harness.answers.shapes import misfit_of_body
from imagine_harness.harness.suites.failure import Broken, all_texts_of, message_of
from imagine_harness.harness.suites.subjects.client import Client
from imagine_harness.harness.suites.subjects.gateway import Gateway
from imagine_harness.harness.suites.subjects.interaction import (
    PATIENCE,
    Interaction,
    UpstreamCaller,
    at_each,
)

DEADLINE = 20.0
"""Real seconds in which a call must have ended whatever goes wrong upstream."""

UNUSABLE_ANSWERS: Mapping[str, str] = MappingProxyType(
    {
        "reset": "reset",
        "truncated": "truncate=20",
        "slow": "slow=100000 truncate=20",
        "garbage": "garbage",
        "html": "html",
        "content-type": "content-type=text/plain garbage",
        "empty": "empty",
    }
)
"""Answers that nobody can use, by the name of the case, as faults."""

Status = Callable[[int], bool]

FAILURE: tuple[str, Status] = ("a failure", lambda status: status >= 500)
REFUSAL: tuple[str, Status] = ("a refusal", lambda status: 400 <= status < 500)
OWN_FAILURE = ("a failure of the gateway", FAILURE[1])

STATUS_CLASSES: Mapping[int, tuple[str, Status]] = MappingProxyType(
    {
        400: REFUSAL,
        401: OWN_FAILURE,
        402: OWN_FAILURE,
        403: ("an error that is not the caller's key", lambda status: status not in (401, 407)),
        422: REFUSAL,
        429: ("429 or a failure", lambda status: status == 429 or status >= 500),
        500: FAILURE,
        503: FAILURE,
    }
)
"""What an upstream's status must become at the front, in words and as a test of the status."""


def surfaces(error: str, client: Client, root: Any) -> None:
    """A documented error is an exception that carries the provider's message."""
    faults = at_each(client.calls, f"error={error}")
    interaction = client.call(root, *faults, deadline=PATIENCE)
    if interaction.error is None:
        raise Broken(f"{error}, and {interaction.ending}, expected an exception", interaction)
    message = message_of(interaction)
    if message and message not in all_texts_of(interaction.error):
        raise Broken(f"{interaction.ending}, expected {message!r} in it", interaction)


def surfaces_class(status: int, gateway: Gateway, root: Any) -> None:
    """An upstream's error is an error of the same class, in the front's own envelope."""
    interaction = gateway.call(root, *at_each(gateway.calls, f"status={status}"))
    _is_error(gateway, interaction, f"{status} of {gateway.upstream}", STATUS_CLASSES[status])


def ends(fault: str, subject: UpstreamCaller, root: Any) -> Interaction:
    """Without a usable answer the call ends in time, and with an error."""
    interaction = subject.call(root, *at_each(subject.calls, fault), deadline=DEADLINE)
    if not interaction.ended:
        raise Broken(f"it had not ended after {DEADLINE:g} s", interaction)
    if not interaction.failed:
        raise Broken(f"{interaction.ending}, expected an error", interaction)
    return interaction


def ends_as_failure(fault: str, gateway: Gateway, root: Any) -> None:
    """So does that of a gateway, whose error is a failure of its own, in its own envelope."""
    interaction = ends(fault, gateway, root)
    _is_error(gateway, interaction, f"no usable answer of {gateway.upstream}", FAILURE)


def _is_error(
    gateway: Gateway, interaction: Interaction, what: str, expected: tuple[str, Status]
) -> None:
    """Hold what a gateway answered against the class that it must be of, and its envelope."""
    words, fits = expected
    if interaction.status < 400 or not fits(interaction.status):
        raise Broken(f"{what} became {interaction.status}, expected {words}", interaction)
    shapes = gateway.server.provider.refusals
    misfits = [misfit_of_body(shape, interaction.answer) for shape in shapes]
    if misfits and all(misfits):
        message = f"the error is not in the front's envelope: {misfits[0]}"
        raise Broken(message, interaction, states=shapes[0].statement)


def fails_over(failing: str, gateway: Gateway, root: Any) -> None:
    """Where nobody is asked for by name and one upstream fails, another one answers."""
    faults = at_each(gateway.towards(failing).calls, "status=503")
    interaction = gateway.call(root, *faults)
    answered = {each.provider for each in interaction.upstream if each.response.status < 300}
    if interaction.failed or not answered - {failing}:
        raise Broken(f"{failing} failed, and {interaction.ending}", interaction)
