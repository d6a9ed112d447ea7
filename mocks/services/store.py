"""Where state lives: one compartment for each test, so that parallel tests never meet."""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from imagine_harness.mocks.services.budget import Kept, Memory

MOST_TESTS = 10_000
"""Tests whose compartments are kept, beside that of requests without a test."""

MOST_GENERATIONS = 100_000
"""Tests of which is known how often their compartments began anew."""

STATE, USED, VALUE = 3_600, 240, 300
"""Bytes that a compartment, a used id and a kept value hold beside what is in them, as measured."""

_NOT_VERSIONED = ~(0xF000 << 64) & ~(0xC000 << 48)
_VERSION_4 = (0x4000 << 64) | (0x8000 << 48)


def _digest(*parts: str) -> int:
    """Eight bytes that stand for some texts."""
    digest = blake2b(digest_size=8)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8))
        digest.update(data)
    return int.from_bytes(digest.digest())


class UsedValues:
    """What one test has used up: (rule id, value as text) of what rules with memory accepted.

    A digest of each is kept among those of all tests, so that it outlives the test's compartment.
    """

    def __init__(self, kept: Kept[int, int], test: str) -> None:
        self._kept = kept
        self._test = test
        self._owner = _digest(test)

    def __contains__(self, key: tuple[str, str]) -> bool:
        return _digest(self._test, *key) in self._kept

    def update(self, keys: Iterable[tuple[str, str]]) -> None:
        """Use something up."""
        for key in keys:
            self._kept.add(_digest(self._test, *key), self._owner, USED)


class ProviderStorage:
    """What the folders of providers keep for one test, by names that begin with the provider's."""

    def __init__(self, kept: Kept[tuple[str, str], Any], test: str) -> None:
        self._kept = kept
        self._test = test

    def get(self, name: str) -> Any:
        """What is kept under a name, None where nothing is, or no more."""
        return self._kept.touched((self._test, name))

    def add(self, name: str, value: object, weight: int = 0) -> None:
        """Keep something that holds so many bytes; the oldest of all tests makes room."""
        self._kept.add((self._test, name), value, VALUE + len(self._test) + len(name) + weight)


@dataclass(slots=True)
class TestState:
    """What one test has done so far.

    Attributes:
        test: its id, `""` for requests without one.
        random: where ids and seeds come from; the same seed and test give the same ones.
        used: what must not be used again.
        kept: what a provider's folder keeps.
        generation: how often the compartment of the test began anew.
        calls: how often each operation was called, by its full name.
    """

    test: str
    random: random.Random
    used: UsedValues
    kept: ProviderStorage
    generation: int = 0
    calls: dict[str, int] = field(default_factory=dict)

    def uuid(self) -> str:
        """A new version 4 UUID, put together by hand: `uuid.UUID` takes five times as long."""
        bits = self.random.getrandbits(128) & _NOT_VERSIONED | _VERSION_4
        text = f"{bits:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def seed(self) -> int:
        """A new seed for a picture."""
        return self.random.getrandbits(31)


class Generations:
    """How often the compartments of tests began anew, so that no id is ever given twice.

    Of so many tests it is known exactly; any other one begins where the furthest forgotten one is.
    """

    def __init__(self, most: int = MOST_GENERATIONS) -> None:
        self._most = most
        self._known: OrderedDict[int, int] = OrderedDict()
        self._floor = 0

    def of(self, test: str) -> int:
        """The generation of a test's compartment that is made now."""
        return self._known.get(_digest(test), self._floor) if self._known else self._floor

    def end(self, test: str, generation: int) -> None:
        """Note that a compartment was forgotten; the next one of its test is of the next."""
        self._known[_digest(test)] = generation + 1
        self._known.move_to_end(_digest(test))
        if len(self._known) > self._most:
            self._floor = max(self._floor, self._known.popitem(last=False)[1])

    def end_all(self, generations: Iterable[int]) -> None:
        """Note that every compartment was forgotten, those of these generations among them."""
        self._floor = max([self._floor, *self._known.values(), *(n + 1 for n in generations)])
        self._known.clear()


class Store:
    """The compartments by test id; `""` is that of requests without one, and stays."""

    def __init__(self, seed: int, most: int = MOST_TESTS, memory: Memory | None = None) -> None:
        memory = memory or Memory()
        self._seed = seed
        self._own: TestState | None = None
        self._states: Kept[str, TestState] = memory.kept("tests", most, self._left)
        self._used: Kept[int, int] = memory.kept("used ids")
        self._kept: Kept[tuple[str, str], Any] = memory.kept("kept by providers")
        self._generations = Generations()

    def of(self, test: str) -> TestState:
        """The compartment of a test, made at the first call; the least recently used makes room."""
        if not test:
            self._own = self._own or self._new_state(test)
            return self._own
        state = self._states.touched(test)
        if state is None:
            state = self._new_state(test)
            self._states.add(test, state, STATE + len(test))
        return state

    def _new_state(self, test: str) -> TestState:
        generation = self._generations.of(test)
        begun = f"{self._seed}.{generation}" if generation else f"{self._seed}"
        drawn = random.Random(f"{begun}:{test}")
        return TestState(
            test, drawn, UsedValues(self._used, test), ProviderStorage(self._kept, test), generation
        )

    def _left(self, state: TestState) -> None:
        self._generations.end(state.test, state.generation)

    def reset(self, test: str | None = None) -> None:
        """Forget one test, or with None everything; none of its ids is given again."""
        if test is None:
            self._reset()
            return
        state = self._states.pop(test)
        if not test:
            state, self._own = self._own, None
        if state is not None:
            self._left(state)
        owner = _digest(test)
        self._used.forget(lambda _, used_by: used_by == owner)
        self._kept.forget(lambda key, _: key[0] == test)

    def _reset(self) -> None:
        states = [*self._states.forget(), *filter(None, [self._own])]
        self._own = None
        self._generations.end_all(state.generation for state in states)
        self._used.forget()
        self._kept.forget()
