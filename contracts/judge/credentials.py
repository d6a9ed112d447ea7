"""The credential of a call: where it may stand, and whether it is one that is taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from imagine_harness.contracts.credential import CredentialLocation
from imagine_harness.contracts.exchange import Request
from imagine_harness.contracts.judge.judgement import Judgement, Refusal
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.provider import Provider

MOST_CREDENTIALS = 1_000
"""Accepted credentials that are known again without being looked at."""


@dataclass(frozen=True, slots=True)
class _Key:
    """A key as it was sent: whether its scheme is right, and its place, None for the usual one."""

    text: str
    fits: bool = True
    place: CredentialLocation | None = None


class CredentialCheck:
    """Looks at the credentials of the calls to one provider.

    Attributes:
        header: the one that usually holds the credential, in small letters.
        keys: those that it has taken, without their schemes.
    """

    def __init__(
        self, provider: Provider, operation_of: Callable[[Request], Operation | None]
    ) -> None:
        self._credential = provider.credential
        self._operation_of = operation_of
        self.header = provider.credential.header.lower().encode()
        self.keys: set[str] = set()
        self._taken: set[bytes] = set()

    def refusal(self, judgement: Judgement, readings: Mapping[str, str]) -> Refusal | None:
        """Why a credential is not taken: not there, malformed, or one that stands for a bad one."""
        request, credential = judgement.request, self._credential
        given = request.headers.get(self.header)
        ahead = self._ahead(request) if credential.also else None
        if ahead is None and given in self._taken:
            return None
        key = self._sent(judgement, given, ahead, readings)
        if key is None:
            return Refusal((*_at("missing", ahead), "credential-missing"), status=401)
        place, masked = ahead or key.place, {"masked": _masked(key.text)}
        if key.fits and key.text in credential.refused:
            return Refusal((*_at("refused", place), "credential-refused"), masked, status=401)
        if not key.fits or not credential.fits(key.text):
            return Refusal((*_at("malformed", place), "credential-malformed"), masked, status=401)
        if len(self.keys) < MOST_CREDENTIALS:
            self.keys.add(key.text)
        if given is not None and place is None and len(self._taken) < MOST_CREDENTIALS:
            self._taken.add(given)
        return None

    def notice(self, judgement: Judgement, readings: Mapping[str, str]) -> None:
        """Remember the key of a call that was taken elsewhere, as if it had been taken here."""
        request = judgement.request
        given = request.headers.get(self.header)
        key = self._sent(judgement, given, self._ahead(request), readings)
        if key is not None and len(self.keys) < MOST_CREDENTIALS:
            self.keys.add(key.text)

    def _ahead(self, request: Request) -> CredentialLocation | None:
        """The place that comes before the usual one on the path of a call, None where none does."""
        places = self._credential.also
        below = (each for each in places if each.below and request.path.startswith(each.below))
        return next(below, None)

    def _sent(
        self,
        judgement: Judgement,
        given: bytes | None,
        ahead: CredentialLocation | None,
        readings: Mapping[str, str],
    ) -> _Key | None:
        """The key of a call, `given` in the usual place or found in another one."""
        found = _at_place(judgement.request, ahead) if ahead else None
        if found is not None:
            return found
        alone = ahead is not None and ahead.statement.enforced(readings)
        if given is not None and not alone:
            return _split(given.decode("latin-1"), self._credential.scheme)
        if ahead is not None:
            return None
        key = self._credential.in_body(judgement.body)
        return self._elsewhere(judgement.request) if key is None else _Key(key)

    def _elsewhere(self, request: Request) -> _Key | None:
        """A key in another place where the operation takes one."""
        places = self._credential.also
        operation = self._operation_of(request) if places else None
        for place in places:
            of_it = operation is not None and operation.id in place.operations
            if not place.below and (of_it or not place.operations):
                found = _at_place(request, place)
                if found is not None:
                    return found
        return None


def _at_place(request: Request, place: CredentialLocation) -> _Key | None:
    if place.header:
        given = request.header(place.name)
    else:
        given = request.parameters.get(place.query or "")
    if given is None or any(request.header(name.lower()) is None for name in place.beside):
        return None
    return _split(given, place.scheme, place)


def _split(given: str, scheme: str, place: CredentialLocation | None = None) -> _Key:
    if not scheme:
        return _Key(given.strip(), place=place)
    word, _, key = given.partition(" ")
    return _Key(key.strip(), word.lower() == scheme.lower(), place)


def _at(trouble: str, place: CredentialLocation | None) -> tuple[str, ...]:
    """What trouble with a key is called where it has a place of its own."""
    return (f"credential-{trouble}:{place.name}",) if place else ()


def _masked(key: str) -> str:
    return f"{key[:2]}***" if key else "nothing"
