"""What a recording lacks, as its answer tells: what a provider took was more than what is there."""

from __future__ import annotations

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.judge.judgement import Judgement
from imagine_harness.harness.traffic.readers import forms

UNLIKE = {
    "body-empty": "it is empty",
    "body-malformed": "it cannot be decoded",
    "body-shape": "it has another shape",
    "content-encoding": "it is encoded in a way that is not read",
    "content-type": "its content type is not there",
}
"""Refusals for what cannot have been sent so where the provider took it, in words."""


def takes_body(judgement: Judgement) -> bool:
    """Whether a call is one of an operation whose body rules speak of."""
    return bool(judgement.plans) and judgement.plans[0].operation.judged


def typed(judgement: Judgement, exchange: Exchange) -> str:
    """Give a call the content type that its recorder left out; what was taken, `""` for nothing.

    It was left out where the provider took the call, or where no header is there at all.
    """
    request = judgement.request
    if b"content-type" in request.headers or not takes_body(judgement):
        return ""
    kind = forms.with_boundary(forms.guessed(request.body), request.body)
    if not kind or (exchange.request.headers and not exchange.response.succeeded):
        return ""
    request.headers = {**request.headers, b"content-type": kind.encode("latin-1", "replace")}
    return f"its content type was not recorded, it is taken for {kind.partition(';')[0]}"


def unlike(judgement: Judgement, exchange: Exchange) -> str:
    """Why a body cannot be the one that was sent, `""` where it can."""
    if not exchange.response.succeeded or not takes_body(judgement):
        return ""
    verdict, body = judgement.verdict, judgement.body
    why = UNLIKE.get(verdict.refusal or "", "")
    if verdict.refusal == "content-type" and b"content-type" in judgement.request.headers:
        return ""
    if not why and verdict.violations and (not body or isinstance(body, str)):
        why = "nothing is in it" if not body else "it is a text"
    return f"{why}, and was answered {exchange.response.status}" if why else ""
