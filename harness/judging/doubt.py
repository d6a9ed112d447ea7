"""Where a provider itself answers otherwise than is on record: the record is in doubt."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from contracts.load import ROOT
from harness.drift.observed import Observation
from harness.judging import conversations
from harness.judging.answers import count, fits, flaws, json_of, life_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.model import Violation
    from harness.judging.flaws import Flaw
    from harness.judging.requests import Judged

DIFFERS = "answer-differs"
"""The promise that a provider answers as is on record."""

RECORDABLE = ("status", "shape", "count")
"""What can be recorded of an answer by a command."""


def took(judged: Judged) -> bool:
    """Whether a provider itself did what was asked, so that it holds none of it for a mistake.

    What it only accepted for later may still be refused, and of a batch a part.
    """
    if not judged.is_real or not judged.recording.succeeded or judged.call is None:
        return False
    provider = judged.call.mock.provider
    refused = any(fits(shape, judged) for shape in provider.refusals)
    return not refused and life_of(judged, provider) is None


def differs(flaw: Flaw) -> str:
    """What is told of an answer that is not as recorded, in one line."""
    return f"{_host(flaw.judged)} answers otherwise than is on record: {flaw.message}"


def recording(flaw: Flaw) -> Iterator[str]:
    """The command that records an answer, where one does."""
    judged = flaw.judged
    if flaw.about in RECORDABLE and judged.call is not None and judged.recording.place:
        words = ["imagine-harness", "record", judged.call.mock.name, judged.recording.place]
        yield f"record    {shlex.join([*words, '--answers', *_contract(judged), '--apply'])}"


def observations(conversation: Sequence[Judged], provider: str) -> Iterator[Observation]:
    """What can be recorded of a provider's own answers that are not as recorded."""
    told = set[tuple[int, str, str]]()
    for flaw in (*_every(conversation), *conversations.flaws(conversation)):
        judged = flaw.judged
        if not judged.is_real or judged.call is None or judged.call.mock.name != provider:
            continue
        key = (id(judged), flaw.about, flaw.message)
        if flaw.about in RECORDABLE and key not in told:
            told.add(key)
            yield Observation(
                operation=flaw.states.id.split(".")[1] if flaw.states else "",
                about=flaw.about,
                status=judged.recording.status,
                host=_host(judged),
                answer=json_of(judged),
            )


def _every(conversation: Sequence[Judged]) -> Iterator[Flaw]:
    """What is wrong with each answer; the number of images, too, where its shape is another."""
    for each in conversation:
        found = [*flaws(each)]
        yield from found
        if found and each.recording.succeeded:
            yield from count(each, each.accepted, json_of(each))


def _contract(judged: Judged) -> list[str]:
    """The option that makes a contract known which is not in the project."""
    operation = judged.operation
    for each in judged.call.mock.recorded.contracts if judged.call else ():
        if operation in each.operations.values() and not Path(each.file).is_relative_to(ROOT):
            return ["--contract", each.file]
    return []


def comparing(broken: Violation | None, judged: Judged) -> Iterator[str]:
    """What is told of a broken rule where the provider took the request all the same."""
    yield f"taken     {_host(judged)} answered {judged.recording.status}: the record is in doubt"
    if broken is not None and judged.call is not None:
        name, page = judged.call.mock.name, broken.source.document.url
        yield f"compare   imagine-harness drift {name} PAGE, with a fresh copy of {page}"


def _host(judged: Judged) -> str:
    return urlsplit(judged.recording.url).hostname or ""
