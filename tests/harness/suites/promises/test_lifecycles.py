"""Tasks of a server under check, asked about and walked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from imagine_harness.contracts.lifecycle import TaskLifecycle
from imagine_harness.contracts.loading import load
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.promises import lifecycles
from imagine_harness.harness.suites.promises.lifecycles import LifecycleWalk, outcome, submission
from imagine_harness.harness.suites.subjects.interaction import Interaction
from imagine_harness.harness.suites.subjects.server import Server
from tests.harness.suites.replies import reply

UNIALL = load.recorded("uniall")
TASK = UNIALL.contracts[0].operations["task"]
LIFE = UNIALL.provider.lifecycles[0]


class AnsweringServer(Server):
    """A server that answers by itself: submissions with ids, questions with what it is told."""

    def __init__(self, *said: str, ids: Callable[[int], str] = "task-{}".format) -> None:
        super().__init__("http://127.0.0.1:1/v1", TASK, UNIALL, {})
        self._said = list(said)
        self._ids = ids
        self._submitted = 0

    def ask(self, root: Any, **_how: Any) -> Interaction:
        self._submitted += 1
        return reply(200, {"task_id": self._ids(self._submitted)})

    def send(self, *_what: Any, path: Mapping[str, str] | None = None, **_how: Any) -> Interaction:
        if path and path["task_id"] == lifecycles.UNKNOWN_ID:
            return reply(404, {})
        now = self._said.pop(0) if len(self._said) > 1 else self._said[0]
        return reply(200, {"data": {"status": now}})


@pytest.fixture(autouse=True)
def _without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifecycles, "FIRST_PAUSE", 0)
    monkeypatch.setattr(lifecycles, "PATIENCE", 0.05)


def walk(server: Server, life: TaskLifecycle = LIFE) -> LifecycleWalk:
    return LifecycleWalk(server, life, submission(TASK, life))


def test_a_submission_is_the_plainest_that_makes_a_task() -> None:
    xai = load.recorded("xai")
    generate, life = xai.contracts[0].operations["generate"], xai.provider.lifecycles[0]
    root = submission(generate, life)

    assert root["deferred"] is True
    assert generate.lifecycle_of(root, xai.provider.lifecycles) is life


def test_a_task_is_asked_about_until_it_has_ended() -> None:
    server = AnsweringServer("queued", "processing", "succeeded")
    ended = outcome(server, LIFE, server.ask({}))

    assert LIFE.state_of(ended.answer) == "succeeded"


@pytest.mark.parametrize("body", [{}, {"task_id": ""}, {"task_id": 7}])
def test_a_submission_without_an_id_is_told(body: object) -> None:
    with pytest.raises(Broken, match="without an id at task_id"):
        outcome(AnsweringServer("queued"), LIFE, reply(200, body))


def test_a_task_that_never_ends_is_told() -> None:
    server = AnsweringServer("processing")

    with pytest.raises(Broken, match="had not ended after"):
        outcome(server, LIFE, server.ask({}))
    steps = walk(server)
    steps.submit()
    with pytest.raises(Broken, match="had not ended after"):
        steps.finish()


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (("queued", "generating"), "a task is 'generating', documented are queued"),
        (("processing", "queued"), "a task went from 'processing' to 'queued'"),
        (("succeeded", "failed"), "a task went from 'succeeded' to 'failed'"),
    ],
)
def test_a_state_out_of_order_is_told(said: tuple[str, ...], expected: str) -> None:
    steps = walk(AnsweringServer(*said))
    known = steps.submit()
    steps.look(known)

    with pytest.raises(Broken, match=expected) as caught:
        steps.look(known)
    assert steps.first is caught.value


def test_two_tasks_of_one_id_are_told() -> None:
    steps = walk(AnsweringServer("queued", ids=lambda _: "task"))
    steps.submit()

    with pytest.raises(Broken, match="two tasks have the id task"):
        steps.submit()


def test_a_walk_in_order_is_quiet() -> None:
    steps = walk(AnsweringServer("queued", "processing", "succeeded"))
    steps.look(steps.submit())
    steps.look_for_an_unknown()
    steps.finish()

    assert [each.state for each in steps.tasks] == ["succeeded"]
    assert steps.first is None
