"""The findings as annotations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from imagine_harness.contracts.model import Level
from imagine_harness.harness.reports.github import render
from imagine_harness.harness.reports.report import Report

Reported = Callable[..., Report]


def test_each_finding_is_one_command_that_nothing_breaks_out_of(whole: Report) -> None:
    lines = render(whole).splitlines()

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
    assert "::warning" not in render(reported(fail_on=Level.WARNING))


@pytest.mark.parametrize(
    "text",
    ["a\n::error::b", "\x1b]0;title\x07", "a%0Ab", "x\u2028::stop-commands::y", "##[group]a"],
)
def test_whatever_is_told_a_command_is_one_line_that_only_it_begins(
    text: str, whole: Report, reported: Reported
) -> None:
    broken = replace(whole.results[0], promise=text, subject=text, message=text, file=f"a:{text}")
    lines = render(reported((broken,))).splitlines()

    assert all(line.startswith(("::error ", "::notice ")) for line in lines)
    assert len(lines) == 3
    for line in lines:
        assert "##[" not in line
        assert line.isprintable()
        assert not line.split("::", 2)[1].partition("title=")[2].count(",")
