"""Whether what a client returned is what was served to it."""

from __future__ import annotations

import orjson

from imagine_harness.harness.answers.images import are_same, digests, side_of
from imagine_harness.harness.suites.failure import Broken, said_by
from imagine_harness.harness.suites.subjects.interaction import Subject, Trial


def same_images(subject: Subject, trial: Trial) -> None:
    """Hold the images that came back against those in the answers: all, in order, no others.

    Raises:
        Broken: they differ, or the call ended with an exception.
    """
    if trial.error is not None:
        raise Broken(f"it raised {said_by(trial.error)} for a legal call", trial)
    answers = [
        orjson.loads(each.answer) for each in trial.entries if each.status < 300 and each.answer
    ]
    if not are_same(answers, trial.returned, subject.fetch):
        served = digests(answers, subject.fetch)
        returned = digests(trial.returned, subject.fetch)
        same = len(set(served) & set(returned))
        came = f"{len(returned)} came back, {same} of them among those"
        sides = (
            side_of("served first", answers, subject.fetch),
            side_of("returned first", trial.returned, subject.fetch),
        )
        raise Broken(
            f"{len(served)} images were served, {came}",
            trial,
            sides=sides,
            expected=len(served),
            got=len(returned),
        )
