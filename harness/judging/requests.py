"""Recorded requests, judged in process: through the mocks' gates and rules, answered by nobody."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from harness.handles.entries import Entry
from harness.intercept.hosts import is_loopback
from harness.judging.gaps import takes_body, typed, unlike
from harness.judging.shown import notice
from mocks.asides import PREFLIGHT, aside
from mocks.call import Accepted, Call
from mocks.credentials import HIDDEN
from mocks.gates import GATES, authenticate, decode, foreign_encoding, route, selected
from mocks.journal import Exchange
from mocks.provider import Judged as Passed

if TYPE_CHECKING:
    from contracts.operation import Operation
    from harness.judging.recording import Recording
    from mocks.app import App
    from mocks.provider import ProviderMock

EXPECT, TEST = "x-harness-expect", "x-harness-test"

UNSHOWN = ("image-broken", "image-format")
"""Refusals about what recorders cut or replace; a provider that accepted it saw something else."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A recording, and what was made of its request.

    Attributes:
        entry: the request with its verdict, None where it belongs to no recorded operation.
        call: the request on its way through the gates, None where its host is no provider's.
        roots: what rules speak of, each with the operation that it is meant for.
        accepted: the roots that broke nothing, with what their answer must deliver.
        unread: whether its body was not recorded, so that no rule could be looked at.
        gap: what of the request was not recorded, and why; "" for nothing.
    """

    recording: Recording
    entry: Entry | None = None
    call: Call | None = None
    roots: tuple[tuple[Operation, object], ...] = ()
    accepted: tuple[Accepted, ...] = field(default=(), repr=False)
    unread: bool = False
    gap: str = ""

    @property
    def looked_at(self) -> bool:
        """Whether rules were held against its request."""
        return self.entry is not None and not self.unread and self.aside is None

    @property
    def aside(self) -> str | None:
        """What its request is where it calls nothing, in the words of `mocks.asides`."""
        if self.entry is not None:
            return self.entry.exchange.aside
        if self.recording.is_preflight:
            return PREFLIGHT
        return aside(self.call) if self.call is not None else None

    @property
    def answered(self) -> bool:
        """Whether its answer is a provider's, and is to be judged."""
        return self.looked_at and self.recording.noted is None

    @property
    def operation(self) -> Operation | None:
        """The operation that was called, None where none is on record."""
        named = self.entry.operation if self.entry else None
        plans = self.call.plans if self.call else ()
        return next((each.operation for each in plans if each.operation.id == named), None)


def judged(recordings: Iterable[Recording], app: App, *, anew: bool = False) -> list[Judged]:
    """What each recorded request amounts to; fetched pictures are left out.

    Args:
        recordings: in the order in which they were sent.
        app: knows what is on record, under which readings; it is not to serve anybody any more.
        anew: judge also what our own mocks have judged before, instead of taking their word.
    """
    for mock in app.mocks.values():
        mock.gates = tuple(gate for gate in mock.gates if gate is not GATES["authenticate"])
    found: list[Judged] = []
    # What a coroutine returns is written out, whole, by the runner that lets go of it.
    asyncio.run(_all(recordings, app, anew, found))
    return found


async def _all(recordings: Iterable[Recording], app: App, anew: bool, found: list[Judged]) -> None:
    recordings = list(recordings)
    notice(recordings)
    hosts = {host: mock for mock in app.mocks.values() for host in mock.provider.hosts}
    for number, recording in enumerate(recordings, 1):
        place = _place(recording, app.mocks, hosts)
        if recording.noted is not None and not anew:
            found.append(_taken(recording, recording.noted, app, place))
        elif place is None:
            found.append(Judged(recording))
        elif not _is_picture(*place):
            found.append(await _judged(_call(recording, app, *place), recording, str(number)))


def _place(
    recording: Recording, mocks: Mapping[str, ProviderMock], hosts: Mapping[str, ProviderMock]
) -> tuple[ProviderMock, str] | None:
    """The mock of the provider that an address is of, and the path below its prefix."""
    try:
        parts = urlsplit(recording.url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    path = unquote(parts.path) or "/"
    first, _, rest = path[1:].partition("/")
    mock = hosts.get(host)
    if mock is not None and first != mock.name:
        return mock, mock.provider.hosts[host].rstrip("/") + path
    if mock is None and is_loopback(host):
        mock = mocks.get(first)
    return None if mock is None else (mock, f"/{rest}")


def _is_picture(mock: ProviderMock, path: str) -> bool:
    return path.startswith(mock.media_prefix) and mock.routes.find(path) is None


def _call(recording: Recording, app: App, mock: ProviderMock, path: str) -> Call:
    test = recording.headers.get(TEST, "")
    return Call(
        mock=mock,
        method=recording.method,
        path=path,
        query=urlsplit(recording.url).query.encode("latin-1", "replace"),
        headers={
            name.encode("latin-1", "replace"): value.encode("latin-1", "replace")
            for name, value in recording.headers.items()
        },
        raw=recording.body or b"",
        origin="",
        test=test,
        state=app.shared.store.of(test),
        started=time.perf_counter(),
        plain=True,
    )


async def _judged(call: Call, recording: Recording, name: str) -> Judged:
    route(call)
    if not call.plans:
        return Judged(recording, None, call)
    if recording.body is None and takes_body(call) and foreign_encoding(call) is None:
        return _not_recorded(call, recording, name, recording.body_gap or "not wholly")
    gap = typed(call, recording)
    passed = await call.mock.judge(call)
    why = unlike(call, recording)
    if why:
        return _not_recorded(call, recording, name, why)
    if call.refusal in UNSHOWN and recording.succeeded:
        call.refusal = None
    if recording.status == 401 and not call.violations:
        refused = None if _hides_key(call) else authenticate(call)
        call.refusal = refused.when[-1] if refused else call.refusal
    if recording.succeeded:
        call.state.used.update(call.remembered)
    accepted = tuple(passed.accepted) if isinstance(passed, Passed) else ()
    entry = _entry(call, recording, name)
    return Judged(recording, entry, call, _roots(call), accepted, gap=gap)


def _not_recorded(call: Call, recording: Recording, name: str, why: str) -> Judged:
    """A request whose body was not recorded: nothing is said of it, neither good nor bad."""
    call.refusal, call.violations = None, []
    gap = f"its body was not recorded: {why}"
    return Judged(recording, _entry(call, recording, name), call, unread=True, gap=gap)


def _hides_key(call: Call) -> bool:
    return HIDDEN.encode() in call.headers.get(call.mock.credential_header, HIDDEN.encode())


def _entry(call: Call, recording: Recording, name: str) -> Entry:
    exchange = Exchange(
        id=name,
        time=recording.time,
        provider=call.mock.name,
        operation=call.operation,
        test=call.test,
        method=call.method,
        path=call.path,
        query=call.query.decode("latin-1"),
        headers=call.headers,
        body=call.raw,
        status=recording.status,
        answer_type=recording.answer_type.encode("latin-1", "replace"),
        answer=recording.answer or b"",
        violations=call.violations,
        refusal=call.refusal,
        fault=None,
        expected=tuple(recording.headers.get(EXPECT, "").replace(",", " ").split()),
        duration_ms=recording.seconds * 1000,
    )
    return Entry(exchange, exchange.body, exchange.answer)


def _taken(
    recording: Recording, noted: Exchange, app: App, place: tuple[ProviderMock, str] | None
) -> Judged:
    """What our own mocks made of a request, as they said."""
    entry = Entry(noted, noted.body, noted.answer)
    if not noted.judged:
        gap = f"it was not judged: {noted.ending}"
        return Judged(recording, entry, unread=True, gap=gap)
    if place is None:
        return Judged(recording, entry)
    call = _call(recording, app, *place)
    if route(call) is None and recording.body is not None and decode(call) is None:
        return Judged(recording, entry, call, _roots(call))
    return Judged(recording, entry, call)


def _roots(call: Call) -> tuple[tuple[Operation, object], ...]:
    return tuple(_each_root(call))


def _each_root(call: Call) -> Iterator[tuple[Operation, object]]:
    from contracts.fields import elements

    operation = call.plans[0].operation
    for _, root in elements(call.body, operation.subject) if operation.judged else ():
        yield selected(call, root).operation, root
