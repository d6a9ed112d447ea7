"""The life of UniAll's tasks, walked at random: only documented states, in their order."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    rule,
    run_state_machine_as_test,
)

from imagine_harness.mocks.app import App

ROUTE = "/uniall/v1/images/tasks"
BODY = {"model": "grok-imagine-image", "prompt": "a lighthouse"}
DAY = 24 * 60 * 60
# A timed task is done within two seconds of the clock.
LONGEST = 2.0
FOLLOWS = {
    "queued": {"queued", "processing", "succeeded", "failed"},
    "processing": {"processing", "succeeded", "failed"},
    "succeeded": {"succeeded"},
    "failed": {"failed"},
}
"""What a task may be called after each word; it may also be unknown once it has expired."""

TESTS = count()


@dataclass
class Known:
    """What the test knows of one task.

    `since` is the latest time from which the task's end counts, None where it never ends by itself.
    """

    id: str
    count: int
    ends: str
    code: str
    since: float | None
    forced: bool = False
    gone: bool = False
    seen: str = "queued"
    progress: int = 0
    urls: list[str] = field(default_factory=list)


class TaskLifecycle(RuleBasedStateMachine):
    """Submits, waits, asks, and moves tasks by hand."""

    tasks: Bundle[Known] = Bundle("tasks")

    def __init__(self, app: App, client: httpx.Client) -> None:
        super().__init__()
        self.app, self.client = app, client
        self.headers = {"Authorization": "Bearer a", "X-Harness-Test": f"life-{next(TESTS)}"}
        self.all: list[Known] = []

    def now(self) -> float:
        return self.app.services.clock.now()

    @rule(
        target=tasks,
        images=st.integers(1, 4),
        fault=st.sampled_from([None, "fail", "fail=prompt-blocked", "stuck"]),
    )
    def submit(self, images: int, fault: str | None) -> Known:
        headers = self.headers | ({"X-Harness-Fault": fault} if fault else {})
        answer = self.client.post(ROUTE, headers=headers, json={**BODY, "num_images": images})
        assert answer.status_code == 200
        body = answer.json()
        assert (body["status"], body["progress"]) == ("queued", "0%")
        known = Known(
            body["task_id"],
            images,
            ends="failed" if fault and fault.startswith("fail") else "succeeded",
            code="prompt_blocked" if fault == "fail=prompt-blocked" else "task_failed",
            since=None if fault == "stuck" else self.now(),
        )
        assert known.id not in [each.id for each in self.all]
        self.all.append(known)
        return known

    @rule(seconds=st.sampled_from([0.1, 0.3, 1.0, 2.0, 3600.0, DAY - 10.0, DAY + 10.0]))
    def wait(self, seconds: float) -> None:
        self.app.services.clock.advance(seconds)

    @rule(known=tasks, action=st.sampled_from(["finish", "fail", "expire"]))
    def act(self, known: Known, action: str) -> None:
        answer = self.client.post(f"/__admin/tasks/{known.id}", json={"action": action})
        assert answer.status_code == 200
        if action == "expire":
            known.gone = True
            return
        known.gone, known.forced, known.since = False, True, self.now()
        known.ends = known.seen = "succeeded" if action == "finish" else "failed"
        known.progress = 0

    @rule(known=tasks)
    def ask(self, known: Known) -> None:
        answer = self.client.get(f"{ROUTE}/{known.id}", headers=self.headers)
        age = 0.0 if known.since is None else self.now() - known.since
        if known.gone or age >= DAY + LONGEST:
            assert (answer.status_code, answer.json()["code"]) == (400, "task_not_exist")
            return
        if answer.status_code != 200:
            assert answer.json()["code"] == "task_not_exist"
            assert age >= DAY, "a task was lost"
            return
        body = answer.json()
        assert (body["code"], body["message"]) == ("success", "")
        self.check(known, body["data"], over=known.forced or age >= LONGEST)

    def check(self, known: Known, data: dict[str, Any], *, over: bool) -> None:
        status, progress = data["status"], int(data["progress"].removesuffix("%"))
        assert status in FOLLOWS[known.seen]
        assert progress >= known.progress
        assert (progress == 100) is (status in ("succeeded", "failed"))
        assert not over or status == known.ends
        assert status not in ("succeeded", "failed") or status == known.ends
        assert data["task_id"] == known.id
        known.seen, known.progress = status, progress
        if status == "succeeded":
            urls = data["metadata"]["result_urls"]
            assert data["metadata"]["result_count"] == len(urls) == known.count
            assert data["result_url"] == urls[0]
            assert known.urls in ([], urls), "a finished task answers the same each time"
            known.urls = urls
        else:
            assert data["result_url"] == ""
            assert "result_urls" not in data["metadata"]
        assert (data["error"] is None) is (status != "failed")
        assert status != "failed" or data["error"]["code"] == known.code

    def teardown(self) -> None:
        for known in self.all:
            self.ask(known)


@pytest.mark.parametrize("walks", [12, pytest.param(500, marks=pytest.mark.campaign)])
def test_no_undocumented_state_is_ever_shown_and_nothing_is_lost(
    walks: int, app: App, client: httpx.Client
) -> None:
    app.services.clock.hold()

    class Here(TaskLifecycle):
        def __init__(self) -> None:
            super().__init__(app, client)

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=walks, stateful_step_count=25, deadline=None, derandomize=True
        ),
    )


@pytest.mark.parametrize(
    ("seen", "status", "progress"),
    [("succeeded", "processing", "50%"), ("processing", "queued", "0%"), ("queued", "done", "9%")],
)
def test_the_walk_notices_a_state_that_does_not_follow(
    seen: str, status: str, progress: str, app: App, client: httpx.Client
) -> None:
    known = Known("task_a", 1, "succeeded", "task_failed", None, seen=seen)
    data = {"status": status, "progress": progress, "task_id": "task_a"}

    with pytest.raises(AssertionError):
        TaskLifecycle(app, client).check(known, data, over=False)
