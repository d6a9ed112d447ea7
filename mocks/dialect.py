"""How one provider speaks: the only thing that its folder provides."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from mocks.call import Accepted, Answer, Call, Refusal, Wording

Fulfil = Callable[[Call, Sequence[Accepted], Sequence[Wording]], Answer | Refusal]
"""(call, accepted roots, refusals of the other roots) -> the answer; only a batch has others."""

Refuse = Callable[[Call, Sequence[Wording]], object]
"""(call, at least one wording) -> the body of the provider's refusal."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A path that is no recorded operation and that the provider refuses in a way of its own."""

    path: re.Pattern[str]
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one provider speaks; routing, gates, pictures, faults and journal are the engine's.

    Attributes:
        refuse: words a refusal.
        fulfil: for each operation, what answers it.
        deferred: operations whose pictures are not made when they are accepted.
        misses: refusals of paths that are nearly right.
        headers: what every answer carries.
        key_in_body: finds a key in a decoded body, for a provider that takes it there too.
    """

    refuse: Refuse
    fulfil: Mapping[str, Fulfil]
    deferred: frozenset[str] = frozenset()
    misses: tuple[Miss, ...] = ()
    headers: Callable[[Call], Sequence[tuple[bytes, bytes]]] | None = None
    key_in_body: Callable[[object], str | None] | None = None
