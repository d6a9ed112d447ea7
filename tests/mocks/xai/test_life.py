"""The life of xAI's deferred requests, walked at random: pending, then ended, then gone."""

from __future__ import annotations

from dataclasses import dataclass
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

ROUTE = "/xai/v1/images"
BODY = {"model": "grok-imagine-image", "prompt": "a lighthouse", "deferred": True}
IMAGE = {"image": {"url": "https://example.com/a.png"}}
DAY = 24 * 60 * 60
# A timed task is done within two seconds of the clock.
LONGEST = 2.0
STATUS = {"pending": 202, "done": 200, "failed": 200}
TESTS = count()


@dataclass
class Known:
    """What the test knows of one request.

    `since` is the latest time from which its end counts, None where it never ends by itself.
    """

    id: str
    count: int
    ends: str
    code: str
    since: float | None
    forced: bool = False
    gone: bool = False
    final: Any = None


class TaskLifecycle(RuleBasedStateMachine):
    """Submits, waits, polls, and moves requests by hand."""

    requests: Bundle[Known] = Bundle("requests")

    def __init__(self, app: App, client: httpx.Client) -> None:
        super().__init__()
        self.app, self.client = app, client
        self.headers = {"Authorization": "Bearer a", "X-Harness-Test": f"life-{next(TESTS)}"}
        self.all: list[Known] = []

    def now(self) -> float:
        return self.app.services.clock.now()

    @rule(
        target=requests,
        images=st.integers(1, 4),
        edit=st.booleans(),
        fault=st.sampled_from([None, "fail", "fail=moderated", "stuck"]),
    )
    def submit(self, images: int, edit: bool, fault: str | None) -> Known:
        headers = self.headers | ({"X-Harness-Fault": fault} if fault else {})
        path, more = ("edits", IMAGE) if edit else ("generations", {})
        body = {**BODY, **more, "n": images}
        answer = self.client.post(f"{ROUTE}/{path}", headers=headers, json=body)
        assert answer.status_code == 200
        assert answer.json().keys() == {"request_id"}
        known = Known(
            answer.json()["request_id"],
            images,
            ends="failed" if fault and fault.startswith("fail") else "done",
            code="invalid_argument" if fault == "fail=moderated" else "internal_error",
            since=None if fault == "stuck" else self.now(),
        )
        assert known.id not in [each.id for each in self.all]
        self.all.append(known)
        return known

    @rule(seconds=st.sampled_from([0.1, 0.3, 1.0, 2.0, 3600.0, DAY - 10.0, DAY + 10.0]))
    def wait(self, seconds: float) -> None:
        self.app.services.clock.advance(seconds)

    @rule(known=requests, action=st.sampled_from(["finish", "fail", "expire"]))
    def act(self, known: Known, action: str) -> None:
        answer = self.client.post(f"/__admin/tasks/{known.id}", json={"action": action})
        assert answer.status_code == 200
        known.final = None
        if action == "expire":
            known.gone = True
            return
        known.gone, known.forced, known.since = False, True, self.now()
        known.ends = "done" if action == "finish" else "failed"

    @rule(known=requests)
    def poll(self, known: Known) -> None:
        answer = self.client.get(f"{ROUTE}/{known.id}", headers=self.headers)
        age = 0.0 if known.since is None else self.now() - known.since
        if answer.status_code == 404:
            assert known.gone or age >= DAY, "a request was lost"
            return
        assert not known.gone
        assert age < DAY + LONGEST, "a result was kept for too long"
        over = known.forced or age >= LONGEST
        self.check(known, answer.status_code, answer.json(), over=over)

    def check(self, known: Known, status: int, body: dict[str, Any], *, over: bool) -> None:
        assert body["request_id"] == known.id
        assert STATUS[body["status"]] == status
        if known.final is not None:
            assert body == known.final, "an ended request answers the same each time"
        if body["status"] == "pending":
            assert not over
            assert body.keys() == {"request_id", "status"}
            return
        known.final = body
        assert body["status"] == known.ends
        assert ("data" in body, "error" in body) == (known.ends == "done", known.ends == "failed")
        if known.ends == "done":
            assert len({item["url"] for item in body["data"]}) == known.count
        else:
            assert body["error"]["code"] == known.code

    def teardown(self) -> None:
        for known in self.all:
            self.poll(known)


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
    ("status", "body"),
    [
        (200, {"status": "pending"}),
        (202, {"status": "done", "data": [{"url": "a"}]}),
        (200, {"status": "done"}),
        (200, {"status": "done", "data": []}),
        (200, {"status": "failed", "error": {"code": "internal_error"}}),
    ],
)
def test_the_walk_notices_an_answer_that_is_not_documented(
    status: int, body: dict[str, Any], app: App, client: httpx.Client
) -> None:
    known = Known("a", 1, "done", "internal_error", None)

    with pytest.raises(AssertionError):
        TaskLifecycle(app, client).check(known, status, {"request_id": "a", **body}, over=False)
