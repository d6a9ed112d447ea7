"""What the mocks send out in a test, and somebody on loopback who takes it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, overload

from imagine_harness.contracts import secrets
from imagine_harness.contracts.lookup import unknown
from imagine_harness.contracts.untrusted.decoding import decoded
from imagine_harness.mocks.control.controls import has_ended
from imagine_harness.mocks.errors import MockError
from imagine_harness.mocks.services.delivery import Delivery

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from imagine_harness.harness.pytest.mock_session import MockSession

LOOK_EVERY = 0.01
"""Real seconds between two looks at what has come."""


@dataclass(frozen=True, slots=True)
class Received:
    """One webhook that came.

    Attributes:
        headers: by lower-case name.
        raw: the bytes of the body.
        time: when it came, in seconds since the epoch, on the mocks' clock.
        status: what it was answered with.
        verified: whether it is signed as the provider documents, None for one that signs none.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    raw: bytes
    time: float
    status: int
    verified: bool | None

    @property
    def body(self) -> Any:
        """The decoded body.

        Raises:
            ValueError: it is no JSON.
        """
        return decoded(self.raw)


Verified = Callable[[Mapping[str, str], bytes, float], "bool | None"]
"""(headers, body, when it came) -> whether a webhook is signed as documented."""


class Receiver:
    """Takes webhooks on loopback, and answers with some statuses in turn, then with 200.

    Attributes:
        url: its address; any path below it is taken too.
        received: what came so far, oldest first.
    """

    def __init__(
        self,
        now: Callable[[], float],
        statuses: Iterable[int] = (),
        verify: Verified = lambda headers, body, now: None,
    ) -> None:
        self.url = ""
        self.received: list[Received] = []
        self.on_shutdown: Callable[[], None] | None = None
        self._statuses = list(statuses)
        self._now = now
        self._verify = verify

    def answer_with(self, *statuses: int) -> None:
        """Answer the next ones with these statuses in turn."""
        self._statuses[:] = statuses

    def wait(self, count: int = 1, timeout: float = 10.0) -> list[Received]:
        """What came, once that is so many, within so many real seconds.

        Raises:
            AssertionError: fewer came; they are listed.
        """
        __tracebackhide__ = True
        if not _until(lambda: len(self.received) >= count, timeout):
            came = [
                f"  {each.method} {each.path} {secrets.start(each.raw, 80)!r}"
                for each in self.received
            ]
            told = f"{len(came)} of {count} webhooks came within {timeout:g} s"
            raise AssertionError("\n".join([told, *came]))
        return list(self.received)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one request."""
        import asyncio

        body, more = b"", True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        status, now = self._statuses.pop(0) if self._statuses else 200, self._now()
        signed = await asyncio.to_thread(self._verify, headers, body, now)
        self.received.append(
            Received(scope["method"], scope["path"], headers, body, now, status, signed)
        )
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def __repr__(self) -> str:
        return f"<receiver at {self.url}, {len(self.received)} webhooks>"


def _until(done: Callable[[], bool], timeout: float) -> bool:
    limit = time.monotonic() + timeout
    while not done():
        if time.monotonic() > limit:
            return False
        time.sleep(LOOK_EVERY)
    return True


class Webhooks(Sequence[Delivery]):
    """A live list of what one provider has to send out in this test, oldest first.

    Each has an `id`, a `kind` (webhook or upload), the `task` that it is about, `url`, `body`,
    `state` (pending, delivered, failed, refused or lost) and its `attempts`.
    """

    def __init__(self, session: MockSession, provider: str) -> None:
        self._session = session
        self._provider = provider

    def wait(self, count: int = 1, timeout: float = 10.0) -> list[Delivery]:
        """Those that have come to an end, once that are so many, within so many real seconds.

        Raises:
            AssertionError: fewer did; all are listed.
        """
        __tracebackhide__ = True
        if not _until(lambda: len(self._ended()) >= count, timeout):
            told = f"{len(self._ended())} of {count} webhooks of {self._provider} came to an end"
            listed = [f"  {_describe(each)}" for each in self._all()] or ["  there is none"]
            raise AssertionError("\n".join([f"{told} within {timeout:g} s:", *listed]))
        return self._ended()

    def replay(self, delivery_id: str) -> Delivery:
        """Send one of them once more, as a delivery of its own.

        Raises:
            MockError: there is none of that id; the known ones are listed.
        """
        for each in self._all():
            if each.id == delivery_id:
                return self._session.app.controls.replay(each)
        known = (each.id for each in self._all())
        raise MockError(unknown("webhook", delivery_id, known, f"at {self._provider}"))

    @contextmanager
    def receiver(self, statuses: Iterable[int] = ()) -> Iterator[Receiver]:
        """Somebody who takes webhooks for the length of a `with` block, at an address of its own.

        Args:
            statuses: what it answers in turn, then 200.
        """
        from imagine_harness.mocks.server import serving

        app, fetch = self._session.app, cache(self._fetched)
        verify = app.mocks[self._provider].dialect.verify

        def verified(headers: Mapping[str, str], body: bytes, now: float) -> bool | None:
            return verify(headers, body, now, fetch) if verify else None

        made = Receiver(app.services.clock.now, statuses, verified)
        with serving(made) as made.url:
            yield made

    def _fetched(self, path: str) -> Any:
        """What a mock of the same settings serves; the journal of the test does not see it."""
        from imagine_harness.harness.local import get
        from imagine_harness.mocks.app import App

        return get(App(self._session.app.settings), f"/{self._provider}{path}")

    def _all(self) -> list[Delivery]:
        return self._session.app.controls.deliveries(self._provider)

    def _ended(self) -> list[Delivery]:
        return [each for each in self._all() if has_ended(each)]

    @overload
    def __getitem__(self, index: int) -> Delivery: ...

    @overload
    def __getitem__(self, index: slice) -> list[Delivery]: ...

    def __getitem__(self, index: int | slice) -> Delivery | list[Delivery]:
        return self._all()[index]

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr([_describe(each) for each in self._all()])


def _describe(delivery: Delivery) -> str:
    last = delivery.attempts[-1] if delivery.attempts else None
    why = f", last {last.status or secrets.spelled(last.error or '')}" if last else ""
    return f"{delivery.id}: {delivery.state} after {len(delivery.attempts)} tries{why}"
