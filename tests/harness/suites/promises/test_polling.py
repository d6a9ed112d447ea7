"""Which lives of tasks a client is tried in, and that one without tasks is not judged."""

from __future__ import annotations

from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.loading import load
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.promises.polling import cases, polls, polls_over
from imagine_harness.harness.suites.subjects.interaction import Interaction
from imagine_harness.mocks.services.tasks import Stage

if TYPE_CHECKING:
    from tests.harness.suites.conftest import Reference

ALWAYS = {"to-the-end", "absent-fields", "interrupted", "failed", "expired", "readings"}


def names(name: str) -> set[str]:
    provider, _, own = name.partition(".")
    recorded = load.recorded(provider)
    operation = recorded.contracts[0].operations[own]
    return {case for case, _, _ in cases(operation, recorded.provider)}


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("fal.generate", {"IN_QUEUE", "IN_PROGRESS", "cancelled"}),
        ("uniall.task", {"queued", "processing", "in_progress", "running"}),
        ("runware.task", {"processing", "pending"}),
        ("xai.edit", {"pending"}),
    ],
)
def test_every_state_on_record_is_tried_and_every_end(name: str, own: set[str]) -> None:
    assert names(name) == ALWAYS | own


@pytest.mark.parametrize("name", ["cloudflare.generate", "lumenfall.edit", "uniall.generate"])
def test_what_makes_no_tasks_is_not_tried(name: str) -> None:
    assert names(name) == set()


@pytest.mark.parametrize("client", ["fal", "runware", "xai"])
@pytest.mark.parametrize("case", ["to-the-end", "failed", "interrupted", "readings"])
def test_a_client_that_waits_for_its_answers_is_not_judged(
    reference: Reference, client: str, case: str
) -> None:
    name = f"{client}.{'task' if client == 'runware' else 'generate'}"
    subject = reference(name)
    subject.testbed.read({})
    recorded = load.recorded(client)
    checks = {each: check for each, check, _ in cases(subject.operation, recorded.provider)}
    prompt = "positivePrompt" if client == "runware" else "prompt"

    with pytest.raises(pytest.skip.Exception, match="submits no task"):
        checks[case](
            subject, {prompt: "a lighthouse", "resolution": "1K" if client == "runware" else "1k"}
        )


class Questions(Interaction):
    """A call that asked about a task that is gone, and then raised."""

    def exchanges_of(self, operation: object) -> Any:
        return ["the submission"]

    @cached_property
    def exchanges(self) -> tuple[Exchange, ...]:
        return ()


@pytest.mark.parametrize(("number", "endless"), [(20, False), (21, True)])
def test_who_asks_more_than_twenty_times_asks_for_ever(number: int, endless: bool) -> None:
    recorded = load.recorded("uniall")
    [lifecycle] = recorded.provider.lifecycles
    gone = SimpleNamespace(status=404, body=b"")
    asked: Any = SimpleNamespace(operation=lifecycle.ask, provider="uniall", response=gone)
    media: Any = SimpleNamespace(operation="media", provider="uniall", response=gone)
    made = Questions(error=ValueError(), upstream=(media, *[asked] * number))
    tasks = SimpleNamespace(all=lambda: ["a task"])
    app = SimpleNamespace(services=SimpleNamespace(tasks=tasks))
    testbed = SimpleNamespace(end_tasks=lambda *_: None, app=app)
    operation = recorded.contracts[0].operations["task"]
    client: Any = SimpleNamespace(operation=operation, testbed=testbed, call=lambda *_, **__: made)

    if endless:
        with pytest.raises(Broken, match="it asks for ever"):
            polls_over(lifecycle, Stage.EXPIRED, client, {})
    else:
        polls_over(lifecycle, Stage.EXPIRED, client, {})


@pytest.mark.parametrize(
    ("states", "more"), [("queued succeeded succeeded succeeded", 2), ("succeeded succeeded", 1)]
)
def test_so_often_it_asked_after_the_end_is_told(states: str, more: int) -> None:
    recorded = load.recorded("uniall")
    [lifecycle] = recorded.provider.lifecycles
    upstream: Any = tuple(
        SimpleNamespace(
            operation=lifecycle.ask,
            provider="uniall",
            response=SimpleNamespace(
                status=200, body=b'{"data": {"status": "%s"}}' % state.encode()
            ),
        )
        for state in states.split()
    )
    made = Questions(returned=[], upstream=upstream)
    app = SimpleNamespace(services=SimpleNamespace(tasks=SimpleNamespace(all=lambda: ["a task"])))
    client: Any = SimpleNamespace(
        operation=recorded.contracts[0].operations["task"],
        testbed=SimpleNamespace(move_tasks=lambda: None, app=app),
        call=lambda *_, **__: made,
        fetch=lambda _: None,
    )

    with pytest.raises(Broken, match=f"it asked {more} more times after succeeded"):
        polls(lifecycle, client, {})
