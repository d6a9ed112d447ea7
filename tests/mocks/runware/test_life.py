"""The life of asynchronous tasks: no state or step but the documented ones, and nothing lost."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from imagine_harness.mocks.app import App, Settings

HEADERS = {"Authorization": "Bearer a"}
UUID = "00000000-0000-4000-9000-{:012d}"
KEPT = 86_400
"""Seconds for which a result can be polled."""

NEXT = {
    "processing": {"processing", "success", "error", "gone"},
    "success": {"success", "gone"},
    "error": {"error", "gone"},
    "gone": {"gone"},
}
"""What may be seen after what."""

numbers = st.integers(0, 4)


@dataclass
class Known:
    """What is known of one task: when it was submitted, and what was seen of it."""

    since: float
    count: int
    fault: str
    seen: str = "processing"
    expired: bool = False
    elements: list[dict[str, Any]] = field(default_factory=list)


class TaskLifecycle(RuleBasedStateMachine):
    """Tasks submitted, polled, controlled and left to the clock, in any order."""

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        self.app = App(Settings(seed=1, providers=("runware",)))
        self.app.services.clock.hold()
        self.known: dict[int, Known] = {}

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.runner.close()

    def request(self, method: str, path: str, body: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://mock") as client:
                return await client.request(method, path, json=body, headers=HEADERS)

        return self.runner.run(asked())

    def now(self) -> float:
        return self.app.services.clock.now()

    def control(self, number: int, action: str) -> None:
        answer = self.request("POST", f"/__admin/tasks/{UUID.format(number)}", {"action": action})
        assert answer.status_code == 200

    @rule(
        number=numbers,
        count=st.integers(1, 3),
        fault=st.sampled_from(["", "", "stuck", "fail", "fail=provider-error"]),
    )
    def submit(self, number: int, count: int, fault: str) -> None:
        task = {
            "taskType": "imageInference",
            "taskUUID": UUID.format(number),
            "model": "xai:grok-imagine@image",
            "positivePrompt": "a lighthouse",
            "resolution": "1K",
            "numberResults": count,
            "deliveryMethod": "async",
        }
        if fault:
            self.request("POST", "/__admin/faults", {"fault": f"runware.task {fault} times=1"})
        answer = self.request("POST", "/runware/v1", [task])
        if number in self.known:
            assert answer.status_code == 400
            assert [each["code"] for each in answer.json()["errors"]] == ["conflictTaskUUID"]
            self.request("DELETE", "/__admin/faults", {})
            return
        acknowledged = {"taskType": "imageInference", "taskUUID": UUID.format(number)}
        assert answer.json() == {"data": [acknowledged]}
        self.known[number] = Known(self.now(), count, fault)

    @rule(seconds=st.sampled_from([0.1, 0.5, 1, 2, 60, 3600, KEPT]))
    def wait(self, seconds: float) -> None:
        self.app.services.clock.advance(seconds)

    @precondition(lambda self: self.known)
    @rule(data=st.data(), action=st.sampled_from(["finish", "fail", "expire"]))
    def take_a_hand(self, data: st.DataObject, action: str) -> None:
        waiting = [n for n, each in self.known.items() if self.look(n) == "processing"]
        chosen = data.draw(st.sampled_from(waiting or sorted(self.known)))
        if waiting:
            self.control(chosen, action)
            self.known[chosen].expired |= action == "expire"
            wanted = {"finish": "success", "fail": "error", "expire": "gone"}
            assert self.look(chosen) == wanted[action]

    def look(self, number: int) -> str:
        """What polling a task shows, once it is sure that it may show that."""
        known = self.known[number]
        poll = {"taskType": "getResponse", "taskUUID": UUID.format(number)}
        answer = self.request("POST", "/runware/v1", [poll])
        assert answer.status_code == 200
        body = answer.json()
        elements = body["data"] or body.get("errors", [])
        shown = {each["status"] for each in elements} or {"gone"}
        assert len(shown) == 1
        state = str(*shown)
        assert state in NEXT[known.seen], (known.seen, state)
        assert len(elements) == (0 if state == "gone" else known.count)
        assert ("errors" in body) == (state == "error")
        if known.seen == state and state in ("success", "error"):
            assert elements == known.elements
        known.seen, known.elements = state, elements
        return state

    @invariant()
    def every_task_is_where_it_must_be(self) -> None:
        for number, known in getattr(self, "known", {}).items():
            state, age = self.look(number), self.now() - known.since
            if state == "gone":
                assert known.expired or age >= KEPT
            if state == "processing":
                assert known.fault == "stuck" or age < 2
            details = {"taskType": "getTaskDetails", "taskUUID": UUID.format(number)}
            told = self.request("POST", "/runware/v1", [details]).json()["data"]
            assert len(told) == (0 if state == "gone" else 1)


@pytest.mark.parametrize("walks", [8, pytest.param(500, marks=pytest.mark.campaign)])
def test_no_undocumented_state_is_ever_shown_and_nothing_is_lost(walks: int) -> None:
    run_state_machine_as_test(
        TaskLifecycle, settings=settings(max_examples=walks, stateful_step_count=15, deadline=None)
    )
