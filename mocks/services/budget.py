"""What is kept in memory, in bytes: beyond a budget the oldest things make room."""

from __future__ import annotations

import logging
import re
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

MEMORY = 1_000_000_000
"""Bytes that are kept by default."""

LEAST = 1_000_000
"""Bytes that must be given at least."""

RENDERED = "rendered pictures"
"""What is kept only to be quick, so that nobody has to hear that some of it went."""

SHARES: Mapping[str, int] = MappingProxyType(
    {
        "exchanges": 4,
        "tasks": 6,
        "bodies of tasks": 5,
        "media": 7,
        RENDERED: 2,
        "deliveries": 2,
        "tests": 2,
        "used ids": 2,
        "kept by providers": 2,
    }
)
"""How the memory is divided among what it is for."""

_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,3})?) ?([kmgt]?)(i?)b?", re.IGNORECASE | re.ASCII)
_LOG = logging.getLogger("imagine-harness")


def size(text: str) -> int:
    """Bytes, from words such as `64MB`, `1.5 GiB` or `64000000`.

    Raises:
        ValueError: they are none.
    """
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"expected a size such as 64MB or 1.5GiB, got {text!r}")
    number, unit, binary = found.groups()
    return int(float(number) * (1024 if binary else 1000) ** " kmgt".index(unit.lower() or " "))


def in_words(length: int) -> str:
    """Bytes as people write them: `64 MB`."""
    for unit, step in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if length >= step:
            return f"{length / step:.3g} {unit}"
    return f"{length} B"


def weighed(*values: object) -> int:
    """The bytes that decoded values hold; what several of them hold is counted once."""
    held, todo, seen = 0, [*values], set[int]()
    while todo:
        each = todo.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        held += sys.getsizeof(each)
        if isinstance(each, dict):
            todo += [*each.keys(), *each.values()]
        elif isinstance(each, list | tuple):
            todo += each
    return held


class Kept(Generic[K, V]):
    """Things by key, the oldest first, up to a number of them and of bytes.

    What is larger than the whole budget is kept alone.

    Attributes:
        held: the bytes of all of them.
        dropped: how many had to make room so far.
    """

    def __init__(
        self,
        name: str,
        most_bytes: int,
        most: int = sys.maxsize,
        dropped: Callable[[V], None] | None = None,
    ) -> None:
        self._name = name
        self._most_bytes = most_bytes
        self._most = most
        self._on_drop = dropped
        self._things: OrderedDict[K, tuple[V, int]] = OrderedDict()
        self.held = 0
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._things)

    def __iter__(self) -> Iterator[V]:
        return iter([thing for thing, _ in self._things.values()])

    def __contains__(self, key: K) -> bool:
        return key in self._things

    def get(self, key: K) -> V | None:
        """The thing of a key, None where there is none, or no more."""
        found = self._things.get(key)
        return None if found is None else found[0]

    def touched(self, key: K) -> V | None:
        """The same; it is the newest from now on."""
        found = self._things.get(key)
        if found is None:
            return None
        self._things.move_to_end(key)
        return found[0]

    def add(self, key: K, thing: V, weight: int) -> None:
        """Keep a thing that holds so many bytes, in its place if it has one; the oldest go."""
        before = self._things.get(key)
        self._things[key] = thing, weight
        self.held += weight - before[1] if before else weight
        while len(self._things) > self._most or (
            self.held > self._most_bytes and len(self._things) > 1
        ):
            self._drop()

    def _drop(self) -> None:
        if not self.dropped and self._name != RENDERED:
            _LOG.warning("%s: the oldest are forgotten from now on", self._bound())
        self.dropped += 1
        _, (thing, held) = self._things.popitem(last=False)
        self.held -= held
        if self._on_drop is not None:
            self._on_drop(thing)

    def _bound(self) -> str:
        """What is exceeded."""
        if len(self._things) > self._most:
            return f"more than {self._most:,} {self._name}"
        return f"more than {in_words(self._most_bytes)} of {self._name} (--memory takes more)"

    def pop(self, key: K) -> V | None:
        """Forget a thing, and return it."""
        found = self._things.pop(key, None)
        if found is None:
            return None
        self.held -= found[1]
        return found[0]

    def forget(self, unwanted: Callable[[K, V], bool] = lambda *_: True) -> list[V]:
        """Forget and return what is unwanted, by default all."""
        found = [key for key, (thing, _) in self._things.items() if unwanted(key, thing)]
        return [thing for key in found if (thing := self.pop(key)) is not None]

    def as_json(self) -> dict[str, Any]:
        """How much is kept and was dropped, as the admin interface writes it."""
        return {
            "kept": len(self._things),
            "bytes": self.held,
            "most_bytes": self._most_bytes,
            "dropped": self.dropped,
        }


class Memory:
    """All that is kept, within one number of bytes."""

    def __init__(self, most: int = MEMORY) -> None:
        self._most = most
        self._kinds: dict[str, Kept[Any, Any]] = {}

    def kept(
        self, name: str, most: int = sys.maxsize, dropped: Callable[[Any], None] | None = None
    ) -> Kept[Any, Any]:
        """Room for one kind of thing: its share of the bytes, and at most so many of them."""
        share = self._most * SHARES[name] // sum(SHARES.values())
        made = self._kinds[name] = Kept(name, share, most, dropped)
        return made

    def as_json(self) -> dict[str, Any]:
        """What is kept of each kind, as the admin interface writes it."""
        kinds = {name: kind.as_json() for name, kind in self._kinds.items()}
        return {"most_bytes": self._most, "kinds": kinds}
