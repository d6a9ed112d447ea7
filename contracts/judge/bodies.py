"""The body of a request: there, of an accepted content type, and decoded."""

from __future__ import annotations

from collections.abc import Sequence

from imagine_harness.contracts.forms import FormError
from imagine_harness.contracts.judge import limits
from imagine_harness.contracts.judge.forms import decoded
from imagine_harness.contracts.judge.judgement import Judgement, Refusal
from imagine_harness.contracts.untrusted import decoding
from imagine_harness.contracts.untrusted.decoding import MOST_VALUES, Undecodable
from imagine_harness.contracts.untrusted.encodings import codings, undone
from imagine_harness.contracts.untrusted.packing import PackedError, TooLargeError

LARGEST_BODY = 32_000_000
"""Bytes of a request body that are kept; a longer one is read to its end and refused."""

LONGEST_NAME = 40
"""Letters of a name in a header that a refusal repeats."""

_TOO_LARGE = Refusal(("body-too-large",), status=413)


def decode(judgement: Judgement, encodings: Sequence[str]) -> Refusal | None:
    """Decode the body of a call whose operation is known; why that cannot be, None where it can.

    `encodings` are the content encodings that the provider undoes.
    """
    request = judgement.request
    if not judgement.plans:
        return None
    plan = judgement.plans[0]
    if request.is_too_large:
        return _TOO_LARGE
    if not plan.content or plan.operation.raw:
        return None
    kind, _, rest = request.headers.get(b"content-type", b"").partition(b";")
    kind = kind.strip().lower()
    if not request.body and not kind:
        return Refusal(("body-empty",))
    if kind not in plan.content:
        allowed = " or ".join(each.decode() for each in plan.content)
        return Refusal(("content-type",), {"allowed": allowed, "got": kind.decode("latin-1")})
    refused = _undo_encoding(judgement, encodings)
    if refused is not None:
        return refused
    if not request.body:
        return Refusal(("body-empty",))
    if kind == b"multipart/form-data":
        return _decode_form(judgement, rest)
    return _decode_json(judgement)


def foreign_encoding(judgement: Judgement, encodings: Sequence[str]) -> str | None:
    """A content encoding of a body that is none of those that are undone, None for none."""
    named = codings(judgement.request.header("content-encoding") or "")
    return next((each for each in named if each not in encodings), None)


def _undo_encoding(judgement: Judgement, encodings: Sequence[str]) -> Refusal | None:
    """Take the content encoding off a body."""
    request = judgement.request
    given = request.header("content-encoding")
    if given is None:
        return None
    foreign = foreign_encoding(judgement, encodings)
    if foreign is not None:
        message = f"the Content-Encoding {foreign[:LONGEST_NAME]!r} is not decoded"
        return Refusal(("content-encoding", "body-malformed"), {"message": message})
    if request.is_decoded or not request.body:
        return None
    try:
        request.body = undone(request.body, codings(given), LARGEST_BODY)
    except TooLargeError:
        return _TOO_LARGE
    except PackedError as error:
        message = f"Content-Encoding {given[:LONGEST_NAME]!r}, but the body {error}"
        return Refusal(("body-malformed",), {"message": message})
    request.is_decoded = True
    return None


def _decode_json(judgement: Judgement) -> Refusal | None:
    try:
        body = decoding.decoded(judgement.request.body, MOST_VALUES)
    except Undecodable as error:
        return Refusal(("body-malformed",), {"message": str(error)})
    batch = judgement.plans[0].batch
    if batch and isinstance(body, list) and len(body) > limits.MOST_ROOTS:
        message = f"more than {limits.MOST_ROOTS:,} elements, got {len(body):,}"
        return Refusal(("body-malformed",), {"message": message})
    judgement.body = body
    if batch and not isinstance(body, list):
        return Refusal(("body-shape", "body-malformed"), {"message": "expected an array"})
    return None


def _decode_form(judgement: Judgement, parameters: bytes) -> Refusal | None:
    operation = judgement.plans[0].operation
    try:
        judgement.body = decoded(judgement.request.body, parameters, operation)
    except FormError as error:
        return Refusal(("body-malformed",), {"message": str(error)})
    return None
