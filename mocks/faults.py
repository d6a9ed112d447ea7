"""What goes wrong on purpose, and when."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from contracts.decoding import number, whole
from contracts.provider import Provider
from mocks.delivery import DISORDERS

PARTS: Mapping[str, type] = MappingProxyType(
    {
        "status": int,
        "retry-after": float,
        "delay": float,
        "truncate": int,
        "fewer": int,
        "reset": bool,
        "empty": bool,
        "garbage": bool,
        "html": bool,
        "content-type": str,
        "slow": float,
        "error": str,
        "stuck": bool,
        "fail": str,
        "webhook": str,
        "moderated": str,
    }
)
"""What may go wrong, and what its value is; a bool takes none. The only list.

status: the provider's documented error of that status; retry-after: that header beside it;
delay: seconds before the answer; truncate: bytes after which the connection closes; fewer: images
left out of the answer; reset: the connection closes without an answer; empty: no body; garbage:
bytes that are no JSON; html: a proxy's error page; content-type: another content type; slow: bytes
a second at which the body comes; error: a documented error by its name on record; stuck: the task
never ends; fail: the task ends failed, with the documented error of that name if there is one;
webhook: what becomes of the task's webhook, one of `DISORDERS`; moderated: what moderation leaves
of the images where the provider answers with a success all the same, one of `MODERATED`.
"""

MODERATED = ("empty", "placeholder")
"""What moderation leaves of the images: none, or pictures that say that they stand for them."""

_ALIASES = MappingProxyType(
    {
        "EMPTY_RESPONSE": "reset",
        "CONNECTION_RESET_BY_PEER": "reset",
        "MALFORMED_RESPONSE_CHUNK": "truncate=20",
        "RANDOM_DATA_THEN_CLOSE": "garbage",
    }
)
"""WireMock's names for faults, in ours."""

_OPTIONAL = frozenset({"fail"})
"""Parts that need no value."""

_CONDITIONS = MappingProxyType({"nth": int, "probability": float, "test": str, "times": int})


@dataclass(slots=True)
class Fault:
    """One thing to go wrong.

    Attributes:
        provider, operation: where; None for any.
        nth: at which call of the operation in a test, counted from 1; None for every one.
        probability: how often, where it may happen.
        times: how often at most.
        parts: what happens, by the names of `PARTS`.
    """

    parts: Mapping[str, Any]
    provider: str | None = None
    operation: str | None = None
    nth: int | None = None
    probability: float = 1.0
    test: str | None = None
    times: int | None = None
    id: str = ""
    met: int = field(default=0)

    def as_json(self) -> dict[str, Any]:
        """The fault as the admin interface writes it."""
        return {
            "id": self.id,
            "provider": self.provider,
            "operation": self.operation,
            "nth": self.nth,
            "probability": self.probability,
            "test": self.test,
            "times": self.times,
            "met": self.met,
            **self.parts,
        }

    def said(self) -> str:
        """What happens, as the command line takes it."""
        return " ".join(
            name
            if value is True
            else f"{name}={value:g}"
            if isinstance(value, float)
            else f"{name}={value}"
            for name, value in self.parts.items()
        )


class FaultError(ValueError):
    """A fault was described in a way that means nothing; the message says what would be right."""


def parsed(spec: str) -> Fault:
    """The fault of a description such as `fal.generate nth=2 status=429 retry-after=1`.

    The place is a provider, `provider.operation` or `*`; without one, any. Parts are separated by
    blanks or semicolons.

    Raises:
        FaultError: a word is unknown or has a value of the wrong kind, or nothing goes wrong.
    """
    words = [word for word in re.split(r"[;\s]+", spec.strip()) if word]
    words = [_ALIASES.get(word, word) for word in words]
    fault = Fault(parts={})
    if words and "=" not in words[0] and words[0] not in PARTS:
        provider, _, operation = words.pop(0).partition(".")
        fault.provider = None if provider == "*" else provider
        fault.operation = operation or None
    return from_words(fault, dict(word.partition("=")[::2] for word in words), spec)


def from_words(fault: Fault, words: Mapping[str, Any], said: str) -> Fault:
    """`fault` with its conditions and parts read from names and values."""
    parts: dict[str, Any] = {}
    for name, value in words.items():
        if name in _CONDITIONS:
            fault = replace(fault, **{name: _value(_CONDITIONS[name], name, value, said)})
        elif name in PARTS:
            parts[name] = _value(PARTS[name], name, value, said)
        else:
            known = ", ".join([*PARTS, *_CONDITIONS])
            raise FaultError(f"unknown word {name!r} in fault {said!r}, known: {known}")
    if not parts:
        raise FaultError(f"fault {said!r} says not what goes wrong, known: {', '.join(PARTS)}")
    _check(fault, parts, said)
    return replace(fault, parts=parts)


def checked(fault: Fault, providers: Iterable[Provider]) -> Fault:
    """`fault`, if one of the providers has the error on record that it asks for by name.

    Raises:
        FaultError: none of them has it; the message lists what they have.
    """
    some = list(providers)
    for error in filter(None, (fault.parts.get("error"), fault.parts.get("fail"))):
        if not any(each.fault(error) for each in some):
            names = {name.removeprefix("fault:") for each in some for name in each.errors}
            listed = ", ".join(sorted(names))
            raise FaultError(f"fault: no error {error!r} on record, known: {listed}")
    return fault


def _check(fault: Fault, parts: Mapping[str, Any], said: str) -> None:
    status = parts.get("status", 500)
    if not 100 <= status <= 599:
        raise FaultError(f"fault {said!r}: status must be 100 to 599, got {status}")
    if status < 200 or status in (204, 304):
        raise FaultError(f"fault {said!r}: status must be one with a body, got {status}")
    disorder = parts.get("webhook", DISORDERS[0])
    if disorder not in DISORDERS:
        known = ", ".join(DISORDERS)
        raise FaultError(f"fault {said!r}: webhook must be one of {known}, got {disorder!r}")
    moderated = parts.get("moderated", MODERATED[0])
    if moderated not in MODERATED:
        known = ", ".join(MODERATED)
        raise FaultError(f"fault {said!r}: moderated must be one of {known}, got {moderated!r}")
    if fault.nth == 0:
        raise FaultError(f"fault {said!r}: nth is counted from 1, got 0")
    if fault.probability > 1:
        raise FaultError(f"fault {said!r}: probability must be 0 to 1, got {fault.probability:g}")


def _value(kind: type, name: str, value: Any, said: str) -> Any:
    if kind is bool:
        if value in ("", True):
            return True
        raise FaultError(f"fault {said!r}: {name} takes no value, got {value!r}")
    if value == "" and name in _OPTIONAL:
        return value
    if value == "":
        raise FaultError(f"fault {said!r}: {name} needs a value, as in {name}=1")
    if kind is str:
        return str(value)
    made = (whole if kind is int else number)(value) if isinstance(value, str) else value
    if isinstance(made, bool) or not isinstance(made, int | float):
        raise FaultError(f"fault {said!r}: {name} must be a number, got {value!r}")
    if kind is int and made != int(made):
        raise FaultError(f"fault {said!r}: {name} must be a whole number, got {value!r}")
    if made < 0:
        raise FaultError(f"fault {said!r}: {name} must not be negative, got {value!r}")
    return kind(made)


class FaultPlan:
    """The faults in force, asked before each answer."""

    def __init__(self, seed: int) -> None:
        self._faults: list[Fault] = []
        self._random = random.Random(f"{seed}:faults")
        self._made = 0

    def __iter__(self) -> Any:
        return iter(list(self._faults))

    def __bool__(self) -> bool:
        return bool(self._faults)

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force."""
        self._made += 1
        fault = replace(fault, id=str(self._made))
        self._faults.append(fault)
        return fault

    def next(self, provider: str, operation: str, test: str, nth: int) -> Fault | None:
        """The fault that hits this call, the `nth` of its operation in its test."""
        for fault in self._faults:
            if (
                fault.provider in (None, provider)
                and fault.operation in (None, operation)
                and fault.test in (None, test)
                and fault.nth in (None, nth)
                and (fault.times is None or fault.met < fault.times)
                and (fault.probability >= 1 or self._random.random() < fault.probability)
            ):
                fault.met += 1
                return fault
        return None

    def reset(self, test: str | None = None) -> None:
        """Take the faults of one test back, or with None all."""
        self._faults = [] if test is None else [f for f in self._faults if f.test != test]
