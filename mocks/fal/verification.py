"""Whether a webhook is signed as fal documents: what a receiver has to check itself.

Nothing of the mock that signs has a part in it: the check knows the page and the public keys.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping

from imagine_harness.contracts.loading.load import provider
from imagine_harness.contracts.untrusted.decoding import whole
from imagine_harness.mocks.dialect import Fetch


def verify(headers: Mapping[str, str], body: bytes, now: float, fetch: Fetch) -> bool:
    """Ed25519 over request id, user id, time and the body's digest; any listed key may fit.

    Args:
        headers: the webhook's, by lower-case name.
        body: its bytes, as they came.
        now: the receiver's time, in seconds since the epoch.
        fetch: gets the keys.
    """
    names = ("request-id", "user-id", "timestamp", "signature")
    given = [headers.get(f"x-fal-webhook-{name}", "") for name in names]
    *signed, signature = given
    try:
        stamp, seal = whole(signed[2]), bytes.fromhex(signature)
    except ValueError:
        return False
    if stamp is None or abs(now - stamp) > provider("fal").figures["webhook-tolerance"].value:
        return False
    message = "\n".join([*signed, hashlib.sha256(body).hexdigest()]).encode()
    listed = fetch(provider("fal").hosts["rest.fal.ai"] + "/.well-known/jwks.json")
    return _fits(message, seal, (_raw(key["x"]) for key in listed["keys"]))


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _fits(message: bytes, seal: bytes, keys: Iterable[bytes]) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    for key in keys:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(seal, message)
        except InvalidSignature:
            continue
        return True
    return False
