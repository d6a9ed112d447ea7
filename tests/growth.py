"""Strings that make a backtracking pattern slow, drawn from the pattern itself, and how slow.

A pattern takes more than linear time where something that repeats takes, in two ways, what stands
there many times. So what each repeating part takes is repeated, behind what leads to that part and
before what fits nowhere, and the time for a character compared between short and long texts.
"""

from __future__ import annotations

import re
import string
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest
from importlib import import_module
from itertools import chain, combinations, product
from typing import Any

_parser: Any = import_module("re._parser")
_compiler: Any = import_module("re._compiler")

SHORT, LONG = 700, 20_000
"""Characters of the longest text at the first look, and at the second at what is suspected then."""

STEP = 1.5
"""How many times as long each text is as the one before: exponential time leaps."""

ENOUGH = 3_000_000
"""Nanoseconds after which a text need not be longer to tell how time grows."""

CERTAIN = 10_000_000
"""Nanoseconds that no text takes by chance, so that they are not measured again."""

GROWN = 8
"""How many times as long as at best a character takes where time is not linear."""

SUSPECTS, SUSPECT = 12, 1.7
"""How many attacks are looked at again at most, and how much time grows under each."""

LEAP = 8
"""How many times as long what is four times as large takes where time is not linear."""

MANY = 60
"""Repetitions up to which a bound counts as one."""

ALPHABET = f"{string.printable}\u00d7\u2013\ue000"

REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}
ATOMS = {"LITERAL", "NOT_LITERAL", "ANY", "IN"}

Node = tuple[Any, Any]
Items = Sequence[Node]
Run = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Attack:
    """What is repeated, what stands before it and what after."""

    before: str
    pump: str
    after: str

    def texts(self, longest: int) -> Iterator[str]:
        """Longer and longer texts, up to some characters."""
        times = 8.0
        while times * len(self.pump) < longest * STEP:
            yield self.before + self.pump * int(times) + self.after
            times *= STEP if times < MANY else STEP**3


class Drawing:
    """The attacks that are drawn from one pattern."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.flags = pattern.flags
        self.tree = _parser.parse(pattern.pattern, pattern.flags)
        self.fits = {repr(atom): self._fitting(atom) for atom in self._atoms(self.tree)}
        self.counts = Counter(chain(ALPHABET, *self.fits.values()))
        self.known: dict[tuple[int, bool, bool], str] = {}

    def attacks(self) -> Iterator[Attack]:
        """Every pump, from the start and behind what leads to a part that repeats it."""
        strange = min(ALPHABET, key=lambda each: self.counts[each])
        found: dict[tuple[str, str], None] = {}
        for lead, node in self._unbounded(self.tree, ""):
            body = self._compiled([(node[0], (1, _parser.MAXREPEAT, node[1][2]))])
            taken = [pump for pump in self._pumps if body.fullmatch(pump)]
            found |= dict.fromkeys(product(("", lead), taken))
        for (before, pump), after in product(found, ("", strange, f"\n{strange}")):
            yield Attack(before, pump, after)

    @cached_property
    def _pumps(self) -> list[str]:
        """Single characters, and what parts of the pattern take; one of what is alike."""
        found = list(self.counts)
        for items in self._sequences(self.tree):
            cuts = {0, len(items)}
            for place, node in enumerate(items):
                if any(self._unbounded([node], "")):
                    cuts |= {place, place + 1}
            for start, end in combinations(sorted(cuts), 2):
                found += self._samples(items[start:end], "")
        return list({tuple(map(self._kind, each)): each for each in found if each}.values())

    def _kind(self, character: str) -> frozenset[str]:
        return frozenset(atom for atom, fits in self.fits.items() if character in fits)

    def _unbounded(self, items: Items, lead: str) -> Iterator[tuple[str, Node]]:
        """Every part that repeats without bound, and a text that leads to it."""
        for place, node in enumerate(items):
            first = next(iter(self._samples(items[:place], lead)))
            if str(node[0]) in REPEATS and node[1][1] > MANY:
                yield first, node
            for inner in _inside(node):
                yield from self._unbounded(inner, first)

    def _sequences(self, items: Items) -> Iterator[Items]:
        yield items
        for node in items:
            for inner in _inside(node):
                yield from self._sequences(inner)

    def _atoms(self, items: Items) -> Iterator[Node]:
        for sequence in self._sequences(items):
            yield from (node for node in sequence if str(node[0]) in ATOMS)

    def _fitting(self, atom: Node) -> frozenset[str]:
        alone = self._compiled([atom])
        own = {chr(atom[1])} if str(atom[0]) == "LITERAL" else set()
        return frozenset(each for each in {*ALPHABET, *own} if alone.fullmatch(each))

    def _compiled(self, items: Items) -> re.Pattern[str]:
        part = _parser.SubPattern(self.tree.state, list(items))
        compiled: re.Pattern[str] = _compiler.compile(part, self.flags)
        return compiled

    def _samples(self, items: Items, before: str) -> Iterable[str]:
        """Texts that a sequence takes: without what may be left out and with it."""
        return dict.fromkeys(
            before + "".join(self._known_sample(node, least, first) for node in items)
            for least, first in product((False, True), repeat=2)
        )

    def _known_sample(self, node: Node, least: bool, first: bool) -> str:
        """The sample of a node of the tree, which is there as long as this is."""
        key = id(node), least, first
        if key not in self.known:
            self.known[key] = self._sample(node, least, first)
        return self.known[key]

    def _sample(self, node: Node, least: bool, first: bool) -> str:
        name = str(node[0])
        if name in ATOMS:
            # What fits in most places, or in fewest.
            fits = sorted(self.fits[repr(node)], key=lambda each: (self.counts[each], each))
            return fits[-1 if first else 0] if fits else ""
        inner = [] if name.startswith("ASSERT") else list(_inside(node))
        if not inner:
            return ""
        text = "".join(self._known_sample(each, least, first) for each in inner[0 if first else -1])
        return text * max(node[1][0], not least) if name in REPEATS else text


def _inside(node: Node) -> Iterator[Items]:
    """The sequences inside a node of the tree."""
    name, value = str(node[0]), node[1]
    if name == "BRANCH":
        yield from value[1]
    elif name == "ATOMIC_GROUP":
        yield value
    elif name in REPEATS or name in {"SUBPATTERN", "ASSERT", "ASSERT_NOT"}:
        yield value[-1]


def slow(run: Run, attacks: Iterable[Attack]) -> Attack | None:
    """An attack under which a character takes the longer, the longer the text; None without one."""
    suspects: list[tuple[float, Attack]] = []
    for attack in attacks:
        growth = _growth(run, attack.texts(SHORT), 1)
        if growth > GROWN and _is_slow(run, attack):
            return attack
        if growth > SUSPECT:
            suspects.append((growth, attack))
    worst = nlargest(SUSPECTS, suspects, key=lambda suspect: suspect[0])
    return next((attack for _, attack in worst if _is_slow(run, attack)), None)


def _is_slow(run: Run, attack: Attack) -> bool:
    return all(_growth(run, attack.texts(LONG), times) > GROWN for times in (1, 3, 3))


def _growth(run: Run, texts: Iterable[str], times: int) -> float:
    """How many times as long as at best a character takes in the last text that is tried."""
    found: list[float] = []
    for text in texts:
        spent = _least(run, text, times)
        found.append(spent / len(text))
        if spent > ENOUGH:
            break
    return found[-1] / min(found)


def _least(run: Run, text: str, times: int) -> int:
    """What is spent at best, measured some times, or once if that is certain."""
    spent = _spent(run, text)
    for _ in range(times - 1):
        if spent < CERTAIN:
            spent = min(spent, _spent(run, text))
    return spent


def _spent(run: Callable[[Any], object], text: object) -> int:
    """Nanoseconds of this thread, so that it does not matter what else runs."""
    start = time.thread_time_ns()
    run(text)
    return max(1, time.thread_time_ns() - start)


def leaps(run: Callable[[Any], object], small: object, large: object) -> bool:
    """Whether what is four times as large takes `LEAP` times as long, when it is looked at again.

    The large one comes first: what is only done once counts against it.
    """
    for times in (1, 3):
        long, short = (min(_spent(run, each) for _ in range(times)) for each in (large, small))
        if long < short * LEAP:
            return False
    return True
