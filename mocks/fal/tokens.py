"""The short-lived tokens that SDKs ask for before they upload, and who may upload at the CDN."""

from __future__ import annotations

from datetime import UTC, datetime

from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.call import Call

SCHEME = "bearer"
"""How an upload token is presented."""


def upload(call: Call) -> Answer:
    """A token for the CDN's upload routes, and where they are."""
    until = call.now() + call.figure("upload-token-kept")
    return Answer(
        {
            "token": call.state.uuid(),
            "token_type": SCHEME.capitalize(),
            "base_url": call.url("v3.fal.media", ""),
            "expires_at": datetime.fromtimestamp(until, UTC).isoformat(),
        }
    )


def realtime(call: Call) -> Answer:
    """A token for a realtime connection: the whole answer is a JSON string."""
    return Answer(call.state.uuid())


def stranger(call: Call) -> Refusal | None:
    """Why a call may not upload at the CDN: it has neither an upload token nor a key."""
    credential = call.context.provider.credential
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
