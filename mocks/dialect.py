"""How one provider speaks: the only thing that its folder provides."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from imagine_harness.mocks.call import Accepted, Answer, Call, Refusal, Wording

if TYPE_CHECKING:
    from imagine_harness.mocks.protocols.websocket import Connection
    from imagine_harness.mocks.provider import ProviderMock
    from imagine_harness.mocks.services.delivery import Delivery
    from imagine_harness.mocks.services.tasks import Stage, Task

Fulfilled = Answer | Refusal

Fulfil = Callable[[Call, Sequence[Accepted], Sequence[Wording]], "Fulfilled | Awaitable[Fulfilled]"]
"""(call, accepted roots, refusals of the other roots) -> the answer; only a batch has others."""

Refuse = Callable[[Call, Sequence[Wording]], object]
"""(call, at least one wording) -> the body of the provider's refusal; a text goes out as it is."""

Headers = Callable[[Call, Answer], Sequence[tuple[bytes, bytes]]]
"""(call, its answer) -> the response headers that go with it."""

Admits = Callable[[Call, Sequence[Wording]], bool]
"""(a call whose body is refused, why) -> whether it is taken on, to be refused later."""

Announce = Callable[["ProviderMock", "Task", "Stage"], "Awaitable[Sequence[Delivery]]"]
"""(the mock, a task that has ended, how it is said to have) -> what has to go out."""

Fetch = Callable[[str], Any]
"""(a path below the provider's prefix) -> the decoded JSON that is served there."""

Verify = Callable[[Mapping[str, str], bytes, float, Fetch], bool]
"""(headers by lower-case name, body, the receiver's time, where keys come from) -> whether."""


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
        doors: for each door, what answers a model's operation that is called through it.
        defers: whether the pictures of an accepted root are not made when it is accepted.
        admits: whether a call whose body is refused is answered by `fulfil` or its door all the
            same, with nothing accepted, so that the refusal can come later.
        misses: refusals of paths that are nearly right.
        headers: what every answer carries.
        key_in_body: finds a key in a decoded body, for a provider that takes it there too.
        announce: what goes out once a task has ended.
        verify: whether a webhook is signed and fresh, for a provider that signs them.
        socket: serves one WebSocket connection, for a provider that speaks it.
    """

    refuse: Refuse
    fulfil: Mapping[str, Fulfil]
    doors: Mapping[str, Fulfil] = field(default_factory=dict)
    defers: Callable[[Call, Accepted], bool] | None = None
    admits: Admits | None = None
    misses: tuple[Miss, ...] = ()
    headers: Headers | None = None
    key_in_body: Callable[[object], str | None] | None = None
    announce: Announce | None = None
    verify: Verify | None = None
    socket: Callable[[Connection], Awaitable[None]] | None = None
