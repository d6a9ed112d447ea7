"""Recorded requests, judged in process: through the mocks' gates and rules, answered by nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from imagine_harness.contracts.exchange import Exchange, Verdict, promised
from imagine_harness.contracts.provider import FETCH
from imagine_harness.contracts.secrets.credentials import HIDDEN
from imagine_harness.harness.judging.calls import TEST, call_of, lost, not_recorded, recorded_call
from imagine_harness.harness.judging.calls import roots as roots_of
from imagine_harness.harness.judging.gaps import typed, unlike
from imagine_harness.harness.judging.others import NOT_FOUND, Other, near_call, other
from imagine_harness.harness.judging.places import Place, Places
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
    from imagine_harness.mocks.app import App

UNSHOWN = ("image-broken", "image-format")
"""Refusals about what recorders cut or replace; a provider that accepted it saw something else."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """An exchange with the verdict on its request, and what that was made of.

    Attributes:
        is_known: whether it belongs to a recorded operation, or is meant for one.
        call: the request on its way through the gates, None where its host is no provider's.
        roots: what rules speak of, each with the operation that it is meant for.
        accepted: the roots that broke nothing, with what their answer must deliver.
        unread: whether its body was not recorded, so that no rule could be looked at.
        gap: what of the request was not recorded, and why; "" for nothing.
        others: what of it is meant for a model or a task that is not on record.
        is_real: whether a host of the provider itself answered.
    """

    exchange: Exchange
    is_known: bool = False
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
        return self.is_known and not self.unread and self.aside is None

    @property
    def aside(self) -> str | None:
        """What its request is where it calls nothing, in the words of `mocks.asides`."""
        request = self.exchange.request
        if self.is_known:
            return self.exchange.verdict.aside
        if request.method == "OPTIONS" and b"access-control-request-method" in request.headers:
            return PREFLIGHT
        return aside(self.call) if self.call is not None else None

    @property
    def is_fetch(self) -> bool:
        """Whether a picture was fetched, which is no call of a model."""
        return self.is_known and self.exchange.operation == FETCH

    @property
    def answered(self) -> bool:
        """Whether its answer is a provider's, and is to be judged."""
        return self.looked_at and not self.exchange.provenance.is_ours

    @property
    def operation(self) -> Operation | None:
        """The operation that was called, None where none is on record."""
        named = self.exchange.operation if self.is_known else None
        plans = self.call.plans if self.call else ()
        # several models may have an operation of one name on one path
        known = (*(own for own, _ in self.roots), *(each.operation for each in plans))
        return next((each for each in known if each.id == named), None)


def judged(
    exchanges: Iterable[Exchange],
    app: App,
    *,
    anew: bool = False,
    speakers: Iterable[Speaker] = (),
) -> list[Judged]:
    """What each recorded request amounts to.

    Args:
        exchanges: in the order in which they were sent.
        app: knows what is on record, under which readings; it is not to serve anybody any more.
        anew: judge also what our own mocks have judged before, instead of taking their word.
        speakers: hosts of which it was said whose contract they speak.
    """
    for mock in app.mocks.values():
        mock.gates = tuple(gate for gate in mock.gates if gate is not GATES["authenticate"])
    found: list[Judged] = []
    # What a coroutine returns is written out, whole, by the runner that lets go of it.
    asyncio.run(_all(exchanges, app, anew, Places(app.mocks, speakers), found))
    return found


async def _all(
    exchanges: Iterable[Exchange], app: App, anew: bool, places: Places, found: list[Judged]
) -> None:
    exchanges = list(exchanges)
    notice(exchanges)
    for number, exchange in enumerate(exchanges, 1):
        place = places.of(exchange.provenance.url)
        if exchange.provenance.is_ours and not anew:
            found.append(_taken(exchange, app, place))
        elif place is None:
            found.append(Judged(exchange))
        else:
            call = call_of(exchange, place, _session(exchange, app))
            one = await _judged(call, replace(exchange, id=str(number)))
            found.append(replace(one, is_real=place.is_real))


def _session(exchange: Exchange, app: App) -> State:
    """What was sent before in the same session and test."""
    test = exchange.request.header(TEST) or ""
    return app.shared.store.of(f"{exchange.provenance.session}\0{test}")


async def _judged(call: Call, exchange: Exchange) -> Judged:
    refused = route(call)
    if call.operation == FETCH and refused is None and aside(call) is None:
        return _fetched(call, exchange)
    if not call.plans:
        return _missed(call, exchange)
    why = lost(call, exchange)
    if why:
        return _not_recorded(call, exchange, why)
    gap = typed(call, exchange)
    session = call.state
    if exchange.response.succeeded:
        # an id that a provider took was no used one, whatever was sent before
        call.state = replace(session, used=Used(Memory().kept("used ids"), session.test))
    others: dict[int, Other] = {}

    def leaves_out(root: object) -> bool:
        found = other(call, root, exchange)
        return found is not None and others.setdefault(id(root), found) is found

    passed = await call.mock.judge(call, leaves_out)
    why = unlike(call, exchange)
    if why:
        return _not_recorded(call, exchange, why)
    if call.refusal in UNSHOWN and exchange.response.succeeded:
        call.refusal = None
    notice_key(call)
    if exchange.response.status == 401 and not call.violations:
        call.refusal = _bad_credential(call) or call.refusal
    if exchange.response.succeeded:
        session.used.update(call.remembered)
    roots = tuple(each for each in roots_of(call) if id(each[1]) not in others)
    accepted = tuple(passed.accepted) if isinstance(passed, Passed) else ()
    is_known = bool(roots or not others)
    one = _concluded(call, exchange) if is_known else exchange
    return Judged(one, is_known, call, roots, accepted, gap=gap, others=tuple(others.values()))


def _missed(call: Call, exchange: Exchange) -> Judged:
    """A call of nothing on record; a mistake where it is nearly one, and the host knows it not."""
    if exchange.response.status != NOT_FOUND or near_call(call) is None:
        return Judged(exchange, call=call)
    call.refusal = "route-unknown"
    return Judged(_concluded(call, exchange), is_known=True, call=call)


def _fetched(call: Call, exchange: Exchange) -> Judged:
    """The fetch of a picture, of which only what goes along is judged."""
    one = _concluded(call, exchange)
    gap = "" if exchange.request.headers else "its headers were not recorded"
    return Judged(one, is_known=True, call=call, unread=bool(gap), gap=gap)


def _not_recorded(call: Call, exchange: Exchange, why: str) -> Judged:
    """A request whose body was not recorded: nothing is said of it, neither good nor bad."""
    call.refusal, call.violations = None, []
    one = _concluded(call, exchange)
    return Judged(one, is_known=True, call=call, unread=True, gap=not_recorded(why))


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


def _concluded(call: Call, exchange: Exchange) -> Exchange:
    """An exchange with what the gates and rules made of its call."""
    return replace(
        exchange,
        provider=call.mock.name,
        operation=call.operation,
        test=call.test,
        request=replace(exchange.request, path=call.path),
        verdict=Verdict(call.violations, call.refusal, expected=promised(call.headers)),
    )


def _taken(exchange: Exchange, app: App, place: Place | None) -> Judged:
    """What our own mocks made of a request, as they said."""
    if not exchange.verdict.is_judged:
        gap = f"it was not judged: {exchange.ending}"
        return Judged(exchange, is_known=True, unread=True, gap=gap)
    if place is None:
        return Judged(exchange, is_known=True)
    call = call_of(exchange, place, _session(exchange, app))
    found = recorded_call(call, exchange)
    return Judged(exchange, is_known=True, call=call, roots=found.roots if found else ())
