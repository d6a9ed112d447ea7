"""What can be recorded of the answers of a provider itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imagine_harness.harness.judging import task_sequences
from imagine_harness.harness.judging.answers import count, flaws, json_of, refused_shape
from imagine_harness.harness.judging.doubt import contract, host, is_recordable

if TYPE_CHECKING:
    from imagine_harness.harness.judging.flaws import Flaw
    from imagine_harness.harness.judging.requests import JudgedExchange


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that a provider answers otherwise than is on record.

    Attributes:
        operation: its id, `""` for a refusal of any.
        about: `status`, `shape` or `count`.
        host: where it was seen.
        answer: decoded.
        file: of the model's contract, `""` where it is not known.
    """

    operation: str
    about: str
    status: int
    host: str
    answer: Any
    file: str = ""


def observations(conversation: Sequence[JudgedExchange], provider: str) -> Iterator[Observation]:
    """What can be recorded of a provider's own answers that are not as recorded."""
    told = set[tuple[int, str, str]]()
    for flaw in (*_every(conversation), *task_sequences.flaws(conversation)):
        judged = flaw.judged
        if not judged.is_real or judged.call is None or judged.call.judge.name != provider:
            continue
        key = (id(judged), flaw.about, flaw.message)
        if is_recordable(flaw) and key not in told:
            told.add(key)
            yield Observation(
                operation=flaw.states.id.split(".")[1] if flaw.states else "",
                about=flaw.about,
                status=judged.exchange.response.status,
                host=host(judged),
                answer=json_of(judged),
                file=contract(judged),
            )


def _every(conversation: Sequence[JudgedExchange]) -> Iterator[Flaw]:
    """What is wrong with each answer, also where one thing is told for another."""
    for each in conversation:
        found = [*flaws(each)]
        yield from found
        answer = json_of(each)
        if found and each.exchange.response.succeeded and isinstance(answer, dict):
            yield from count(each, each.accepted, answer)
        elif found and each.call is not None:
            yield from refused_shape(each, each.call.judge.provider)
