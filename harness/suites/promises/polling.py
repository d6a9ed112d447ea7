"""Whether a client waits for a task to end, through every state on record, however it ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pytest

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.fields import Schema
from imagine_harness.contracts.lifecycle import TaskLifecycle
from imagine_harness.contracts.model import Statement
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.provider import FETCH, Provider
from imagine_harness.harness.suites.failure import Broken, all_texts_of
from imagine_harness.harness.suites.promises.returned_images import same_images
from imagine_harness.harness.suites.subjects import alterations
from imagine_harness.harness.suites.subjects.client import Client
from imagine_harness.harness.suites.subjects.interaction import (
    PATIENCE,
    Interaction,
    answer_of,
)
from imagine_harness.harness.suites.subjects.testbed import Alteration
from imagine_harness.mocks.services.tasks import Stage

BECAUSE = "the kiln went out at noon"
"""Why tasks fail here: words that stand in no other answer."""

MOST_QUESTIONS = 20
"""Questions about a task that is over after which a client is taken to ask for ever."""

CANCELLED = "client-cancelled"
"""What a provider's errors on record call a task that was taken back, where it documents that."""


def cases(
    operation: Operation, provider: Provider
) -> Iterator[tuple[str, partial[None], Statement | None]]:
    """What a client of tasks can be tried in: a name, the check, the fact that is at stake."""
    for lifecycle in provider.lifecycles:
        if operation.id not in lifecycle.submit:
            continue
        stated = lifecycle.statement
        yield "to-the-end", partial(polls, lifecycle), stated
        for state in lifecycle.follows:
            if state not in lifecycle.terminal_states:
                yield state, partial(polls_through, lifecycle, state), stated
        yield "absent-fields", partial(polls_bare, lifecycle), stated
        yield "interrupted", partial(polls_on, lifecycle), None
        yield "failed", partial(polls_failed, lifecycle), stated
        yield "expired", partial(polls_over, lifecycle, Stage.EXPIRED), stated
        yield "readings", partial(polls_under_readings, lifecycle), stated
        if provider.fault(CANCELLED) is not None:
            yield "cancelled", partial(polls_over, lifecycle, Stage.CANCELLED), stated


def polls(lifecycle: TaskLifecycle, client: Client, root: Any) -> None:
    """A task that waits and runs is waited for, submitted once, and left alone when it is over."""
    _waits(lifecycle, client, root)


def polls_through(lifecycle: TaskLifecycle, state: str, client: Client, root: Any) -> None:
    """A task is waited for that is in one of the documented states until it ends."""
    others = lifecycle.follows.keys() - lifecycle.terminal_states - {state}
    alter = partial(alterations.in_state, place=lifecycle.state_at, instead_of=others, state=state)
    _waits(lifecycle, client, root, alteration=Alteration(alter, of=lifecycle.ask))


def polls_bare(lifecycle: TaskLifecycle, client: Client, root: Any) -> None:
    """A task is waited for whose states come without anything that is optional."""
    alter = partial(alterations.bare, shape=_shape(lifecycle, client))
    _waits(lifecycle, client, root, alteration=Alteration(alter, of=lifecycle.ask))


def polls_on(lifecycle: TaskLifecycle, client: Client, root: Any) -> None:
    """A question that meets a transient failure is asked again, and no task submitted again."""
    fault = f"{client.operation.provider}.{lifecycle.ask} status=503 times=1"
    _waits(lifecycle, client, root, fault)


def _waits(
    lifecycle: TaskLifecycle,
    client: Client,
    root: Any,
    *faults: str,
    alteration: Alteration | None = None,
) -> None:
    client.testbed.move_tasks()
    interaction = client.call(root, *faults, alteration=alteration, deadline=PATIENCE)
    _needs_a_task(client, interaction)
    submissions = len(interaction.exchanges_of(client.operation))
    if submissions != 1:
        raise Broken(f"the task was submitted {submissions} times", interaction)
    if interaction.failed:
        raise Broken(f"{interaction.ending} for a task that succeeds", interaction)
    same_images(client, interaction)
    _stops(lifecycle, interaction)


def _stops(lifecycle: TaskLifecycle, interaction: Interaction) -> None:
    """See to it that nobody asks about a task of which it is known that it has ended."""
    asked = [each for each in interaction.upstream if each.operation == lifecycle.ask]
    for number, exchange in enumerate(asked[:-1], 1):
        state = lifecycle.state_of(answer_of(exchange))
        if state in lifecycle.terminal_states:
            more = len(asked) - number
            raise Broken(f"it asked {more} more times after {state}, expected none", interaction)


def polls_failed(lifecycle: TaskLifecycle, client: Client, root: Any) -> None:
    """A task that fails is an exception, which holds the reason where the provider gives one."""
    interaction = _fails(lifecycle, Stage.FAILED, client, root)
    is_given = any(BECAUSE.encode() in each.response.body for each in interaction.upstream)
    error = interaction.error
    if error is not None and is_given and BECAUSE not in all_texts_of(error):
        raise Broken(f"{interaction.ending}, expected {BECAUSE!r} in it", interaction)


def polls_over(lifecycle: TaskLifecycle, stage: Stage, client: Client, root: Any) -> None:
    """A task that was taken back, or that the provider has forgotten, is an exception."""
    _fails(lifecycle, stage, client, root)


def polls_under_readings(lifecycle: TaskLifecycle, client: Client, root: Any) -> None:
    """A task that fails or is forgotten is an exception under every other reading, too."""
    app = client.testbed.app
    usual = dict(app.mocks[client.operation.provider].judge.readings)
    try:
        for reading in client.provider.readings.values():
            for choice in reading.choices:
                if choice != usual[reading.id]:
                    app.read({**usual, reading.id: choice})
                    for stage in (Stage.FAILED, Stage.EXPIRED):
                        _fails(lifecycle, stage, client, root, f", with {reading.id}={choice}")
    finally:
        app.read(usual)


def _fails(
    lifecycle: TaskLifecycle, stage: Stage, client: Client, root: Any, under: str = ""
) -> Interaction:
    """A call whose task comes to no good; it has ended with an exception."""
    client.testbed.end_tasks(stage, BECAUSE)
    enough = partial(_is_endless, lifecycle)
    interaction = client.call(root, deadline=PATIENCE, enough=enough)
    _needs_a_task(client, interaction)
    if not interaction.ended or _is_endless(lifecycle, interaction.upstream):
        raise Broken(f"the task is {stage}, and it asks for ever{under}", interaction)
    if not interaction.failed:
        message = f"the task is {stage}, {interaction.ending}, expected an exception{under}"
        raise Broken(message, interaction)
    times = len(interaction.exchanges_of(client.operation))
    if times > 1:
        raise Broken(f"the task is {stage}, it was submitted {times} times{under}", interaction)
    _stops(lifecycle, interaction)
    return interaction


def _is_endless(lifecycle: TaskLifecycle, exchanges: Sequence[Exchange]) -> bool:
    others = (*lifecycle.submit, FETCH)
    return len([each for each in exchanges if each.operation not in others]) > MOST_QUESTIONS


def _needs_a_task(client: Client, interaction: Interaction) -> None:
    if interaction.ended and not client.testbed.app.services.tasks.all():
        pytest.skip("this client submits no task")


def _shape(lifecycle: TaskLifecycle, client: Client) -> Schema:
    """What is documented of the answers to a question together; required is what any of them is."""
    mock = client.testbed.app.mocks[client.operation.provider]
    asked = [
        plan.operation for plan in mock.judge.routes.all() if plan.operation.id == lifecycle.ask
    ]
    shapes: Sequence[Mapping[str, Any]] = [each.schema for each in asked[0].answers]
    return {
        "properties": {k: v for each in shapes for k, v in each.get("properties", {}).items()},
        "required": [name for each in shapes for name in each.get("required", ())],
    }
