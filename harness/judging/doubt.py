"""Where a provider itself answers otherwise than is on record: the record is in doubt."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from imagine_harness.contracts.loading.load import ROOT
from imagine_harness.harness.judging.answers import fits, json_of, lifecycle_of

if TYPE_CHECKING:
    from imagine_harness.contracts.model import Violation
    from imagine_harness.harness.judging.flaws import Flaw
    from imagine_harness.harness.judging.requests import JudgedExchange

DIFFERS = "answer-differs"
"""The promise that a provider answers as is on record."""

RECORDABLE = ("status", "shape", "count")
"""What can be recorded of an answer."""


def took(judged: JudgedExchange) -> bool:
    """Whether a provider itself did what was asked, so that it holds none of it for a mistake.

    What it only accepted for later may still be refused, and of a batch a part.
    """
    if not judged.is_real or not judged.exchange.response.succeeded or judged.call is None:
        return False
    provider = judged.call.judge.provider
    refused = any(fits(shape, judged) for shape in provider.refusals)
    return not refused and lifecycle_of(judged, provider) is None


def differs(flaw: Flaw) -> str:
    """What is told of an answer that is not as recorded, in one line."""
    return f"{host(flaw.judged)} answers otherwise than is on record: {flaw.message}"


def is_recordable(flaw: Flaw) -> bool:
    """Whether a command can record an answer: its shape must be that of an object."""
    is_refused = flaw.judged.exchange.response.status >= 400
    bare = flaw.about == "count" or (flaw.about == "status" and is_refused)
    return flaw.about in RECORDABLE and (bare or isinstance(json_of(flaw.judged), dict))


def recording(flaw: Flaw) -> Iterator[str]:
    """The command that records an answer, where one does."""
    judged, place = flaw.judged, flaw.judged.exchange.provenance.place
    if is_recordable(flaw) and judged.call is not None and place:
        words = ["imagine-harness", "record", judged.call.judge.name, place]
        yield f"record    {shlex.join([*words, '--answers', *_contract(judged), '--apply'])}"


def contract(judged: JudgedExchange) -> str:
    """The file of the model that was called, `""` for none."""
    known = judged.call.judge.recorded.contracts if judged.call else ()
    own = (each.file for each in known if judged.operation in each.operations.values())
    return next(own, "")


def _contract(judged: JudgedExchange) -> list[str]:
    """The option that makes a contract known which is not in the project."""
    file = contract(judged)
    return ["--contract", file] if file and not Path(file).is_relative_to(ROOT) else []


def accepted_violation(judged: JudgedExchange) -> str:
    """What is told of a request that breaks a rule and was answered all the same."""
    return f", which {host(judged)} took"


def comparing(broken: Violation | None, judged: JudgedExchange) -> Iterator[str]:
    """The command that looks whether the rule is still on its page."""
    if broken is not None and judged.call is not None:
        name, page = judged.call.judge.name, broken.source.document.url
        yield f"compare   imagine-harness drift {name} PAGE, with a fresh copy of {page}"


def host(judged: JudgedExchange) -> str:
    """Who answered."""
    return urlsplit(judged.exchange.provenance.url).hostname or ""
