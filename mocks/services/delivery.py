"""What goes out: webhooks and uploads, to permitted addresses only, tried again on the clock."""

from __future__ import annotations

import asyncio
import ipaddress
import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from imagine_harness.contracts import secrets
from imagine_harness.mocks.network.outgoing import NoAnswer, is_control, status_of
from imagine_harness.mocks.network.own_traffic import ADMIN
from imagine_harness.mocks.services.budget import Kept, Memory
from imagine_harness.mocks.services.clock import Clock
from imagine_harness.mocks.services.schedule import Schedule

MOST_DELIVERIES = 10_000
"""Deliveries that are remembered; the oldest make room."""

DELIVERY = 1_500
"""Bytes that a delivery with its attempts holds beside its body and its address, as measured."""

LATE = 30.0
"""Seconds by which a late webhook is late."""

HELD_BACK = 5.0
"""Seconds after which a webhook goes out that waits for the next one to overtake it."""

DISORDERS = ("lost", "duplicate", "late", "reordered", "contradicts")
"""What may go wrong with a webhook on purpose."""


_LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
"""This machine, in the plain way of writing it; every other way of writing it is refused."""


class DeliveryState(StrEnum):
    """What became of a delivery."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    REFUSED = "refused"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Policy:
    """How often a provider tries.

    Attributes:
        timeout: real seconds to wait for an answer: who is asked lives in real time.
        delays: seconds on the clock to wait before each further try, counted from the one before.
    """

    timeout: float
    delays: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: when, and the status that came back or what went wrong."""

    time: float
    status: int | None
    error: str | None

    def as_json(self) -> dict[str, Any]:
        """The try as the admin interface writes it, without secrets."""
        error = None if self.error is None else secrets.spelled(self.error)
        return {"time": self.time, "status": self.status, "error": error}


Sign = Callable[["Delivery", float], Mapping[str, str]]
"""(delivery, the time of the attempt) -> the headers that go with it."""


@dataclass(slots=True)
class Delivery:
    """One thing that is to reach somebody.

    Attributes:
        kind: `webhook` or `upload`.
        sign: adds headers to each attempt, for a provider that signs.
        due: when it is tried next, None while nothing is planned.
        forgotten: whether nothing more of it goes out, because it was taken back.
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
    state: DeliveryState = DeliveryState.PENDING
    attempts: list[Attempt] = field(default_factory=list)
    due: float | None = None
    forgotten: bool = False

    def as_json(self) -> dict[str, Any]:
        """The delivery as the admin interface writes it, without secrets."""
        return {
            "id": self.id,
            "kind": self.kind,
            "provider": self.provider,
            "task": self.task,
            "test": self.test,
            "method": self.method,
            "url": secrets.address(self.url),
            "state": str(self.state),
            "attempts": [each.as_json() for each in self.attempts],
        }


def is_host(name: str) -> bool:
    """Whether a text is the name or the address of a host, and nothing more than that."""
    return bool(re.fullmatch(r"\w(?:[\w.-]*\w)?", name)) or _address(name) is not None


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return None if "%" in name else ipaddress.ip_address(name)
    except ValueError:
        return None


def _host(url: str) -> str:
    """The host that an address names, with its port and without a user."""
    return re.split(r"[/?#]", url.partition("://")[2])[0].rpartition("@")[2]


class Deliveries:
    """Every delivery, oldest first, and what sends them."""

    def __init__(
        self,
        clock: Clock,
        schedule: Schedule,
        allowed: Iterable[str] = (),
        memory: Memory | None = None,
    ) -> None:
        self._clock = clock
        self._schedule = schedule
        self._allowed = {host.lower() for host in allowed}
        kept = (memory or Memory()).kept("deliveries", MOST_DELIVERIES)
        self._deliveries: Kept[str, Delivery] = kept
        self._numbers = itertools.count(1)
        self._held_back: dict[tuple[str, str], Delivery] = {}

    def send(self, delivery: Delivery, disorder: str | None = None) -> Delivery:
        """Send something now, or as the disorder of a fault has it."""
        self._keep(delivery)
        why = self._objection(delivery.url)
        if why is not None:
            delivery.state = DeliveryState.REFUSED
            delivery.attempts.append(Attempt(self._clock.now(), None, why))
            return delivery
        now = self._clock.now()
        if disorder == "lost":
            delivery.state = DeliveryState.LOST
        elif disorder == "late":
            self._try_at(now + LATE, delivery)
        elif disorder == "reordered":
            self._held_back[delivery.provider, delivery.test] = delivery
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
        import httpx

        try:  # as the client that contacts it reads it, and no other
            parts = httpx.URL(url)
            host = parts.host.lower()
        except (httpx.InvalidURL, TypeError, ValueError):
            return False
        if parts.scheme not in ("http", "https") or not host:
            return False
        address = _address(host)
        return (
            host in self._allowed
            or host == "localhost"
            or (address is not None and any(address in network for network in _LOOPBACK))
        )

    def all(self) -> list[Delivery]:
        """Every delivery, oldest first."""
        return list(self._deliveries)

    def get(self, delivery_id: str) -> Delivery | None:
        """The delivery of an id."""
        return self._deliveries.get(delivery_id)

    def reset(self, test: str | None = None) -> None:
        """Forget the deliveries of one test, or with None all; none of them is tried again."""
        for delivery in self._deliveries.forget(lambda _, sent: test in (None, sent.test)):
            delivery.forgotten = True
        for place, delivery in list(self._held_back.items()):
            if delivery.forgotten:
                del self._held_back[place]

    def _keep(self, delivery: Delivery) -> Delivery:
        delivery.id = str(next(self._numbers))
        weight = DELIVERY + len(delivery.url) + len(delivery.body) + len(delivery.test)
        self._deliveries.add(delivery.id, delivery, weight)
        return delivery

    def _objection(self, url: str) -> str | None:
        """Why nothing is sent to an address, None where something may be."""
        if not self.permits(url):
            host = _host(url) or "the address"
            return f"{host} is not of this machine and was not allowed by name"
        return f"nothing is sent to controls, which {ADMIN}/ are" if is_control(url) else None

    def _try_at(self, when: float, delivery: Delivery) -> None:
        delivery.due = when
        self._schedule.at(when, lambda: self._try(delivery, when))

    async def _try(self, delivery: Delivery, when: float) -> None:
        """Try once, if that is still what is planned, and plan what follows from it."""
        if delivery.forgotten or delivery.due != when:
            return
        delivery.due = None
        place = (delivery.provider, delivery.test)
        if self._held_back.get(place) is delivery:
            del self._held_back[place]
        try:
            attempt = await self._attempt(delivery)
        except asyncio.CancelledError:
            delivery.due = when
            raise
        except Exception as error:
            told = f"the harness failed: {type(error).__name__}: {error}"
            delivery.attempts.append(Attempt(self._clock.now(), None, told))
            delivery.state = DeliveryState.FAILED
            raise
        self._note(delivery, attempt)
        overtaken = self._held_back.get(place)
        if overtaken is not None:
            self._try_at(self._clock.now(), overtaken)

    def _note(self, delivery: Delivery, attempt: Attempt) -> None:
        delivery.attempts.append(attempt)
        tried = len(delivery.attempts)
        if attempt.status is not None and 200 <= attempt.status < 300:
            delivery.state = DeliveryState.DELIVERED
        elif tried > len(delivery.policy.delays):
            delivery.state = DeliveryState.FAILED
        else:
            self._try_at(attempt.time + delivery.policy.delays[tried - 1], delivery)

    async def _attempt(self, delivery: Delivery) -> Attempt:
        now = self._clock.now()
        headers = {"content-type": delivery.content_type}
        headers |= delivery.sign(delivery, now) if delivery.sign else {}
        try:
            status = await status_of(
                delivery.method, delivery.url, delivery.body, headers, delivery.policy.timeout
            )
        except NoAnswer as error:
            return Attempt(now, None, str(error))
        return Attempt(now, status, None)


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
