"""What goes wrong on purpose, and when."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from imagine_harness.contracts.provider import FETCH, Provider
from imagine_harness.contracts.untrusted.decoding import number, whole
from imagine_harness.mocks.services import retry_after
from imagine_harness.mocks.services.delivery import DISORDERS

PARTS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "status": int,
        "retry-after": retry_after.read,
        "delay": float,
        "truncate": int,
        "stall": int,
        "truncated": bool,
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
        "gone": bool,
    }
)
"""What may go wrong, and what reads its value; a bool takes none. The only list.

status: the provider's documented error of that status; retry-after: that header beside it;
delay: seconds before the answer; truncate: bytes after which the connection closes; truncated: it
closes half way; stall: bytes of the body after which nothing comes any more, none without a value;
fewer: images left out of the answer; reset: the connection closes without an answer; empty: no
body; garbage: bytes that are no JSON; html: a proxy's error page; content-type: another content
type; slow: bytes a second at which the body comes; error: a documented error by its name on record;
stuck: the task never ends; fail: the task ends failed, with the documented error of that name if
there is one; webhook: what becomes of the task's webhook, one of `DISORDERS`; moderated: what
moderation leaves of the images where the provider answers with a success all the same, one of
`MODERATED`; gone: the address of a picture has expired.
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

_OPTIONAL = MappingProxyType({"fail": "", "stall": 0})
"""Parts that need no value, and what they mean without one."""

OF_FETCHES = frozenset({"gone"})
"""Parts that say something of fetched pictures alone."""

POLL = "poll"
"""The value of `at`, and the only one: a question about a task that was submitted before."""

_SUBMITTED = frozenset({"stuck", "fail", "webhook", "moderated"})
"""Parts that are about what a call submits, and not about its answer."""

_CONDITIONS = MappingProxyType(
    {"nth": int, "probability": float, "test": str, "times": int, "at": str}
)


@dataclass(slots=True)
class Fault:
    """One thing to go wrong.

    Attributes:
        provider, operation: where; None for any, of operations for any but the fetch of a picture.
        nth: at which call of the operation in a test, counted from 1; None for every one.
        probability: how often, where it may happen.
        times: how often at most.
        at: `POLL` for questions about a task, `nth` then being counted with each task and the
            operation being what is asked or what was submitted; None for any call.
        parts: what happens, by the names of `PARTS`.
    """

    parts: Mapping[str, Any]
    provider: str | None = None
    operation: str | None = None
    nth: int | None = None
    probability: float = 1.0
    test: str | None = None
    times: int | None = None
    at: str | None = None
    id: str = ""
    met: int = field(default=0)

    @property
    def is_of_fetches(self) -> bool:
        """Whether it says something of fetched pictures alone."""
        return not OF_FETCHES.isdisjoint(self.parts)

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
            "at": self.at,
            "met": self.met,
            **{name: _as_json(value) for name, value in self.parts.items()},
        }

    def spec(self) -> str:
        """What happens, as the command line takes it."""
        return " ".join(
            name if value is True else f"{name}={_value_text(value)}"
            for name, value in self.parts.items()
        )

    def fits(self, provider: str, operation: str, test: str, nth: int) -> bool:
        """Whether it is about such a call."""
        return (
            self.provider in (None, provider)
            and self._is_about(operation)
            and self.test in (None, test)
            and self.nth in (None, nth)
        )

    def _is_about(self, operation: str) -> bool:
        """Whether an operation is meant; where none is named, the fetch of a picture is apart."""
        if self.operation is not None:
            return self.operation == operation
        return self.is_of_fetches == (operation == FETCH)


def _as_json(value: Any) -> Any:
    """The value of a part as JSON has it."""
    is_date = isinstance(value, datetime | timedelta)
    return retry_after.as_text(value) if is_date else value


def _value_text(value: Any) -> str:
    return f"{value:.15g}" if isinstance(value, float) else str(_as_json(value))


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
    """`fault`, if one of the providers has what it asks for: the error of a name, tasks to poll.

    Raises:
        FaultError: none of them has it, and the message lists what they have; or it is about the
            fetch of pictures alone, and asked for elsewhere.
    """
    if fault.is_of_fetches and (fault.operation not in (None, FETCH) or fault.at is not None):
        elsewhere = f"the operation {fault.operation!r}" if fault.operation else f"at={fault.at}"
        raise FaultError(f"fault {fault.spec()!r} is about {FETCH}, got {elsewhere}")
    some = list(providers)
    lives = [life for each in some for life in each.lifecycles]
    if fault.at == POLL and not lives:
        raise FaultError("fault: at=poll needs a provider with tasks, got one without")
    about = {name for life in lives for name in (*life.submit, *life.asks)}
    if fault.at == POLL and fault.operation is not None and fault.operation not in about:
        listed = ", ".join(sorted(about))
        raise FaultError(f"fault: no task at {fault.operation!r}, at=poll knows: {listed}")
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
    if fault.at not in (None, POLL):
        raise FaultError(f"fault {said!r}: at must be {POLL}, got {fault.at!r}")
    for name in parts if fault.at == POLL else ():
        if name in _SUBMITTED:
            raise FaultError(f"fault {said!r}: {name} is about the submission, not {fault.at}s")
    if fault.nth == 0:
        raise FaultError(f"fault {said!r}: nth is counted from 1, got 0")
    if fault.probability > 1:
        raise FaultError(f"fault {said!r}: probability must be 0 to 1, got {fault.probability:g}")


def _value(kind: Callable[[Any], Any], name: str, value: Any, said: str) -> Any:
    if kind is bool:
        if value in ("", True):
            return True
        raise FaultError(f"fault {said!r}: {name} takes no value, got {value!r}")
    if name in _OPTIONAL and (value == "" or value is True):
        return _OPTIONAL[name]
    if value == "":
        raise FaultError(f"fault {said!r}: {name} needs a value, as in {name}=1")
    if kind is retry_after.read:
        return _date_or_seconds(name, value, said)
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


def _date_or_seconds(name: str, value: Any, said: str) -> retry_after.RetryAfter:
    try:
        return retry_after.read(value)
    except ValueError:
        told = f"{name} must be {retry_after.FORMS}, got {value!r}"
        raise FaultError(f"fault {said!r}: {told}") from None
