"""Recorded requests, judged in process: through the mocks' gates and rules, answered by nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from imagine_harness.contracts.exchange import Exchange, Request, Response, Verdict, promised
from imagine_harness.contracts.provider import FETCH
from imagine_harness.contracts.secrets.credentials import HIDDEN
from imagine_harness.harness.judging.calls import TEST, call_of, lost, not_recorded, recorded_call
from imagine_harness.harness.judging.calls import roots as roots_of
from imagine_harness.harness.judging.gaps import typed, unlike
from imagine_harness.harness.judging.others import NOT_FOUND, Other, near_call, other
from imagine_harness.harness.judging.places import Place, Places
from imagine_harness.harness.pytest.entries import Entry
from imagine_harness.harness.traffic.redaction import notice
from imagine_harness.mocks.asides import PREFLIGHT, aside
from imagine_harness.mocks.authentication import authenticate, notice_key
from imagine_harness.mocks.call import Accepted, Call
from imagine_harness.mocks.gates import GATES, route
from imagine_harness.mocks.provider import Judged as Passed
from imagine_harness.mocks.services.budget import Memory
from imagine_harness.mocks.services.store import State, Used

if TYPE_CHECKING:
    from imagine_harness.contracts.operation import Operation
    from imagine_harness.harness.judging.places import Speaker
    from imagine_harness.harness.traffic.recording import Recording
    from imagine_harness.mocks.app import App

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
        others: what of it is meant for a model or a task that is not on record.
        is_real: whether a host of the provider itself answered.
    """

    recording: Recording
    entry: Entry | None = None
    call: Call | None = None
    roots: tuple[tuple[Operation, object], ...] = ()
    accepted: tuple[Accepted, ...] = field(default=(), repr=False)
    unread: bool = False
    gap: str = ""
    others: tuple[Other, ...] = ()
    is_real: bool = False

    @property
    def looked_at(self) -> bool:
        """Whether rules were held against its request."""
        return self.entry is not None and not self.unread and self.aside is None

    @property
    def aside(self) -> str | None:
        """What its request is where it calls nothing, in the words of `mocks.asides`."""
        if self.entry is not None:
            return self.entry.exchange.verdict.aside
        if self.recording.is_preflight:
            return PREFLIGHT
        return aside(self.call) if self.call is not None else None

    @property
    def is_fetch(self) -> bool:
        """Whether a picture was fetched, which is no call of a model."""
        return self.entry is not None and self.entry.operation == FETCH

    @property
    def answered(self) -> bool:
        """Whether its answer is a provider's, and is to be judged."""
        return self.looked_at and self.recording.noted is None

    @property
    def operation(self) -> Operation | None:
        """The operation that was called, None where none is on record."""
        named = self.entry.operation if self.entry else None
        plans = self.call.plans if self.call else ()
        # several models may have an operation of one name on one path
        known = (*(own for own, _ in self.roots), *(each.operation for each in plans))
        return next((each for each in known if each.id == named), None)


def judged(
    recordings: Iterable[Recording],
    app: App,
    *,
    anew: bool = False,
    speakers: Iterable[Speaker] = (),
) -> list[Judged]:
    """What each recorded request amounts to.

    Args:
        recordings: in the order in which they were sent.
        app: knows what is on record, under which readings; it is not to serve anybody any more.
        anew: judge also what our own mocks have judged before, instead of taking their word.
        speakers: hosts of which it was said whose contract they speak.
    """
    for mock in app.mocks.values():
        mock.gates = tuple(gate for gate in mock.gates if gate is not GATES["authenticate"])
    found: list[Judged] = []
    # What a coroutine returns is written out, whole, by the runner that lets go of it.
    asyncio.run(_all(recordings, app, anew, Places(app.mocks, speakers), found))
    return found


async def _all(
    recordings: Iterable[Recording], app: App, anew: bool, places: Places, found: list[Judged]
) -> None:
    recordings = list(recordings)
    notice(recordings)
    for number, recording in enumerate(recordings, 1):
        place = places.of(recording.url)
        if recording.noted is not None and not anew:
            found.append(_taken(recording, recording.noted, app, place))
        elif place is None:
            found.append(Judged(recording))
        else:
            one = await _judged(
                call_of(recording, place, _session(recording, app)), recording, str(number)
            )
            found.append(replace(one, is_real=place.is_real))


def _session(recording: Recording, app: App) -> State:
    """What was sent before in the same session and test."""
    return app.shared.store.of(f"{recording.session}\0{recording.headers.get(TEST, '')}")


async def _judged(call: Call, recording: Recording, name: str) -> Judged:
    refused = route(call)
    if call.operation == FETCH and refused is None and aside(call) is None:
        return _fetched(call, recording, name)
    if not call.plans:
        return _missed(call, recording, name)
    why = lost(call, recording)
    if why:
        return _not_recorded(call, recording, name, why)
    gap = typed(call, recording)
    session = call.state
    if recording.succeeded:
        # an id that a provider took was no used one, whatever was sent before
        call.state = replace(session, used=Used(Memory().kept("used ids"), session.test))
    others: dict[int, Other] = {}

    def leaves_out(root: object) -> bool:
        found = other(call, root, recording)
        return found is not None and others.setdefault(id(root), found) is found

    passed = await call.mock.judge(call, leaves_out)
    why = unlike(call, recording)
    if why:
        return _not_recorded(call, recording, name, why)
    if call.refusal in UNSHOWN and recording.succeeded:
        call.refusal = None
    notice_key(call)
    if recording.status == 401 and not call.violations:
        call.refusal = _bad_credential(call) or call.refusal
    if recording.succeeded:
        session.used.update(call.remembered)
    roots = tuple(each for each in roots_of(call) if id(each[1]) not in others)
    accepted = tuple(passed.accepted) if isinstance(passed, Passed) else ()
    entry = _entry(call, recording, name) if roots or not others else None
    left = tuple(others.values())
    return Judged(recording, entry, call, roots, accepted, gap=gap, others=left)


def _missed(call: Call, recording: Recording, name: str) -> Judged:
    """A call of nothing on record; a mistake where it is nearly one, and the host knows it not."""
    if recording.status != NOT_FOUND or near_call(call) is None:
        return Judged(recording, None, call)
    call.refusal = "route-unknown"
    return Judged(recording, _entry(call, recording, name), call)


def _fetched(call: Call, recording: Recording, name: str) -> Judged:
    """The fetch of a picture, of which only what goes along is judged."""
    entry = _entry(call, recording, name)
    if not recording.headers:
        return Judged(recording, entry, call, unread=True, gap="its headers were not recorded")
    return Judged(recording, entry, call)


def _not_recorded(call: Call, recording: Recording, name: str, why: str) -> Judged:
    """A request whose body was not recorded: nothing is said of it, neither good nor bad."""
    call.refusal, call.violations = None, []
    entry = _entry(call, recording, name)
    return Judged(recording, entry, call, unread=True, gap=not_recorded(why))


def _bad_credential(call: Call) -> str | None:
    """What is wrong with a credential that was refused, as far as it is shown."""
    given = call.headers.get(call.mock.credential_header, HIDDEN.encode()).decode("latin-1")
    if HIDDEN not in given:
        refused = authenticate(call)
        return refused.when[-1] if refused else None
    said, space, _ = given.partition(" ")
    scheme = call.mock.provider.credential.scheme
    differs = bool(space and scheme) and said.lower() != scheme.lower()
    return "credential-malformed" if differs else None


def _entry(call: Call, recording: Recording, name: str) -> Entry:
    return Entry(
        Exchange(
            id=name,
            time=recording.time,
            provider=call.mock.name,
            operation=call.operation,
            test=call.test,
            request=Request(
                call.method, call.path, call.query.decode("latin-1"), call.headers, call.raw
            ),
            response=Response(
                recording.status,
                {b"content-type": recording.answer_type.encode("latin-1", "replace")},
                recording.answer or b"",
            ),
            verdict=Verdict(call.violations, refusal=call.refusal, expected=promised(call.headers)),
            duration=recording.seconds,
        )
    )


def _taken(recording: Recording, noted: Exchange, app: App, place: Place | None) -> Judged:
    """What our own mocks made of a request, as they said."""
    entry = Entry(noted)
    if not noted.verdict.is_judged:
        gap = f"it was not judged: {noted.ending}"
        return Judged(recording, entry, unread=True, gap=gap)
    if place is None:
        return Judged(recording, entry)
    call = call_of(recording, place, _session(recording, app))
    found = recorded_call(call, recording)
    return Judged(recording, entry, call, found.roots if found else ())
