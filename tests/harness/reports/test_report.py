"""The report as a value: counts, findings, and what fails the run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from imagine_harness.contracts.model import Level
from imagine_harness.harness.reports.report import Report
from imagine_harness.harness.results.results import PromiseVerdict, Result

Reported = Callable[..., Report]


def test_results_are_counted_by_how_they_stand(whole: Report) -> None:
    assert whole.counts == {"broken": 2, "warning": 1, "waived": 1, "skipped": 1, "kept": 2}
    assert whole.summary() == "2 broken, 1 warning, 1 waived, 1 skipped, 2 kept"
    assert [*whole.subjects] == [
        "client of fal.generate",
        "client of xai.edit",
        "waivers of w.toml",
    ]


def test_results_are_counted_by_their_subjects_without_words_that_none_has(
    reported: Reported,
) -> None:
    kept = Result("a", "b", "one", PromiseVerdict.KEPT)
    broken = Result("a", "b", "other", PromiseVerdict.BROKEN)

    assert reported((kept, broken, kept)).counts_by_subject == {
        "one": {"broken": 0, "kept": 2},
        "other": {"broken": 1, "kept": 0},
    }
    assert reported(()).counts_by_subject == {}


def test_errors_come_before_warnings_and_stale_waivers_are_among_them(whole: Report) -> None:
    assert [each.promise for each in whole.findings] == [
        "client.conforms",
        "waiver.unneeded[client.forwards]",
        "client.tolerates[extra]",
    ]
    assert [str(use.standing) for use in whole.uses] == ["used", "unneeded", "idle"]


@pytest.mark.parametrize(("fail_on", "failing"), [(Level.ERROR, 2), (Level.WARNING, 3)])
def test_what_fails_hangs_on_the_level(reported: Reported, fail_on: Level, failing: int) -> None:
    assert len(reported(fail_on=fail_on).failing) == failing


def test_a_report_of_nothing_says_so(reported: Reported) -> None:
    assert reported(()).summary() == "nothing was tried"


def test_several_warnings_are_counted_in_the_plural(reported: Reported) -> None:
    one = Result("a", "b", "c", PromiseVerdict.BROKEN, Level.WARNING)

    assert reported((one, one)).summary() == "2 warnings"


def test_seeds_and_versions_tell_how_to_run_it_again(whole: Report) -> None:
    assert whole.seed == "7"
    assert {*whole.versions} == {"imagine-harness", "Python", "hypothesis"}
    assert whole.coverage.operations == ["fal.generate"]
