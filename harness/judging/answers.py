"""Recorded answers, held against what is documented: status, shape, number of images."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from imagine_harness.contracts.refusals import descriptions
from imagine_harness.contracts.untrusted.decoding import Undecodable, decoded
from imagine_harness.harness.answers.images import SHORTEST, images_in
from imagine_harness.harness.answers.shapes import misfit_of_body
from imagine_harness.harness.judging.flaws import Flaw

if TYPE_CHECKING:
    from imagine_harness.contracts.exchange import Verdict
    from imagine_harness.contracts.judge.judgement import AcceptedRoot
    from imagine_harness.contracts.lifecycle import TaskLifecycle
    from imagine_harness.contracts.model import AnswerShape, Statement
    from imagine_harness.contracts.operation import Operation
    from imagine_harness.contracts.provider import ErrorCase, Provider
    from imagine_harness.harness.judging.requests import JudgedExchange

STREAM = "text/event-stream"
"""The content type of an answer that comes bit by bit, of which no shape is on record."""


def flaws(judged: JudgedExchange) -> Iterator[Flaw]:
    """What is wrong with the answer to one request; nothing where none was recorded."""
    operation, call, response = judged.operation, judged.call, judged.exchange.response
    if not judged.answered or operation is None or call is None or not response.status:
        return
    if response.status >= 400:
        yield from _refused(judged, call.judge.provider)
    elif response.succeeded and _is_its_own(judged, operation, call.judge.provider):
        of_shape = [*_shape(judged, operation)]
        yield from of_shape or count(judged, judged.accepted, json_of(judged))


def json_of(judged: JudgedExchange) -> Any:
    """The decoded answer, None where it is no JSON or was not recorded."""
    try:
        return decoded(judged.exchange.response.whole_body or b"")
    except Undecodable:
        return None


def lifecycle_of(judged: JudgedExchange, provider: Provider) -> TaskLifecycle | None:
    """The lifecycle of the task that a request begins, None where it begins none."""
    call = judged.call
    if call is None:
        return None
    begun = (
        operation.lifecycle_of(root, provider.lifecycles, call.judgement.door)
        for operation, root in judged.roots
    )
    return next(filter(None, begun), None)


def _is_its_own(judged: JudgedExchange, operation: Operation, provider: Provider) -> bool:
    """Whether the answer is the one that is on record for the operation, and can be looked at."""
    response = judged.exchange.response
    if not response.whole_body or response.content_type.startswith(STREAM) or judged.others:
        return False
    one = len({each.id for each, _ in judged.roots} | {operation.id}) == 1
    door = judged.call.judgement.door if judged.call else None
    return one and door is None and lifecycle_of(judged, provider) is None


def _shape(judged: JudgedExchange, operation: Operation) -> Iterator[Flaw]:
    shapes, status = operation.answers, judged.exchange.response.status
    on_record = status in {each.status for each in shapes}
    if not on_record and operation.outcome is None:
        # a question about a task has an answer for each of its states, not all are on record
        return
    if not shapes or any(each.status == status and not _wrong(each, judged) for each in shapes):
        return
    call = judged.call
    preferred = (operation.answer(call.judge.readings) if call else None) or shapes[0]
    of_status = [each for each in shapes if each.status == status]
    if not of_status:
        told = f"answered with status {status}, expected {preferred.status}"
        yield Flaw("status", told, judged, preferred.statement, preferred.status, status)
        return
    told = f"the answer has another shape: {_wrong(of_status[0], judged)}"
    yield Flaw("shape", told, judged, of_status[0].statement)


def _wrong(shape: AnswerShape, judged: JudgedExchange) -> str:
    """What is wrong with the body of an answer; `""` if nothing is."""
    return misfit_of_body(shape, json_of(judged))


def fits(shape: AnswerShape, judged: JudgedExchange) -> bool:
    """Whether the answer has a shape."""
    return not _wrong(shape, judged)


def count(
    judged: JudgedExchange, accepted: tuple[AcceptedRoot, ...], answer: Any
) -> Iterator[Flaw]:
    """Whether as many images came as were asked for, where that can be told.

    Args:
        judged: the request whose answer holds the images.
        accepted: what was asked for, by this request or by the one that submitted the task.
        answer: what came, decoded.
    """
    promised = [each.promise for each in accepted if each.promise is not None]
    if not promised or any("count" in each.open for each in promised):
        return
    wanted, images = sum(each.count for each in promised), images_in(answer, lambda _: None)
    if len(images) == wanted or (not images and _may_hold_one(answer)):
        return
    outcome = accepted[0].plan.operation.outcome
    came = f"{len(images)} image{'' if len(images) == 1 else 's'}"
    told = f"{came} came back, asked for {wanted}"
    yield Flaw("count", told, judged, outcome.statement if outcome else None, wanted, len(images))


def _may_hold_one(answer: Any) -> bool:
    """Whether an answer has texts that may be images which cannot be told as such."""
    if isinstance(answer, str):
        return answer.startswith(("http://", "https://")) or len(answer) >= SHORTEST
    below = answer.values() if isinstance(answer, dict) else answer
    return isinstance(answer, dict | list) and any(_may_hold_one(each) for each in below)


def _refused(judged: JudgedExchange, provider: Provider) -> Iterator[Flaw]:
    """Whether a refusal is one that the provider documents: its status and its envelope."""
    found = [*_refused_status(judged, provider)]
    yield from found or refused_shape(judged, provider)


def _refused_status(judged: JudgedExchange, provider: Provider) -> Iterator[Flaw]:
    status = judged.exchange.response.status
    cases = [case for each in provider.errors.values() for case in each]
    if cases and status not in {case.status for case in cases}:
        told = f"answered with status {status}, which is no documented error"
        yield Flaw("status", told, judged, got=status)


def refused_shape(judged: JudgedExchange, provider: Provider) -> Iterator[Flaw]:
    """Whether the body of a refusal is one that is on record."""
    if judged.exchange.response.whole_body and provider.refusals:
        troubles = [_wrong(shape, judged) for shape in provider.refusals]
        if all(troubles):
            told = f"the refusal has another shape: {troubles[0]}"
            yield Flaw("shape", told, judged, provider.refusals[0].statement)


def wording(judged: JudgedExchange) -> Statement | None:
    """Where the refusal of a request is on record, None where it is not."""
    case = _case(judged)
    return case.statement if case else None


def _case(judged: JudgedExchange) -> ErrorCase | None:
    if not judged.is_known or judged.call is None:
        return None
    described = _described(judged.exchange.verdict)
    return judged.call.judge.provider.error(described, judged.call.judge.readings)


def met(judged: JudgedExchange) -> str | None:
    """The documented error that was met, by `provider.when`; None where none was, or many fit."""
    name, call, own = judged.exchange.provider, judged.call, _case(judged)
    if not judged.is_known or call is None:
        return None
    status = judged.exchange.response.status
    if own is not None and status and (judged.exchange.provenance.is_ours or own.status == status):
        return f"{name}.{own.when}"
    if judged.exchange.provenance.is_ours or status < 400:
        return None
    fits = {
        case.when
        for cases in call.judge.provider.errors.values()
        for case in cases
        if case.status == status and _names(case, judged)
    }
    return f"{name}.{fits.pop()}" if len(fits) == 1 else None


def _described(verdict: Verdict) -> tuple[str, ...]:
    """What a refusal may be called on record, the most specific first."""
    refusal, broken = verdict.refusal, verdict.errors
    if refusal is None:
        return ()
    general = descriptions(broken[0]) if broken else ()
    if refusal.startswith("violation:") and not broken:
        general = (f"violation:{refusal.rpartition('.')[2]}", "violation")
    return (refusal, *general)


def _names(case: ErrorCase, judged: JudgedExchange) -> bool:
    """Whether an answer holds the code of a documented error, if that has one of its own."""
    code = str(case.code or case.kind or "")
    return "{" in code or code.encode() in (judged.exchange.response.whole_body or b"")
