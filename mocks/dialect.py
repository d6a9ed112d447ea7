"""How one provider speaks: the only thing that its folder provides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.mocks.answer import Accepted, Answer, Wording
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.channel import Channel
from imagine_harness.mocks.context import Announce

Fulfilled = Answer | Refusal | list[Wording]
"""The answer, or why there is none: in the harness's words, or in the provider's own."""

Fulfil = Callable[[Call], "Fulfilled | Awaitable[Fulfilled]"]
"""(call, with its accepted roots and the refusals of the others) -> the answer."""

Refuse = Callable[[Call, Sequence[Wording]], object]
"""(call, at least one wording) -> the body of the provider's refusal; a text goes out as it is."""

AnswerHeaders = Callable[[Call, Answer], Sequence[tuple[bytes, bytes]]]
"""(call, its answer) -> the response headers that go with it."""

Admits = Callable[[Call], bool]
"""(a call whose body is refused, why) -> whether it is taken on, to be refused later."""

Fetch = Callable[[str], Any]
"""(a path below the provider's prefix) -> the decoded JSON that is served there."""

Verify = Callable[[Mapping[str, str], bytes, float, Fetch], bool]
"""(headers by lower-case name, body, the receiver's time, where keys come from) -> whether."""


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
        headers: what every answer carries.
        announce: what goes out once a task has ended.
        verify: whether a webhook is signed and fresh, for a provider that signs them.
        socket: serves one WebSocket connection, for a provider that speaks it.
    """

    refuse: Refuse
    fulfil: Mapping[str, Fulfil]
    doors: Mapping[str, Fulfil] = field(default_factory=dict)
    defers: Callable[[Call, Accepted], bool] | None = None
    admits: Admits | None = None
    headers: AnswerHeaders | None = None
    announce: Announce | None = None
    verify: Verify | None = None
    socket: Callable[[Channel], Awaitable[None]] | None = None
