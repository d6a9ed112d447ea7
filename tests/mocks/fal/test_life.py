"""The life of queued requests, walked at random: no state and no step that is not on record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.services.tasks import Mode

ORDER = ["IN_QUEUE", "IN_PROGRESS", "COMPLETED", "NOT_FOUND"]
QUEUE = "http://127.0.0.1:4010/fal/queue/xai/grok-imagine-image"
KEY = {"Authorization": "Key a:b"}
SHORTEST_LIFE = 360.0
REFUSED = {"resolution": "2K"}
LARGE = {"sync_mode": True, "resolution": "1k"}


@dataclass
class Followed:
    """What is known of one request from outside.

    Attributes:
        alive: the last moment at which it had surely not ended.
        ending: the status at the result, once it was seen or is certain.
    """

    id: str
    body: dict[str, Any]
    alive: float
    last: str = "IN_QUEUE"
    ending: int | None = None


class TaskLifecycle(RuleBasedStateMachine):
    """One queue on a held clock, and everything that can be done to it."""

    requests = Bundle("requests")

    def __init__(self, client_in: Callable[[Mode], tuple[App, httpx.Client]]) -> None:
        super().__init__()
        self.client_in = client_in
        self.followed: list[Followed] = []

    @initialize(mode=st.sampled_from([Mode.TIMED, Mode.TIMED, Mode.IMMEDIATE, Mode.MANUAL]))
    def begin(self, mode: Mode) -> None:
        app, self.client = self.client_in(mode)
        app.reset()
        self.clock = app.services.clock
        self.clock.hold()

    def teardown(self) -> None:
        """Nothing was lost: what is looked at may be gone only once its life is over."""
        for each in self.followed:
            self.look(each)

    def send(self, method: str, path: str, **said: Any) -> httpx.Response:
        headers = {**KEY, **said.pop("headers", {})}
        where = path if path.startswith("http") else QUEUE + path
        return self.client.request(method, where, headers=headers, **said)

    @rule(
        target=requests,
        body=st.sampled_from([{}, REFUSED, LARGE]),
        within=st.sampled_from([None, None, 0.2, 30]),
        fault=st.sampled_from([None, None, "stuck", "fail=runner-disconnected"]),
    )
    def submit(self, body: dict[str, Any], within: float | None, fault: str | None) -> Followed:
        headers = {"X-Harness-Fault": fault} if fault else {}
        headers |= {"X-Fal-Request-Start-Timeout": str(within)} if within else {}
        answer = self.send("POST", "", json={"prompt": "a", **body}, headers=headers)
        assert answer.status_code == 200
        made = Followed(answer.json()["request_id"], body, self.clock.now())
        assert made.id not in [each.id for each in self.followed]
        self.followed.append(made)
        return made

    @rule(seconds=st.sampled_from([0.1, 0.5, 1.0, 2.0, 60.0, 359.0, 3600.0]))
    def wait(self, seconds: float) -> None:
        for each in self.followed:
            self.look(each)
        self.clock.advance(seconds)

    @rule(request=requests)
    def look(self, request: Followed) -> None:
        answer = self.send("GET", f"/requests/{request.id}/status")
        status = answer.json()["status"]
        codes = {"IN_QUEUE": 202, "IN_PROGRESS": 202, "COMPLETED": 200, "NOT_FOUND": 404}
        assert answer.status_code == codes[status]
        assert ORDER.index(status) >= ORDER.index(request.last)
        if status == "NOT_FOUND":
            assert self.clock.now() - request.alive >= SHORTEST_LIFE
        elif status != "COMPLETED":
            request.alive = self.clock.now()
        else:
            assert ("error" in answer.json()) == (self.result_of(request).status_code != 200)
        request.last = status

    def result_of(self, request: Followed) -> httpx.Response:
        answer = self.send("GET", f"/requests/{request.id}")
        if answer.status_code != 404:
            assert request.ending in (None, answer.status_code)
            request.ending = answer.status_code
        return answer

    @rule(request=requests)
    def fetch(self, request: Followed) -> None:
        self.look(request)
        answer = self.send("GET", f"/requests/{request.id}")
        if request.last == "NOT_FOUND":
            assert (answer.status_code, answer.json()) == (404, {"status": "NOT_FOUND"})
        elif request.last == "COMPLETED":
            allowed = {422} if request.body is REFUSED else {200, 503}
            assert answer.status_code in allowed | {499, 504, 500}
            assert answer.headers["x-fal-request-id"] == request.id
        else:
            assert answer.status_code == 400
            assert answer.json() == {"detail": "Request is still in progress"}

    @rule(request=requests)
    def cancel(self, request: Followed) -> None:
        self.look(request)
        answer = self.send("PUT", f"/requests/{request.id}/cancel")
        said = (answer.status_code, answer.json()["status"])
        assert (
            said
            == {
                "IN_QUEUE": (200, "OK"),
                "IN_PROGRESS": (202, "CANCELLATION_REQUESTED"),
                "COMPLETED": (400, "ALREADY_COMPLETED"),
                "NOT_FOUND": (404, "NOT_FOUND"),
            }[request.last]
        )
        if answer.status_code < 300:
            request.ending = 499
            self.look(request)
            assert request.last == "COMPLETED"

    @rule(request=requests, failing=st.booleans())
    def end(self, request: Followed, failing: bool) -> None:
        """A control ends a request that has not ended."""
        self.look(request)
        if request.last in ("COMPLETED", "NOT_FOUND"):
            return
        action = "fail" if failing else "finish"
        where = f"http://127.0.0.1:4010/__admin/tasks/{request.id}"
        assert self.send("POST", where, json={"action": action}).status_code == 200
        self.look(request)
        assert request.last == "COMPLETED"


@pytest.mark.parametrize("walks", [15, pytest.param(500, marks=pytest.mark.campaign)])
def test_no_undocumented_state_is_ever_shown_and_nothing_is_lost(
    walks: int, client_of: Callable[[App], httpx.Client]
) -> None:
    @cache
    def client_in(mode: Mode) -> tuple[App, httpx.Client]:
        app = App(Settings(seed=1, providers=("fal",), tasks=mode))
        return app, client_of(app)

    class Here(TaskLifecycle):
        def __init__(self) -> None:
            super().__init__(client_in)

    run_state_machine_as_test(
        Here, settings=settings(max_examples=walks, stateful_step_count=25, deadline=None)
    )
