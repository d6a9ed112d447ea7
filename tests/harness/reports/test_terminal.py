"""The end of the report on a terminal."""

from __future__ import annotations

from collections.abc import Callable

from imagine_harness.harness.reports.report import Report
from imagine_harness.harness.reports.terminal import render
from imagine_harness.harness.results.results import PromiseVerdict, Result

Reported = Callable[..., Report]


def test_it_counts_and_tells_each_finding_in_a_line(whole: Report) -> None:
    lines = render(whole).splitlines()

    assert lines[0].split() == ["subject", "broken", "warning", "waived", "skipped", "kept"]
    assert lines[1].split()[3:] == ["1", "1", "1", "1", "1"]
    assert "broken: client.conforms: num_images must be at most 4, got 9" in lines
    assert "warning: client.tolerates[extra]: it raised KeyError" in lines
    assert "waived: client.retries[503]: waits for <2.0>" in lines
    assert any(line.startswith("broken: waiver.unneeded[client.forwards]: w.t") for line in lines)
    assert any(line.startswith("never touched: fal.generate.") for line in lines)
    assert lines[-1] == ("imagine-harness: 2 broken, 1 warning, 1 waived, 1 skipped, 2 kept")


def test_what_pytest_told_already_is_left_out(whole: Report) -> None:
    text = render(whole, failures=False)

    assert "client.conforms" not in text
    assert "warning: client.tolerates[extra]" in text
    assert "broken: waiver.unneeded" in text


def test_many_cases_of_one_promise_are_one_line(reported: Reported) -> None:
    names = ("a", "b[1]", "c", "d")
    many = tuple(
        Result(
            f"client.surfaces[{name}]", "x", "s", PromiseVerdict.BROKEN, message=f"{name} is lost"
        )
        for name in names
    )

    assert "broken: client.surfaces, 4 cases: a is lost (a, b[1], c, d)\n" in render(reported(many))
    assert "broken: client.surfaces[c]: c is lost\n" in render(reported(many[1:]))


def test_colours_only_where_there_are_any(whole: Report) -> None:
    assert "\x1b[31mbroken: \x1b[0m" in render(whole, colours=True)
    assert "\x1b" not in render(whole)


def test_a_report_of_nothing_says_so(reported: Reported) -> None:
    assert render(reported(())) == "imagine-harness: nothing was tried\n"


def test_nothing_that_is_told_acts_or_makes_a_line_of_its_own(reported: Reported) -> None:
    text = "a\nbroken: forged\r\x1b[2J\u202e"
    hostile = Result(text, text, text, PromiseVerdict.BROKEN, message=f"::error::{text}")

    lines = render(reported((hostile,))).splitlines()

    assert len(lines) == 4
    assert all(line.isprintable() for line in lines)
