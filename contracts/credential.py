"""The caller's key: where a provider wants it, and which ones its mock refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from imagine_harness.contracts.engine import whole
from imagine_harness.contracts.model import Statement


@dataclass(frozen=True, slots=True)
class CredentialLocation:
    """Another place of the caller's key, for a call that has none in the usual one.

    Attributes:
        header, query: the header or the query parameter that holds it; one of the two.
        scheme: the word before it, "" for none.
        operations: ids of the operations that take it there, empty for all of them.
        beside: headers that must be there with it.
        below: what begins the paths where it comes before the usual place, and stands in for it
            where the statement's reading is in force; "" for nowhere.
    """

    statement: Statement
    header: str | None = None
    query: str | None = None
    scheme: str = ""
    operations: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    below: str = ""

    @property
    def name(self) -> str:
        """The header or query parameter, in small letters, as refusals name it."""
        return (self.header or self.query or "").lower()


@dataclass(frozen=True, slots=True)
class BodyKey:
    """The caller's key in a body of several elements: one of them hands it in.

    Attributes:
        key: what holds it in that element.
        when: the values that tell the element apart, by their keys.
    """

    key: str
    when: Mapping[str, object]
    statement: Statement

    def find(self, body: object) -> str | None:
        """The key that a decoded body hands in, None without one."""
        for root in body if isinstance(body, list) else ():
            if self._hands_in(root):
                key = root.get(self.key)
                return key if isinstance(key, str) else None
        return None

    def rest(self, body: object) -> object:
        """A decoded body without the key that it hands in."""
        if not isinstance(body, list):
            return body
        return [
            {name: value for name, value in root.items() if name != self.key}
            if self._hands_in(root)
            else root
            for root in body
        ]

    def _hands_in(self, root: object) -> bool:
        return isinstance(root, dict) and self.when.items() <= root.items()


@dataclass(frozen=True, slots=True)
class Credential:
    """Where a provider wants the caller's key, and which keys its mock refuses.

    Attributes:
        form: the pattern that the whole of a key matches.
        also: where else the key may be.
        body: how a body may hand it in, None where none does.
    """

    header: str
    scheme: str
    form: str
    example: str
    refused: tuple[str, ...]
    variable: str
    statement: Statement
    also: tuple[CredentialLocation, ...] = ()
    body: BodyKey | None = None

    @property
    def headers(self) -> frozenset[str]:
        """Every header that may hold a key, in small letters."""
        others = {place.header.lower() for place in self.also if place.header}
        return frozenset({self.header.lower(), *others})

    def fits(self, key: str) -> bool:
        """Whether a key is of the documented form."""
        return whole(self.form).is_valid(key)

    def in_body(self, body: object) -> str | None:
        """The key that a decoded body hands in, None where there is none or none is taken there."""
        return self.body.find(body) if self.body else None
