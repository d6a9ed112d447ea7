"""Whether a client notices that it was given less than it asked for, or something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import reject

from imagine_harness.contracts.fields import shown
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.answers.images import digests
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.promises import alterations
from imagine_harness.harness.suites.subjects.interaction import Subject
from imagine_harness.harness.suites.subjects.testbed import Alter, Alteration

DISAPPOINTMENTS: Mapping[str, Alter] = MappingProxyType(
    {"no-images": alterations.without_images, "error-on-200": alterations.an_error}
)
"""Answers with the status of a success that hold nothing, by the name of the case."""

DISGUISES: Mapping[str, bool] = MappingProxyType(
    {"other-format": False, "other-format-disguised": True}
)
"""Whether content types hide that a picture has another format, by the name of the case."""


def cases(
    operation: Operation,
) -> Iterator[tuple[str, Callable[[Subject, Any], None], str | None]]:
    """What can be less than was asked for: a name, the check, a parameter that roots must give."""
    for name, alter in DISAPPOINTMENTS.items():
        yield name, partial(notices_nothing, alter), None
    outcome = operation.outcome
    if outcome is None:
        return
    if outcome.count and "count" not in outcome.open:
        yield "fewer", notices_fewer, outcome.count[0]
    if outcome.format:
        for name, disguised in DISGUISES.items():
            yield name, partial(notices_format, disguised), outcome.format


def notices_nothing(alter: Alter, subject: Subject, root: Any) -> None:
    """An answer without images is an error, not an empty result."""
    trial = subject.tried(root, altered=Alteration(alter))
    if trial.error is None and not digests(trial.returned, subject.fetch):
        raise Broken(f"it returned {shown(trial.returned)}, expected an error", trial)


def notices_fewer(subject: Subject, root: Any) -> None:
    """Fewer images than were asked for are an error, unless the rest is asked for again."""
    asked = subject.promised(root).count
    if asked < 2:
        reject()
    trial = subject.tried(root, altered=Alteration(alterations.with_one_less))
    if not trial.altered:
        pytest.skip("no answer to this client holds several images")
    came = len(digests(trial.returned, subject.fetch))
    if trial.error is None and came < asked:
        raise Broken(f"{came} of {asked} images came back, expected an error", trial)


def notices_format(disguised: bool, subject: Subject, root: Any) -> None:
    """A picture in another format than was asked for by name is an error.

    A client that hands addresses on has no picture in its hands, and is not judged.
    """
    asked = subject.promised(root).format
    other = alterations.OtherFormat("jpeg" if asked == "png" else "png", disguised)
    trial = subject.tried(root, altered=Alteration(other.answer, other.picture))
    if trial.error is None and not trial.altered:
        pytest.skip("this client fetches no picture")
    if trial.error is None:
        raise Broken(f"{other.format} came instead of {asked}, expected an error", trial)
