"""The credentials that came by in this process: hidden exactly, wherever else they turn up."""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_plus, urlsplit

from imagine_harness.contracts.secrets.telling_names import document, telling

if TYPE_CHECKING:
    from imagine_harness.contracts.provider import Provider

HIDDEN = "***"
"""What stands in place of a secret."""

SCHEMES = frozenset({"basic", "bearer", "digest", "key", "token"})
"""Authentication schemes: what may be shown of a credential."""

MOST_LETTERS = 16_384
"""Letters of the credentials that are remembered; the least recently seen make room."""

LONGEST = 1_024
"""Letters of one credential that is remembered."""

LEAST = 8
"""Letters that a credential must have to be looked for: a shorter one may be any word."""

SURE = 16
"""Letters from which on one is looked for inside of words, and one of letters or digits alone."""

FEWEST = 5
"""Different letters that it must have."""

LEAST_PART = 4
"""Letters that a part of a credential of our own must have to be hidden by itself."""

MOST_HEADERS = 1_000
"""Values of headers that are known again without being looked at."""

COOKIES = frozenset({b"cookie", b"set-cookie"})
"""Headers that hold credentials by names."""


class Credentials:
    """What was sent in the places where credentials stand.

    What is on record as an example, or as refused, is no secret.
    """

    def __init__(self, most: int = MOST_LETTERS) -> None:
        self._most = most
        self._headers = (
            frozenset({b"authorization", b"proxy-authorization", b"x-api-key"}) | COOKIES
        )
        self._public: set[str] = set()
        self._given: dict[bytes, tuple[str, ...]] = {}
        self._known: dict[str, None] = {}
        self._letters = 0
        self._longest_first: tuple[str, ...] = ()
        self._lock = threading.Lock()

    def know(self, provider: Provider) -> None:
        """Look where a provider takes credentials, and take its examples for none."""
        credential = provider.credential
        places = [credential.header, *(each.name for each in credential.also)]
        for name in (*places, credential.variable):
            document(name)
        headers = [credential.header, *(each.header for each in credential.also if each.header)]
        self._headers |= {each.lower().encode() for each in headers}
        for example in (credential.example, *credential.refused):
            self._public |= {example, *example.split(":")}

    def is_public(self, text: str) -> bool:
        """Whether a text is on record as an example."""
        return text in self._public

    def notice(self, headers: Mapping[bytes, bytes], query: str = "") -> None:
        """Remember the credentials of a request, its headers by lower-case name."""
        found = [
            key
            for name in self._headers & headers.keys()
            for key in self._keys_in(headers[name], cookie=name in COOKIES)
        ]
        for pair in query.split("&") if query else ():
            name_of, _, value = pair.partition("=")
            if value and telling(unquote_plus(name_of), outside=True):
                found += _parts(unquote_plus(value))
        self._remember(found)

    def notice_recorded(self, headers: Mapping[str, str], address: str = "") -> None:
        """Remember the credentials of a recorded request, or of its answer."""
        encoded = {
            name.lower().encode("utf-8", "replace"): value.encode("latin-1", "replace")
            for name, value in headers.items()
        }
        try:
            query = urlsplit(address).query
        except ValueError:
            query = address.partition("?")[2]
        self.notice(encoded, query)

    def learn(self, key: str) -> None:
        """Remember a credential, whole and in its parts."""
        self._remember(_parts(key))

    def hide(self, text: str) -> str:
        """A text without any credential that came by."""
        for key in self._longest_first:
            if key in text:
                text = text.replace(key, HIDDEN) if len(key) >= SURE else _without(text, key)
        return text

    def _keys_in(self, given: bytes, *, cookie: bool) -> tuple[str, ...]:
        """The credentials in a header; one that comes again is not taken apart again."""
        keys = self._given.get(given)
        if keys is None:
            keys = tuple(_in_header(given.decode("latin-1"), cookie=cookie))
            if len(self._given) >= MOST_HEADERS:
                self._given.clear()
            self._given[given] = keys
        return keys

    def _remember(self, keys: Iterable[str]) -> None:
        with self._lock:
            for key in keys:
                if key in self._known:
                    # what was seen last stands last
                    self._known[key] = self._known.pop(key)
                elif self._is_one(key):
                    self._add(key)

    def _add(self, key: str) -> None:
        self._known[key] = None
        self._letters += len(key)
        while self._letters > self._most:
            oldest = next(iter(self._known))
            del self._known[oldest]
            self._letters -= len(oldest)
        self._longest_first = _longest_first(self._known)

    def _is_one(self, key: str) -> bool:
        least = SURE if key.isalpha() or key.isdigit() else LEAST
        long_enough = least <= len(key) <= LONGEST
        return long_enough and len(set(key)) >= FEWEST and key not in self._public


CREDENTIALS = Credentials()
"""Those of this process."""


def without(text: str, key: str) -> str:
    """A text without a credential of our own, nor the parts of it that are long enough."""
    for each in _parts(key):
        if each and (each == key or len(each) >= LEAST_PART):
            text = text.replace(each, HIDDEN)
    return text


def of_header(value: str) -> tuple[str, str]:
    """The scheme of a credential, "" without one, and the credential itself."""
    scheme, space, rest = value.partition(" ")
    return (scheme, rest.strip()) if space and scheme.lower() in SCHEMES else ("", value.strip())


def _longest_first(keys: Iterable[str]) -> tuple[str, ...]:
    """Keys as they are written, in addresses too: one may be the beginning of another."""
    written = {each for key in keys for each in (key, quote(key, safe=""))}
    return tuple(sorted(written, key=lambda each: (-len(each), each)))


def _in_header(value: str, *, cookie: bool) -> Iterator[str]:
    if cookie:
        for pair in value.split(";"):
            yield from _parts(pair.partition("=")[2].strip())
        return
    scheme, key = of_header(value)
    for each in dict.fromkeys((key, *key.split())):
        yield from _parts(each)
    if scheme.lower() == "basic":
        yield from _parts(_decoded(key))


def _parts(key: str) -> tuple[str, ...]:
    return (key, *key.split(":")) if ":" in key else (key,)


def _decoded(basic: str) -> str:
    try:
        return base64.b64decode(basic).decode()
    except (binascii.Error, ValueError):
        return ""


def _without(text: str, key: str) -> str:
    """A text without a short credential where it stands by itself, and not inside of a word."""
    pieces, begin, at = [], 0, text.find(key)
    while at >= 0:
        end = at + len(key)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            pieces += [text[begin:at], HIDDEN]
            begin = end
        at = text.find(key, end)
    return "".join([*pieces, text[begin:]])
