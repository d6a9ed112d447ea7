"""What a recording lacks, as its answer tells: what a provider took was more than what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagine_harness.harness.traffic.readers import forms

if TYPE_CHECKING:
    from imagine_harness.contracts.exchange import Exchange
    from imagine_harness.mocks.call import Call

UNLIKE = {
    "body-empty": "it is empty",
    "body-malformed": "it cannot be decoded",
    "body-shape": "it has another shape",
    "content-encoding": "it is encoded in a way that is not read",
    "content-type": "its content type is not there",
}
"""Refusals for what cannot have been sent so where the provider took it, in words."""


def takes_body(call: Call) -> bool:
    """Whether a call is one of an operation whose body rules speak of."""
    return bool(call.plans) and call.plans[0].operation.judged


def typed(call: Call, exchange: Exchange) -> str:
    """Give a call the content type that its recorder left out; what was taken, `""` for nothing.

    It was left out where the provider took the call, or where no header is there at all.
    """
    if b"content-type" in call.headers or not takes_body(call):
        return ""
    kind = forms.with_boundary(forms.guessed(call.raw), call.raw)
    if not kind or (exchange.request.headers and not exchange.response.succeeded):
        return ""
    call.headers = {**call.headers, b"content-type": kind.encode("latin-1", "replace")}
    return f"its content type was not recorded, it is taken for {kind.partition(';')[0]}"


def unlike(call: Call, exchange: Exchange) -> str:
    """Why a body cannot be the one that was sent, `""` where it can."""
    if not exchange.response.succeeded or not takes_body(call):
        return ""
    why = UNLIKE.get(call.refusal or "", "")
    if call.refusal == "content-type" and b"content-type" in call.headers:
        return ""
    if not why and call.violations and (not call.body or isinstance(call.body, str)):
        why = "nothing is in it" if not call.body else "it is a text"
    return f"{why}, and was answered {exchange.response.status}" if why else ""
