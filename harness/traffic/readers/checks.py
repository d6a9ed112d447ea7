"""What the readers have in common: values that are what they must be, headers, and moments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from imagine_harness.contracts.fields import brief_text
from imagine_harness.harness.traffic.errors import Read, RecordingError
from imagine_harness.harness.traffic.readers.tagged_values import Tagged, untagged

T = TypeVar("T")

_KINDS: Mapping[type, str] = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bytes: "bytes",
    int: "a whole number",
    float: "a number",
}


_METHOD = re.compile(r"[A-Za-z]{1,40}")


def at(holder: Any, key: str, kind: type[T] | tuple[type[T], ...], where: str) -> T:
    """The value of a key that must be there, with a type that it must have.

    Raises:
        RecordingError: it is not.
    """
    value = untagged(holder.get(key)) if isinstance(holder, Mapping) else None
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        named = " or ".join(_KINDS.get(each, each.__name__) for each in kinds)
        raise RecordingError(where, f"{key} must be {named}, got {got(value)}")
    return value


def got(value: Any) -> str:
    """What came in place of what was expected; what may hold a secret is named by its kind."""
    if isinstance(value, Tagged):
        return f"what is tagged {value.tag}"
    return (
        _KINDS[type(value)] if isinstance(value, dict | list | str | bytes) else brief_text(value)
    )


def each_of(
    entries: Iterable[Any], what: str, read: Callable[[Any, str], Iterator[Read]]
) -> Iterator[Read]:
    """What each entry of a list holds; one that cannot be read costs itself alone.

    Args:
        entries: in the order of the file.
        what: the list, and what one of its entries is called.
        read: what one entry holds, told its place.
    """
    for number, entry in enumerate(entries, 1):
        try:
            yield from read(entry, f"{what} {number}")
        except RecordingError as error:
            yield error.unread


def text(value: Any) -> str | None:
    """A plain value as a text that can be written, None where it is none."""
    value = untagged(value)
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, bool | int | float):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else None


def method(request: Mapping[str, Any], where: str) -> str:
    """The method of a request, by its upper-case name; Ruby's symbols have a colon before it.

    Raises:
        RecordingError: it is none.
    """
    named = text(request.get("method")) or at(request, "method", str, where)
    if not _METHOD.fullmatch(named.removeprefix(":")):
        raise RecordingError(where, "method is none")
    return named.removeprefix(":").upper()


def address(request: Mapping[str, Any], where: str) -> str:
    """The address of a request.

    Raises:
        RecordingError: it is none.
    """
    key = "uri" if "uri" in request else "url"
    found = text(request.get(key)) or at(request, key, str, where)
    try:
        urlsplit(found).port  # noqa: B018  # an address is read only as far as it is asked for
    except ValueError as error:
        raise RecordingError(where, f"{key} is no address") from error
    return found


def status(value: Any, where: str) -> int:
    """The status of an answer, 0 where none came.

    Raises:
        RecordingError: it is none.
    """
    value = untagged(value)
    first = value.split()[:1] if isinstance(value, str) else []
    if first and first[0].lstrip("-").isdecimal() and len(first[0]) < 5:
        value = int(first[0])
    if value is None:
        return 0
    return max(0, at({"status": value}, "status", int, where))


def lowered(headers: Any, where: str) -> dict[str, str]:
    """Headers by lower-case name, the last of a list; HTTP/2's own are left out.

    They are an object, or a list: of objects with `name` and `value`, of pairs, of lines.

    Raises:
        RecordingError: they are none.
    """
    headers = untagged(headers)
    found: dict[str, str] = {}
    for name, value in _pairs(headers, where):
        last = untagged(value)
        while isinstance(last, list) and last:
            last = untagged(last[-1])
        if last is None or last == [] or name.startswith(":"):
            continue
        told = text(last)
        if told is None:
            raise RecordingError(where, f"a header must be a text, got {got(last)}")
        found[name.lower()] = told
    return found


def _pairs(headers: Any, where: str) -> Iterator[tuple[str, Any]]:
    if isinstance(headers, Mapping):
        yield from headers.items()
    elif isinstance(headers, list):
        for each in map(untagged, headers):
            yield _pair(each, where)
    elif headers is not None:
        raise RecordingError(where, f"headers must be an object or a list, got {got(headers)}")


def _pair(header: Any, where: str) -> tuple[str, Any]:
    if isinstance(header, Mapping):
        return text(header.get("name")) or at(header, "name", str, where), header.get("value")
    if isinstance(header, list) and len(header) == 2 and isinstance(header[0], str):
        return header[0], header[1]
    if isinstance(header, str) and ":" in header:
        name, _, value = header.partition(":")
        return name.strip(), value.strip()
    raise RecordingError(where, f"a header must be a name and a value, got {got(header)}")


def length(headers: Mapping[str, str]) -> int | None:
    """How many bytes a body has by its headers, None where they do not say."""
    told = headers.get("content-length", "").strip()
    return int(told) if told.isdecimal() and len(told) < 16 else None


def moment(value: object) -> float:
    """A time in seconds since the epoch, 0 where it is none; one without a zone is UTC."""
    told = value.strip() if isinstance(value, str) else ""
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = parse(told.removesuffix(" UTC"))
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return 0.0
