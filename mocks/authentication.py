"""The credential of a call: where it may stand, and whether it is one that is taken."""

from __future__ import annotations

from dataclasses import dataclass

from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.provider import KeyPlace
from imagine_harness.mocks.call import Call, Refusal

MOST_CREDENTIALS = 1_000
"""Accepted credentials that are known again without being looked at."""


def authenticate(call: Call) -> Refusal | None:
    """A credential of the documented form is there, and is none that stands for a bad one."""
    refused = _known(call)
    return None if refused is None or _is_public(call) else refused


def _is_public(call: Call) -> bool:
    operation = _operation(call)
    public = operation is not None and operation.public
    return public or (operation is None and call.mock.is_fetch(call.path))


def _operation(call: Call) -> Operation | None:
    found = call.mock.routes.find(call.path)
    plans = found[0].methods.get(call.method) if found else None
    return plans[0].operation if plans else None


@dataclass(frozen=True, slots=True)
class _Key:
    """A key as it was sent: whether its scheme is right, and its place, None for the usual one."""

    text: str
    fits: bool = True
    place: KeyPlace | None = None


def _known(call: Call) -> Refusal | None:
    mock = call.mock
    credential = mock.provider.credential
    given = call.headers.get(mock.credential_header)
    ahead = _ahead(call) if credential.also else None
    if ahead is None and given in mock.credentials:
        return None
    key = _sent(call, given, ahead)
    if key is None:
        return Refusal((*_at("missing", ahead), "credential-missing"), status=401)
    place, masked = ahead or key.place, {"masked": _masked(key.text)}
    if key.fits and key.text in credential.refused:
        return Refusal((*_at("refused", place), "credential-refused"), masked, status=401)
    if not key.fits or not credential.fits(key.text):
        return Refusal((*_at("malformed", place), "credential-malformed"), masked, status=401)
    if len(mock.keys) < MOST_CREDENTIALS:
        mock.keys.add(key.text)
    if given is not None and place is None and len(mock.credentials) < MOST_CREDENTIALS:
        mock.credentials.add(given)
    return None


def notice_key(call: Call) -> None:
    """Remember the key of a call that was taken elsewhere, as if it had been taken here."""
    ahead = _ahead(call)
    key = _sent(call, call.headers.get(call.mock.credential_header), ahead)
    if key is not None and len(call.mock.keys) < MOST_CREDENTIALS:
        call.mock.keys.add(key.text)


def _ahead(call: Call) -> KeyPlace | None:
    """The place that comes before the usual one on the path of a call, None where none does."""
    places = call.mock.provider.credential.also
    return next((each for each in places if each.below and call.path.startswith(each.below)), None)


def _sent(call: Call, given: bytes | None, ahead: KeyPlace | None) -> _Key | None:
    """The key of a call, `given` in the usual place or found in another one."""
    found = _at_place(call, ahead) if ahead else None
    if found is not None:
        return found
    alone = ahead is not None and ahead.statement.enforced(call.readings)
    if given is not None and not alone:
        return _split(given.decode("latin-1"), call.mock.provider.credential.scheme)
    if ahead is not None:
        return None
    key = in_body(call)
    return _elsewhere(call) if key is None else _Key(key)


def in_body(call: Call) -> str | None:
    """The key that a decoded body carries, where the provider takes one there."""
    find = call.mock.dialect.key_in_body
    return find(call.body) if find else None


def _elsewhere(call: Call) -> _Key | None:
    """A key in another place where the operation takes one."""
    places = call.mock.provider.credential.also
    operation = _operation(call) if places else None
    for place in places:
        of_it = operation is not None and operation.id in place.operations
        if not place.below and (of_it or not place.operations):
            found = _at_place(call, place)
            if found is not None:
                return found
    return None


def _at_place(call: Call, place: KeyPlace) -> _Key | None:
    given = call.header(place.name) if place.header else call.asked.get(place.query or "")
    if given is None or any(call.header(name.lower()) is None for name in place.beside):
        return None
    return _split(given, place.scheme, place)


def _split(given: str, scheme: str, place: KeyPlace | None = None) -> _Key:
    if not scheme:
        return _Key(given.strip(), place=place)
    said, _, key = given.partition(" ")
    return _Key(key.strip(), said.lower() == scheme.lower(), place)


def _at(trouble: str, place: KeyPlace | None) -> tuple[str, ...]:
    """What trouble with a key is called where it has a place of its own."""
    return (f"credential-{trouble}:{place.name}",) if place else ()


def _masked(key: str) -> str:
    return f"{key[:2]}***" if key else "nothing"
