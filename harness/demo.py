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
    from imagine_harness.harness.suites.subjects.server import Server


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


def answer(server: Server, body: Any) -> str:
    """What comes of a legal body: its images, fetched and decoded; "" where none came.

    A task is asked about until it has ended.
    """
    from imagine_harness.harness.answers.images import format_and_size, images_in
    from imagine_harness.harness.suites.promises.lifecycles import outcome

    interaction = server.ask(body)
    lifecycle = server.operation.lifecycle_of(body, server.provider.lifecycles)
    if lifecycle is not None and not interaction.failed:
        interaction = outcome(server, lifecycle, interaction)
    images = images_in(interaction.answer, server.fetch)
    seen = [format_and_size(each.data) for each in images if each.data]
    lines = {_described(len(seen), kind.upper(), *size) for kind, size in seen}
    return ", ".join(sorted(lines))
