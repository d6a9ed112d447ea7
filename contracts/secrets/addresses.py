"""Addresses without their secrets: user and password, and the values of telling parameters."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, unquote_plus

from imagine_harness.contracts.secrets.credentials import HIDDEN
from imagine_harness.contracts.secrets.telling_names import telling

NESTED = 3
"""Addresses inside of an address, one in the other, that are looked at."""

_WORD = re.compile(r"[^\s\"'<>`]+")
_MARKS = ("%", "?", "#", "//")
_BETWEEN = re.compile(r"([&#])")


def in_text(text: str) -> str:
    """A text without the secrets of the addresses in it, their slashes escaped or not."""
    if "://" not in text and "?" not in text and ":\\/\\/" not in text:
        return text
    return _WORD.sub(lambda found: _word(found[0]), text)


def _word(word: str) -> str:
    plain = word.replace("\\/", "/")
    safe = address(plain)
    return word if safe == plain else safe


def address(text: str, nested: int = NESTED) -> str:
    """An address without its secrets; what is none stays as it is."""
    at = min((n for n in (text.find("?"), text.find("#")) if n >= 0), default=len(text))
    return _without_users(text[:at]) + text[at : at + 1] + query(text[at + 1 :], nested)


def _without_users(place: str) -> str:
    if place.startswith("//"):
        return "//" + _without_user(place[2:])
    first, *others = place.split("://")
    return "://".join([first, *map(_without_user, others)])


def _without_user(place: str) -> str:
    authority, slash, path = place.partition("/")
    user, _, host = authority.rpartition("@")
    return f"{HIDDEN}@{host}{slash}{path}" if user else place


def query(text: str, nested: int = NESTED) -> str:
    """A query, or a form of that kind, without the values of telling parameters."""
    return "".join(_pair(part, nested) for part in _BETWEEN.split(text))


def _pair(pair: str, nested: int) -> str:
    """One parameter, or several with semicolons between them; a telling one reaches to the end."""
    pieces: list[str] = []
    for part in pair.split(";"):
        name, equals, value = part.partition("=")
        if value and telling(unquote_plus(name), outside=True):
            pieces.append(f"{name}={HIDDEN}")
            break
        pieces.append(name + equals + (_value(value, nested - 1) if nested else value))
    return ";".join(pieces)


def _value(value: str, nested: int) -> str:
    """The value of a parameter, which may itself be an address, encoded or not."""
    if not any(mark in value for mark in _MARKS):
        return value
    if "%" in value:
        plain = unquote(value)
        safe = address(plain, nested)
        return value if safe == plain else quote(safe, safe="*")
    return address(value, nested)
