"""Whether a webhook is signed as its provider documents: what a receiver has to check itself.

Nothing of the mocks that sign has a part in it: a verifier knows the page and the public keys.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from imagine_harness.contracts.decoding import whole
from imagine_harness.contracts.load import provider

Fetch = Callable[[str], Any]
"""(a path below the provider's prefix) -> the decoded JSON that is served there."""

Verify = Callable[[Mapping[str, str], bytes, float, Fetch], bool]
"""(headers by lower-case name, body, the receiver's time, where keys come from) -> whether."""


def verified(
    name: str, headers: Mapping[str, str], body: bytes, now: float, fetch: Fetch
) -> bool | None:
    """Whether a webhook of a provider is signed and fresh, None for one that signs none.

    Args:
        name: the provider.
        headers: the webhook's, by lower-case name.
        body: its bytes, as they came.
        now: the receiver's time, in seconds since the epoch.
        fetch: gets the keys.
    """
    verify = VERIFIERS.get(name)
    return None if verify is None else verify(headers, body, now, fetch)


def _fal(headers: Mapping[str, str], body: bytes, now: float, fetch: Fetch) -> bool:
    """Ed25519 over request id, user id, time and the body's digest; any listed key may fit."""
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


VERIFIERS: Mapping[str, Verify] = MappingProxyType({"fal": _fal})
"""How the webhooks of the providers that sign them are verified."""
