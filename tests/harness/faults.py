"""Whatever can go wrong on purpose, and what a client sees of each."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App
from imagine_harness.mocks.images.picture import Picture

HEADERS = {"Authorization": "Bearer sk-a"}
BODY = {"model": "grok-imagine-image", "prompt": "a lighthouse", "n": 2}
TASK = {"model": "grok-imagine-image", "prompt": "a lighthouse"}


@dataclass
class Asker:
    """A client whose requests meet one fault."""

    app: App
    url: str
    test: str
    more: dict[str, str] = field(default_factory=dict)

    def _post(self, path: str, body: Any) -> httpx.Response:
        headers = {**HEADERS, "X-Harness-Test": self.test, **self.more}
        with httpx.Client(base_url=self.url, trust_env=False, headers=headers) as client:
            return client.post(path, json=body)

    def images(self, provider: str = "uniall") -> httpx.Response:
        return self._post(f"/{provider}/v1/images/generations", BODY)

    @contextmanager
    def streamed(self) -> Iterator[httpx.Response]:
        """An answer whose body is read bit by bit, and whose client leaves then."""
        headers = {**HEADERS, "X-Harness-Test": self.test, **self.more}
        with (
            httpx.Client(base_url=self.url, trust_env=False, headers=headers) as client,
            client.stream("POST", "/uniall/v1/images/generations", json=BODY) as answer,
        ):
            yield answer

    def ending(self) -> str:
        """Who ended the last exchange of this test before its answer did."""
        limit = time.monotonic() + 10
        while self.app.services.journal.unfinished and time.monotonic() < limit:
            time.sleep(0.005)
        *_, last = self.app.services.journal.find(test=self.test)
        return last.ending or ""

    def asked(self, task_id: str) -> httpx.Response:
        url = f"{self.url}/uniall/v1/images/tasks/{task_id}"
        return httpx.get(url, headers=HEADERS, trust_env=False)

    def task(self) -> str:
        answer = self._post("/uniall/v1/images/tasks", TASK)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["task_id"])

    def stage(self, task_id: str) -> str:
        """What the task is once every task would have ended."""
        self.app.services.clock.advance(3_600)
        task = self.app.services.tasks.find(task_id)
        assert task is not None
        return str(self.app.services.tasks.stage(task))

    def sent(self) -> list[str]:
        """What became of the webhooks of this test, once there is one."""
        limit = time.monotonic() + 10
        while True:
            deliveries = self.app.services.deliveries.all()
            found = [str(each.state) for each in deliveries if each.test == self.test]
            if found or time.monotonic() > limit:
                return found
            time.sleep(0.005)


def status(ask: Asker) -> None:
    answer = ask.images()
    assert (answer.status_code, answer.json().keys()) == (429, {"error"})


def retry_after(ask: Asker) -> None:
    assert ask.images().headers["retry-after"] == "7"


def date(ask: Asker) -> None:
    assert ask.images().headers["retry-after"] == "Wed, 21 Oct 2026 07:28:00 GMT"


def date_from_now(ask: Asker) -> None:
    before = ask.app.services.clock.now()
    told = parsedate_to_datetime(ask.images().headers["retry-after"])
    assert before + 600 <= told.timestamp() <= ask.app.services.clock.now() + 601


def delay(ask: Asker) -> None:
    before = ask.app.services.clock.now()
    assert ask.images().status_code == 200
    assert ask.app.services.clock.now() - before >= 600


def truncate(ask: Asker) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete message body"):
        ask.images()


def stall(ask: Asker) -> None:
    with ask.streamed() as answer:
        parts = answer.iter_raw()
        assert (answer.status_code, len(next(parts))) == (200, 20)
        assert int(answer.headers["content-length"]) > 20
        assert [each.test for each in ask.app.services.journal.unfinished] == [ask.test]
    assert ask.ending().startswith("client left after ")


def fewer(ask: Asker) -> None:
    assert len(ask.images().json()["data"]) == 1


def reset(ask: Asker) -> None:
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        ask.images()


def empty(ask: Asker) -> None:
    answer = ask.images()
    assert (answer.status_code, answer.content) == (200, b"")


def garbage(ask: Asker) -> None:
    answer = ask.images()
    assert answer.headers["content-type"] == "application/json"
    with pytest.raises(ValueError, match=r".+"):
        json.loads(answer.content)


def html(ask: Asker) -> None:
    answer = ask.images()
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html")
    assert answer.text.startswith("<html>")


def content_type(ask: Asker) -> None:
    answer = ask.images()
    assert answer.headers["content-type"] == "text/plain"
    assert len(answer.json()["data"]) == 2


def slow(ask: Asker) -> None:
    before = ask.app.services.clock.now()
    answer = ask.images()
    assert len(answer.json()["data"]) == 2
    assert ask.app.services.clock.now() - before >= (len(answer.content) - 10) / 10


def error(ask: Asker) -> None:
    answer = ask.images()
    assert answer.status_code == 400
    assert "task_not_exist" in answer.text


def question(ask: Asker) -> None:
    task_id = ask.task()
    assert ask.asked(task_id).status_code == 503


def truncated(ask: Asker) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        ask.images()


def gone(ask: Asker) -> None:
    picture = Picture("uniall", "m", "a lighthouse", 16, 16, 1, "png")
    ask.app.mocks["uniall"].context.gallery.keep(ask.test, f"kept-{ask.test}", picture, None)
    url = f"{ask.url}/uniall/media/kept-{ask.test}.png"
    answer = httpx.get(url, headers=ask.more, trust_env=False)
    assert (answer.status_code, answer.json().keys()) == (404, {"error"})


def stuck(ask: Asker) -> None:
    assert ask.stage(ask.task()) == "running"


def fail(ask: Asker) -> None:
    assert ask.stage(ask.task()) == "failed"


def webhook(ask: Asker) -> None:
    ask.stage(ask.task())
    assert ask.sent() == ["lost"]


def moderated(ask: Asker) -> None:
    answer = ask.images("xai")
    assert answer.status_code == 200
    assert answer.json()["data"] == []


CASES: Mapping[str, tuple[str, Callable[[Asker], None]]] = MappingProxyType(
    {
        "status": ("status=429", status),
        "retry-after": ("status=503 retry-after=7", retry_after),
        "date": ("status=503 retry-after=2026-10-21T07:28:00Z", date),
        "date-from-now": ("status=503 retry-after=date:600", date_from_now),
        "delay": ("delay=600", delay),
        "truncate": ("truncate=20", truncate),
        "stall": ("stall=20", stall),
        "truncated": ("truncated", truncated),
        "gone": ("gone", gone),
        "fewer": ("fewer=1", fewer),
        "reset": ("reset", reset),
        "empty": ("empty", empty),
        "garbage": ("garbage", garbage),
        "html": ("html", html),
        "content-type": ("content-type=text/plain", content_type),
        "slow": ("slow=10", slow),
        "error": ("error=task-unknown", error),
        "question": ("at=poll status=503", question),
        "stuck": ("stuck", stuck),
        "fail": ("fail", fail),
        "webhook": ("webhook=lost", webhook),
        "moderated": ("moderated=empty", moderated),
    }
)
"""For each part of a fault, and some more, one that has it, and what a client sees of it."""


def place(case: str) -> str:
    """The provider at which it is tried."""
    return "xai" if case == "moderated" else "uniall"
