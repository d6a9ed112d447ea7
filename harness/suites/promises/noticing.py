"""Whether it is noticed that an answer holds less than was asked for, or something else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import reject

from imagine_harness.harness.answers.images import digests
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.subjects import alterations
from imagine_harness.harness.suites.subjects.client import Client
from imagine_harness.harness.suites.subjects.interaction import UpstreamCaller
from imagine_harness.harness.suites.subjects.testbed import Alteration

EMPTY_SUCCESSES: Mapping[str, Alteration] = MappingProxyType(
    {
        "no-images": Alteration(alterations.without_images),
        "error-on-200": Alteration(alterations.an_error),
    }
)
"""Answers with the status of a success that hold nothing, by the name of the case."""

DISGUISES: Mapping[str, bool] = MappingProxyType(
    {"other-format": False, "other-format-disguised": True}
)
"""Whether content types hide that a picture has another format, by the name of the case."""


def notices_nothing(alteration: Alteration, subject: UpstreamCaller, root: Any) -> None:
    """An answer without images is an error, not an empty result."""
    interaction = subject.call(root, alteration=alteration)
    if not interaction.failed and not digests(interaction.answer, subject.fetch):
        raise Broken(f"{interaction.ending}, expected an error", interaction)


def notices_fewer(subject: UpstreamCaller, root: Any) -> None:
    """Fewer images than were asked for are an error, unless the rest is asked for again."""
    if subject.promised(root).count < 2:
        reject()
    interaction = subject.call(root, alteration=Alteration(alterations.with_one_less))
    if not interaction.altered:
        pytest.skip("no answer to this subject holds several images")
    asked = subject.promised(interaction.asked).count
    came = len(digests(interaction.answer, subject.fetch))
    if not interaction.failed and came < asked:
        raise Broken(f"{came} of {asked} images came back, expected an error", interaction)


def notices_format(disguised: bool, client: Client, root: Any) -> None:
    """A picture in another format than was asked for by name is an error.

    A client that hands addresses on has no picture in its hands, and is not judged.
    """
    asked = client.promised(root).format
    other = alterations.OtherFormat("jpeg" if asked == "png" else "png", disguised)
    interaction = client.call(root, alteration=Alteration(other.answer, other.picture))
    if not interaction.failed and not interaction.altered:
        pytest.skip("this client fetches no picture")
    if not interaction.failed:
        raise Broken(f"{other.format} came instead of {asked}, expected an error", interaction)
