"""The findings as annotations."""

from __future__ import annotations

from collections.abc import Callable

from contracts.model import Level
from harness.reports.github import written
from harness.reports.report import Report

Reported = Callable[..., Report]


def test_each_finding_is_one_command_that_nothing_breaks_out_of(whole: Report) -> None:
    lines = written(whole).splitlines()

    assert [line.split(" ")[0] for line in lines] == [
        "::error",
        "::error",
        "::warning",
        "::error",
        "::notice",
        "::notice",
        "::notice",
    ]
    assert lines[0].startswith(
        "::error file=tests/test_my%2Cclient.py,line=12,"
        "title=client of fal.generate%3A client.conforms::"
        "num_images must be at most 4, got 9%0A"
    )
    assert "100%25\\x1b[31m" in lines[0]
    assert lines[1].startswith("::error file=w.toml,title=waivers of w.toml%3A waiver.unneeded")
    assert lines[-3] == "::notice title=skipped::client.polls: it submits no task"
    assert lines[-2] == (
        "::notice title=imagine-harness::2 broken, 1 warning, 1 waived, 1 skipped, 2 kept"
    )
    assert lines[-1].startswith("::notice title=rule coverage::fal.generate: 1 of ")
    assert "%0Anever touched: fal.generate." in lines[-1]


def test_a_warning_is_an_error_where_it_fails_the_run(reported: Reported) -> None:
    assert "::warning" not in written(reported(fail_on=Level.WARNING))
