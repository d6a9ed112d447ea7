"""What goes out: webhooks and uploads, to permitted addresses only, tried again on the clock."""

from __future__ import annotations

import ipaddress
import itertools
import ssl
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from mocks.clock import Clock
from mocks.schedule import Schedule

MOST_DELIVERIES = 10_000
"""Deliveries that are remembered; the oldest make room."""

LATE = 30.0
"""Seconds by which a late webhook is late."""

HELD_BACK = 5.0
"""Seconds after which a webhook goes out that waits for the next one to overtake it."""

DISORDERS = ("lost", "duplicate", "late", "reordered", "contradicts")
"""What may go wrong with a webhook on purpose."""


class State(StrEnum):
    """What became of a delivery."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    REFUSED = "refused"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Policy:
    """How often a provider tries: seconds to wait for an answer, and before each further try."""

    timeout: float
    delays: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: when, and the status that came back or what went wrong."""

    time: float
    status: int | None
    error: str | None


Sign = Callable[["Delivery", float], Mapping[str, str]]
"""(delivery, the time of the attempt) -> the headers that go with it."""


@dataclass(slots=True)
class Delivery:
    """One thing that is to reach somebody.

    Attributes:
        kind: `webhook` or `upload`.
        sign: adds headers to each attempt, for a provider that signs.
    """

    kind: str
    provider: str
    task: str
    test: str
    url: str
    body: bytes
    policy: Policy
    method: str = "POST"
    content_type: str = "application/json"
    sign: Sign | None = None
    id: str = ""
    state: State = State.PENDING
    attempts: list[Attempt] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The delivery as the admin interface writes it; the address without its query."""
        return {
            "id": self.id,
            "kind": self.kind,
            "provider": self.provider,
            "task": self.task,
            "test": self.test,
            "method": self.method,
            "url": self.url.partition("?")[0],
            "state": str(self.state),
            "attempts": [
                {"time": each.time, "status": each.status, "error": each.error}
                for each in self.attempts
            ],
        }


class Deliveries:
    """Every delivery, oldest first, and what sends them."""

    def __init__(self, clock: Clock, schedule: Schedule, allowed: Iterable[str] = ()) -> None:
        self._clock = clock
        self._schedule = schedule
        self._allowed = {host.lower() for host in allowed}
        self._deliveries: OrderedDict[str, Delivery] = OrderedDict()
        self._numbers = itertools.count(1)
        self._held_back: dict[str, Delivery] = {}

    def send(self, delivery: Delivery, disorder: str | None = None) -> Delivery:
        """Send something now, or as the disorder of a fault has it."""
        self._keep(delivery)
        if not self.permits(delivery.url):
            self._refuse(delivery)
            return delivery
        now = self._clock.now()
        if disorder == "lost":
            delivery.state = State.LOST
        elif disorder == "late":
            self._try_at(now + LATE, delivery)
        elif disorder == "reordered":
            self._held_back[delivery.provider] = delivery
            self._try_at(now + HELD_BACK, delivery)
        else:
            self._try_at(now, delivery)
            if disorder == "duplicate":
                self._try_at(now, self._keep(_again(delivery)))
        return delivery

    def replay(self, delivery: Delivery) -> Delivery:
        """Send the same once more."""
        return self.send(_again(delivery))

    def permits(self, url: str) -> bool:
        """Whether an address may be contacted: one of this machine, or one allowed by name."""
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").lower()
        except ValueError:
            return False
        if parts.scheme not in ("http", "https") or not host:
            return False
        if host in self._allowed or host == "localhost":
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False

    def all(self) -> list[Delivery]:
        """Every delivery, oldest first."""
        return list(self._deliveries.values())

    def get(self, delivery_id: str) -> Delivery | None:
        """The delivery of an id."""
        return self._deliveries.get(delivery_id)

    def reset(self, test: str | None = None) -> None:
        """Forget the deliveries of one test, or with None all; those under way still go out."""
        if test is None:
            self._deliveries.clear()
        else:
            kept = [(key, each) for key, each in self._deliveries.items() if each.test != test]
            self._deliveries = OrderedDict(kept)

    def _keep(self, delivery: Delivery) -> Delivery:
        delivery.id = str(next(self._numbers))
        if len(self._deliveries) >= MOST_DELIVERIES:
            self._deliveries.popitem(last=False)
        self._deliveries[delivery.id] = delivery
        return delivery

    def _refuse(self, delivery: Delivery) -> None:
        host = delivery.url.partition("://")[2].partition("/")[0].partition("?")[0]
        told = f"{host or 'the address'} is not of this machine and was not allowed by name"
        delivery.state = State.REFUSED
        delivery.attempts.append(Attempt(self._clock.now(), None, told))

    def _try_at(self, when: float, delivery: Delivery) -> None:
        self._schedule.at(when, lambda: self._try(delivery))

    async def _try(self, delivery: Delivery) -> None:
        if self._held_back.get(delivery.provider) is delivery:
            del self._held_back[delivery.provider]
        elif delivery.state is not State.PENDING:
            return
        attempt = await self._attempt(delivery)
        delivery.attempts.append(attempt)
        tried = len(delivery.attempts)
        if attempt.status is not None and 200 <= attempt.status < 300:
            delivery.state = State.DELIVERED
        elif tried > len(delivery.policy.delays):
            delivery.state = State.FAILED
        else:
            self._try_at(self._clock.now() + delivery.policy.delays[tried - 1], delivery)
        overtaken = self._held_back.get(delivery.provider)
        if overtaken is not None:
            self._try_at(self._clock.now(), overtaken)

    async def _attempt(self, delivery: Delivery) -> Attempt:
        import httpx

        now = self._clock.now()
        headers = {"content-type": delivery.content_type}
        headers |= delivery.sign(delivery, now) if delivery.sign else {}
        try:
            async with httpx.AsyncClient(
                timeout=delivery.policy.timeout,
                follow_redirects=False,
                trust_env=False,
                verify=_trusted(),
            ) as client:
                answer = await client.request(
                    delivery.method, delivery.url, content=delivery.body, headers=headers
                )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return Attempt(now, None, f"{type(error).__name__}: {error}")
        return Attempt(now, answer.status_code, None)


@cache
def _trusted() -> ssl.SSLContext:
    """The public authorities; reading them takes longer than a delivery does."""
    return ssl.create_default_context()


def _again(delivery: Delivery) -> Delivery:
    """The same, not yet sent."""
    return Delivery(
        delivery.kind,
        delivery.provider,
        delivery.task,
        delivery.test,
        delivery.url,
        delivery.body,
        delivery.policy,
        delivery.method,
        delivery.content_type,
        delivery.sign,
    )
