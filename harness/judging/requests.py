"""Recorded requests, judged as the mocks judge calls, and answered by nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from imagine_harness.contracts.exchange import Exchange, promised
from imagine_harness.contracts.judge.asides import PREFLIGHT
from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.contracts.judge.judgement import AcceptedRoot, Judgement
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.provider import FETCH
from imagine_harness.contracts.secrets.credentials import HIDDEN
from imagine_harness.harness.judging.calls import (
    TEST,
    Roots,
    lost,
    not_recorded,
    recorded_call,
    request_of,
)
from imagine_harness.harness.judging.calls import roots as roots_of
from imagine_harness.harness.judging.destinations import DeclaredHost, Destination, Destinations
from imagine_harness.harness.judging.gaps import typed, unlike
from imagine_harness.harness.judging.others import NOT_FOUND, Other, near_call, other
from imagine_harness.harness.traffic.redaction import notice
from imagine_harness.mocks.answering.input_images import facts_held

UNSHOWN = ("image-broken", "image-format")
"""Refusals about what recorders cut or replace; a provider that accepted it saw something else."""

Session = set[tuple[str, str]]
"""What was used up in one session and test, as the judge wants it."""


@dataclass(frozen=True, slots=True)
class PlacedCall:
    """A recorded request whose provider is known, and what that one's judge makes of it."""

    judge: Judge
    judgement: Judgement


@dataclass(frozen=True, slots=True, eq=False)
class JudgedExchange:
    """An exchange with the verdict on its request, and what that was made of.

    Attributes:
        is_known: whether it belongs to a recorded operation, or is meant for one.
        call: what the judge made of the request, None where its host is no provider's.
        roots: what rules speak of, each with the operation that it is meant for.
        accepted: the roots that broke nothing, with what their answer must deliver.
        unread: whether its body was not recorded, so that no rule could be looked at.
        gap: what of the request was not recorded, and why; "" for nothing.
        others: what of it is meant for a model or a task that is not on record.
        is_real: whether a host of the provider itself answered.
    """

    exchange: Exchange
    is_known: bool = False
    call: PlacedCall | None = None
    roots: Roots = ()
    accepted: tuple[AcceptedRoot, ...] = field(default=(), repr=False)
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
        """What its request is where it calls nothing, in the words of `judge.asides`."""
        request = self.exchange.request
        if self.is_known:
            return self.exchange.verdict.aside
        if request.method == "OPTIONS" and b"access-control-request-method" in request.headers:
            return PREFLIGHT
        return self.call.judgement.verdict.aside if self.call is not None else None

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
        plans = self.call.judgement.plans if self.call else ()
        # several models may have an operation of one name on one path
        known = (*(own for own, _ in self.roots), *(each.operation for each in plans))
        return next((each for each in known if each.id == named), None)


def judged(
    exchanges: Iterable[Exchange],
    judges: Mapping[str, Judge],
    *,
    anew: bool = False,
    declared_hosts: Iterable[DeclaredHost] = (),
) -> list[JudgedExchange]:
    """What each recorded request amounts to.

    Args:
        exchanges: in the order in which they were sent.
        judges: by their providers' names.
        anew: judge also what our own mocks have judged before, instead of taking their word.
        declared_hosts: hosts of which it was said whose contract they speak.
    """
    exchanges = list(exchanges)
    notice(exchanges)
    places, sessions = Destinations(judges, declared_hosts), defaultdict[str, Session](set)
    found: list[JudgedExchange] = []
    for number, exchange in enumerate(exchanges, 1):
        place = places.of(exchange.provenance.url)
        if exchange.provenance.is_ours and not anew:
            found.append(_as_noted(exchange, place))
        elif place is None:
            found.append(JudgedExchange(exchange))
        else:
            session = sessions[f"{exchange.provenance.session}\0{exchange.request.header(TEST)}"]
            one = _judged(place, replace(exchange, id=str(number)), session)
            found.append(replace(one, is_real=place.is_real))
    return found


def _judged(place: Destination, exchange: Exchange, session: Session) -> JudgedExchange:
    judge, request = place.judge, request_of(exchange, place)
    judgement = judge.identify(request)
    if judgement.operation == FETCH and judgement.gate is None and judgement.verdict.aside is None:
        return _fetched(judge, judgement, exchange)
    if not judgement.plans:
        return _missed(judge, judgement, exchange)
    why = lost(judge, judgement, exchange)
    if why:
        return _not_recorded(judge, judgement, exchange, why)
    gap = typed(judgement, exchange)
    others: dict[int, Other] = {}

    def leaves_out(known: Judgement, root: object) -> bool:
        one = other(judge, known, root, exchange)
        return one is not None and others.setdefault(id(root), one) is one

    succeeded = exchange.response.succeeded
    # an id that a provider took was no used one, whatever was sent before
    used = frozenset[tuple[str, str]]() if succeeded else session
    judgement = judge.judge(request, used, facts_held, leaves_out=leaves_out, asks_credential=False)
    why = unlike(judgement, exchange)
    if why:
        return _not_recorded(judge, judgement, exchange, why)
    verdict = judgement.verdict
    if verdict.refusal in UNSHOWN and succeeded:
        verdict.refusal = None
    judge.credentials.notice(judgement, judge.readings)
    if exchange.response.status == 401 and not verdict.violations:
        verdict.refusal = _bad_credential(judge, judgement) or verdict.refusal
    if succeeded:
        session |= judgement.remembered
    roots = tuple(each for each in roots_of(judgement) if id(each[1]) not in others)
    is_known = bool(roots or not others)
    return JudgedExchange(
        _concluded(judge, judgement, exchange) if is_known else exchange,
        is_known,
        PlacedCall(judge, judgement),
        roots,
        tuple(judgement.accepted),
        gap=gap,
        others=tuple(others.values()),
    )


def _missed(judge: Judge, judgement: Judgement, exchange: Exchange) -> JudgedExchange:
    """A call of nothing on record; a mistake where it is nearly one, and the host knows it not."""
    call = PlacedCall(judge, judgement)
    if exchange.response.status != NOT_FOUND or near_call(judge, judgement.request) is None:
        return JudgedExchange(exchange, call=call)
    judgement.verdict.refusal = "route-unknown"
    return JudgedExchange(_concluded(judge, judgement, exchange), is_known=True, call=call)


def _fetched(judge: Judge, judgement: Judgement, exchange: Exchange) -> JudgedExchange:
    """The fetch of a picture, of which only what goes along is judged."""
    one = _concluded(judge, judgement, exchange)
    gap = "" if exchange.request.headers else "its headers were not recorded"
    call = PlacedCall(judge, judgement)
    return JudgedExchange(one, is_known=True, call=call, unread=bool(gap), gap=gap)


def _not_recorded(
    judge: Judge, judgement: Judgement, exchange: Exchange, why: str
) -> JudgedExchange:
    """A request whose body was not recorded: nothing is said of it, neither good nor bad."""
    judgement.verdict.refusal, judgement.verdict.violations = None, []
    one, call = _concluded(judge, judgement, exchange), PlacedCall(judge, judgement)
    return JudgedExchange(one, is_known=True, call=call, unread=True, gap=not_recorded(why))


def _bad_credential(judge: Judge, judgement: Judgement) -> str | None:
    """What is wrong with a credential that was refused, as far as it is shown."""
    shown = judgement.request.headers.get(judge.credentials.header, HIDDEN.encode())
    given = shown.decode("latin-1")
    if HIDDEN not in given:
        refused = judge.authenticate(judgement)
        return refused.when[-1] if refused else None
    word, space, _ = given.partition(" ")
    scheme = judge.provider.credential.scheme
    differs = bool(space and scheme) and word.lower() != scheme.lower()
    return "credential-malformed" if differs else None


def _concluded(judge: Judge, judgement: Judgement, exchange: Exchange) -> Exchange:
    """An exchange with what its provider's judge made of it."""
    verdict, request = judgement.verdict, judgement.request
    return replace(
        exchange,
        provider=judge.name,
        operation=judgement.operation,
        test=request.header(TEST) or "",
        request=replace(exchange.request, path=request.path, headers=request.headers),
        verdict=replace(verdict, expected=promised(request.headers)),
    )


def _as_noted(exchange: Exchange, place: Destination | None) -> JudgedExchange:
    """What our own mocks made of a request, as they said."""
    if not exchange.verdict.is_judged:
        gap = f"it was not judged: {exchange.ending}"
        return JudgedExchange(exchange, is_known=True, unread=True, gap=gap)
    if place is None:
        return JudgedExchange(exchange, is_known=True)
    request = request_of(exchange, place)
    known = recorded_call(place.judge, request, exchange)
    call = PlacedCall(place.judge, place.judge.identify(request))
    return JudgedExchange(exchange, is_known=True, call=call, roots=known.roots if known else ())
