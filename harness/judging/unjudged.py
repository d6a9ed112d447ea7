"""What was not judged: calls of nobody, what was not recorded, and what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from imagine_harness.contracts.judge.asides import PREFLIGHT, VISIT
from imagine_harness.harness.judging.others import near_call
from imagine_harness.harness.results.results import PromiseVerdict, Result
from imagine_harness.harness.traffic.redaction import name_of, place, url

if TYPE_CHECKING:
    from imagine_harness.harness.judging.requests import JudgedExchange
    from imagine_harness.harness.traffic.errors import Unread

READ = "recordings.read"
"""The promise that what was recorded can be read."""

SAYS: Mapping[str, str] = {
    "requests.known": "every request is one of a recorded operation",
    "requests.recorded": "what was sent was recorded",
    "answers.recorded": "what was answered was recorded",
    READ: "what was recorded can be read",
}
"""What would have to hold for a verdict, each as a sentence."""


ASIDES: Mapping[str | None, str] = {
    None: "it belongs to no recorded operation",
    PREFLIGHT: "a browser asks whether it may call",
    VISIT: "it asks whether anything is there",
}
"""Why a request is not judged, by what it is where it calls nothing."""


def unknown(conversation: Iterable[JudgedExchange]) -> Iterator[Result]:
    """What belongs to no recorded operation, each call and what it is meant for once."""
    found: dict[tuple[str, str], int] = {}
    for each in conversation:
        address = url(each.exchange.provenance.url).partition("?")[0]
        call = f"{each.exchange.request.method} {address}"
        nobodys = not each.is_known or each.aside is not None
        for why in map(str, each.others) if each.others else [_nobodys(each)] if nobodys else ():
            found[call, why] = found.get((call, why), 0) + 1
    for (call, why), count in found.items():
        times = f", {count} times" if count > 1 else ""
        yield _skipped("requests.known", call, f"{why}{times}")


def _nobodys(judged: JudgedExchange) -> str:
    """Why a call is nobody's."""
    nearly = (
        near_call(judged.call.judge, judged.call.judgement.request)
        if judged.call and not judged.call.judgement.plans
        else None
    )
    hint = f", did you mean {nearly.name}?" if nearly and judged.aside is None else ""
    return f"{ASIDES[judged.aside]}{hint}"


def not_recorded(conversation: Iterable[JudgedExchange]) -> Iterator[Result]:
    """What was not recorded: of requests each, of answers those that lack the same at once."""
    answered: dict[tuple[str, str], int] = {}
    for each in conversation:
        if each.gap:
            yield _skipped("requests.recorded", place(each.exchange), each.gap)
        response = each.exchange.response
        if each.answered and response.status and response.gap:
            key = (name_of(each.exchange), response.gap)
            answered[key] = answered.get(key, 0) + 1
    for (name, why), count in answered.items():
        told = f"{count} answers were" if count > 1 else "an answer was"
        yield _skipped("answers.recorded", name, f"{told} not recorded: {why}")


def not_read(found: Iterable[Unread]) -> Iterator[Result]:
    """What could not be read, each with its reason."""
    for each in found:
        yield _skipped(READ, each.where, each.why, "not read")


def _skipped(promise: str, case: str, message: str, subject: str = "not judged") -> Result:
    """One of them, on one line: part of what it says came from outside."""
    case, message = (" ".join(each.split()) for each in (case, message))
    return Result(
        promise=f"{promise}[{case}]",
        says=SAYS[promise],
        subject=subject,
        verdict=PromiseVerdict.SKIPPED,
        message=message,
    )
