"""Why a provider behind the gateway made no pictures, read from whatever it answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from imagine_harness.contracts.secrets.credentials import without
from imagine_harness.contracts.untrusted.decoding import Undecodable, decoded
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.network.upstreams import Upstream

if TYPE_CHECKING:
    import httpx

LONGEST_TOLD = 300
"""Letters of a provider's message that are passed on."""

_ABOUT_THE_REQUEST = (400, 413, 422)
_TELLING = ("message", "msg", "error", "detail")


class Kind(StrEnum):
    """What a failure means for the call.

    `REFUSED` and `POLICY` are about the request itself, `UNABLE` was found out before anything
    was sent, `LIMITED` is a 429, `FAILED` is all else.
    """

    REFUSED = "refused"
    POLICY = "policy"
    UNABLE = "unable"
    LIMITED = "limited"
    FAILED = "failed"

    @property
    def final(self) -> bool:
        """Whether another provider would only be asked for what has been refused."""
        return self in (Kind.REFUSED, Kind.POLICY)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a provider made no pictures.

    Attributes:
        told: one line in the provider's words, without anybody's key.
        status: the one that it answered with, None where no answer came that can be read.
        retry_after: when it wants to be asked again, as it wrote that.
    """

    kind: Kind
    told: str
    status: int | None = None
    retry_after: str | None = None


def of_answer(call: Call, upstream: Upstream, answer: httpx.Response) -> Failure:
    """The failure that an answer other than a success stands for."""
    told = without(message_of(answer), upstream.key)
    return Failure(_kind(call, answer), told, answer.status_code, answer.headers.get("retry-after"))


def _kind(call: Call, answer: httpx.Response) -> Kind:
    if not 400 <= answer.status_code < 500:
        return Kind.FAILED
    text = answer.content[:10_000].decode("utf-8", "replace").lower()
    if any(sign in text for sign in call.figure("policy-signs")):
        return Kind.POLICY
    if answer.status_code == 429:
        return Kind.LIMITED
    if any(sign in text for sign in call.figure("account-signs")):
        return Kind.FAILED
    return Kind.REFUSED if answer.status_code in _ABOUT_THE_REQUEST else Kind.FAILED


def message_of(answer: httpx.Response) -> str:
    """What an answer says of what went wrong, in one short line."""
    try:
        found = _message(decoded(answer.content))
    except Undecodable:
        plain = answer.headers.get("content-type", "").startswith("text/plain")
        found = answer.text if plain else None
    told = " ".join((found or f"status {answer.status_code}").split())
    return told if len(told) <= LONGEST_TOLD else told[:LONGEST_TOLD] + "…"


def _message(body: Any) -> str | None:
    """The first message in a refusal, however its provider wraps one."""
    if isinstance(body, str):
        return body or None
    if isinstance(body, list):
        return _message(body[0]) if body else None
    if isinstance(body, dict):
        found = (_message(body[key]) for key in _TELLING if key in body)
        return next((each for each in found if each), None)
    return None
