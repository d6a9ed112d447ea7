"""Where state lives: one compartment for each test, so that parallel tests never meet."""

from __future__ import annotations

import random
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

_NOT_VERSIONED = ~(0xF000 << 64) & ~(0xC000 << 48)
_VERSION_4 = (0x4000 << 64) | (0x8000 << 48)


@dataclass(slots=True)
class State:
    """What one test has done so far.

    Attributes:
        random: where ids and seeds come from; the same seed and test give the same ones.
        seen: (rule id, value as text) of what rules with memory have accepted.
        calls: how often each operation was called, by its full name.
        kept: what a provider's folder keeps, by names that begin with the provider's.
    """

    random: random.Random
    seen: set[tuple[str, str]] = field(default_factory=set)
    calls: dict[str, int] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)

    def uuid(self) -> str:
        """A new version 4 UUID, put together by hand: `uuid.UUID` takes five times as long."""
        bits = self.random.getrandbits(128) & _NOT_VERSIONED | _VERSION_4
        text = f"{bits:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def seed(self) -> int:
        """A new seed for a picture."""
        return self.random.getrandbits(31)


class Store:
    """The compartments by test id; `""` is that of requests without one."""

    def __init__(self, seed: int, most: int = 10_000) -> None:
        self._seed = seed
        self._most = most
        self._states: OrderedDict[str, State] = OrderedDict()

    def of(self, test: str) -> State:
        """The compartment of a test, made at the first call."""
        state = self._states.get(test)
        if state is None:
            if len(self._states) >= self._most:
                self._states.popitem(last=False)
            state = self._states[test] = State(random.Random(f"{self._seed}:{test}"))
        return state

    def reset(self, test: str | None = None) -> None:
        """Forget one test, or with None everything."""
        if test is None:
            self._states.clear()
        else:
            self._states.pop(test, None)
