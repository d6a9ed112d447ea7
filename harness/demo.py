"""What the demo asks of each provider, as it is on record: legal calls and a mistake.

`contracts/<provider>/demo.json` lists them: what is asked for in words, the operation, the whole
body, and either the answer (how many images, their format and pixels) or the rule that it breaks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imagine_harness.contracts.loading import load

if TYPE_CHECKING:
    from imagine_harness.harness.suites.subjects.server_client import Front


@dataclass(frozen=True, slots=True)
class Scenario:
    """One call and what it must lead to.

    Attributes:
        provider: the name of the one that is asked.
        asks: what is asked for, in a few words.
        operation: the id of its operation.
        body: the whole root, as the operation takes it.
        breaks: the rule that it breaks, None for a legal call.
        answer: the images that must come back, as `2 x PNG 1408x768`; "" for a mistake.
    """

    provider: str
    asks: str
    operation: str
    body: Any
    breaks: str | None = None
    answer: str = ""


def scenarios() -> Iterator[Scenario]:
    """Every call that is on record for the demo, by provider; none of one without a list."""
    for provider in load.mocked():
        file = load.ROOT / provider / "demo.json"
        for each in json.loads(file.read_bytes()) if file.exists() else ():
            answer = _described(**each.pop("answer")) if "answer" in each else ""
            yield Scenario(provider, answer=answer, **each)


def _described(images: int, format: str, width: int, height: int) -> str:
    return f"{images} x {format} {width}x{height}"


def answer(front: Front, body: Any) -> str:
    """What comes of a legal body: its images, fetched and decoded; "" where none came.

    A task is asked about until it has ended.
    """
    from imagine_harness.harness.answers.images import found, looked
    from imagine_harness.harness.suites.promises.lifecycles import outcome

    reply = front.ask(body)
    life = (
        front.operation.lifecycle_of(body, front.provider.lifecycles) if reply.succeeded else None
    )
    if life is not None:
        reply = outcome(front, life, reply)
    images = [looked(each.data) for each in found(reply.json(), front.fetch) if each.data]
    told = {_described(len(images), kind.upper(), *size) for kind, size in images}
    return ", ".join(sorted(told))
