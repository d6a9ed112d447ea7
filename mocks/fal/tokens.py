"""The short-lived tokens that SDKs ask for before they upload, and who may upload at the CDN."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from imagine_harness.mocks.call import Accepted, Answer, Call, Refusal, Wording

SCHEME = "bearer"
"""How an upload token is presented."""


def upload(call: Call, _accepted: Sequence[Accepted], _refused: Sequence[Wording]) -> Answer:
    """A token for the CDN's upload routes, and where they are."""
    until = call.now() + call.mock.figure("upload-token-kept")
    return Answer(
        {
            "token": call.state.uuid(),
            "token_type": SCHEME.capitalize(),
            "base_url": call.url("v3.fal.media", ""),
            "expires_at": datetime.fromtimestamp(until, UTC).isoformat(),
        }
    )


def realtime(call: Call, _accepted: Sequence[Accepted], _refused: Sequence[Wording]) -> Answer:
    """A token for a realtime connection: the whole answer is a JSON string."""
    return Answer(call.state.uuid())


def stranger(call: Call) -> Refusal | None:
    """Why a call may not upload at the CDN: it has neither an upload token nor a key."""
    credential = call.mock.provider.credential
    given = call.header(credential.header.lower())
    if given is None:
        return Refusal(("credential-missing",), status=401)
    scheme, _, key = given.partition(" ")
    key = key.strip()
    with_token = scheme.lower() == SCHEME and key != ""
    with_key = scheme.lower() == credential.scheme.lower() and credential.fits(key)
    if key in credential.refused:
        return Refusal(("credential-refused",), status=401)
    return None if with_token or with_key else Refusal(("credential-malformed",), status=401)
