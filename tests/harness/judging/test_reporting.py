"""From results to a report and an exit code."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.contracts.model import Level
from imagine_harness.harness.judging.reporting import (
    VerdictOptions,
    code,
    finished,
    hosts,
    reported,
    verdict_options,
)
from imagine_harness.harness.judging.unjudged import not_read
from imagine_harness.harness.reports.formats import FormatError
from imagine_harness.harness.results.results import PromiseVerdict, Result
from imagine_harness.harness.traffic.errors import Unread
from tests.harness.judging.handmade import recorded, standings

if TYPE_CHECKING:
    pass

KEPT = Result(
    promise="requests.conform[fal.generate]",
    says="every request is one that the provider documents",
    subject="fal.generate",
    verdict=PromiseVerdict.KEPT,
    operations=("fal.generate",),
    exercised={
        "fal.generate.prompt.type": ("obeyed",),
        "fal.generate.prompt.required": ("obeyed",),
    },
    errors=("fal.credential-missing",),
    readings={"fal.result-suffix": "short"},
)
BROKEN = replace(KEPT, promise="requests.conform[x]", verdict=PromiseVerdict.BROKEN, rule="x")


def asked(**more: Any) -> VerdictOptions:
    plain: dict[str, Any] = {"fail_on": "error", "reports": [], "waivers": []}
    return verdict_options(**{**plain, "least": None, "allow_empty": False, **more})


def test_reports_are_asked_for_together_or_apart() -> None:
    wanted = asked(reports=["html=a.html,har=b.har,github", "junit=c.xml", "har=d,e.har"])

    assert [(each.format, each.file) for each in wanted.targets] == [
        ("html", Path("a.html")),
        ("github", None),
        ("junit", Path("c.xml")),
    ]
    assert wanted.hars == (Path("b.har"), Path("d,e.har"))


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("har", "har needs a file, as in har=report.har"),
        ("html=", "html needs a file"),
        ("pdf=a", "expected FORMAT=FILE with one of html, json, junit, markdown, github, har, got"),
    ],
)
def test_a_report_that_there_is_none_of_is_refused(word: str, told: str) -> None:
    with pytest.raises(FormatError, match=told):
        asked(reports=[word])


def test_coverage_is_that_of_the_operations_that_were_called(judges: Mapping[str, Judge]) -> None:
    tried = reported("t", [KEPT], asked(), judges, "7").coverage

    assert tried.operations == ["fal.generate"]
    assert tried.totals().exercised == 2
    assert "fal.generate.num_images.maximum" in tried.never_exercised()
    assert tried.errors["fal.credential-missing"]
    assert not tried.errors["fal.credential-refused"]
    assert tried.readings["fal.result-suffix"] == {"short": True, "with-response": False}


@pytest.mark.parametrize(("least", "standing"), [(15, "kept"), (50, "broken")])
def test_the_least_coverage_is_a_promise_of_its_own(
    judges: Mapping[str, Judge], least: int, standing: str
) -> None:
    made = reported("t", [KEPT], asked(least=least), judges, "")

    assert standings(made.results)[1:] == [("coverage.least", standing)]
    assert code(made, 1, asked(least=least)) == (0 if standing == "kept" else 1)


def test_a_waiver_excuses_what_it_is_about(judges: Mapping[str, Judge], tmp_path: Path) -> None:
    file = tmp_path / "waivers.toml"
    file.write_text('[[waiver]]\nid = "x"\nreason = "known"\nexpires = 2999-01-01\n')
    wanted = asked(waivers=[file])

    assert standings(reported("t", [BROKEN], wanted, judges, "").results)[0][1] == "waived"
    stale = reported("t", [replace(BROKEN, verdict=PromiseVerdict.KEPT)], wanted, judges, "")
    assert code(stale, 1, wanted) == 1


@pytest.mark.parametrize(
    ("found", "judged", "more", "expected"),
    [
        ([KEPT], 1, {}, 0),
        ([BROKEN], 1, {}, 1),
        ([replace(BROKEN, level=Level.WARNING)], 1, {}, 0),
        ([replace(BROKEN, level=Level.WARNING)], 1, {"fail_on": "warning"}, 1),
        ([], 0, {}, 3),
        ([], 0, {"allow_empty": True}, 0),
        ([BROKEN], 0, {}, 1),
    ],
)
def test_the_exit_code_says_what_was_found(
    judges: Mapping[str, Judge],
    found: list[Result],
    judged: int,
    more: dict[str, Any],
    expected: int,
) -> None:
    wanted = asked(**more)

    assert code(reported("t", found, wanted, judges, ""), judged, wanted) == expected


@pytest.mark.parametrize(("judged", "allowed", "expected"), [(1, False, 0), (0, True, 3)])
def test_what_could_not_be_read_fails_only_where_nothing_was_judged(
    judges: Mapping[str, Judge], judged: int, allowed: bool, expected: int
) -> None:
    wanted = asked(allow_empty=allowed)
    found = [*not_read([Unread("a.har: entry 2", "its method is no text")])]
    made = reported("t", found, wanted, judges, "")

    assert standings(made.results) == [("recordings.read[a.har: entry 2]", "skipped")]
    assert code(made, judged, wanted, 1) == expected


def test_everything_that_was_asked_for_is_written(
    judges: Mapping[str, Judge], tmp_path: Path
) -> None:
    har, told = tmp_path / "new" / "a.har", tmp_path / "a.json"
    wanted = asked(reports=[f"har={har},json={told}", "github"])

    printed = finished(reported("t", [BROKEN], wanted, judges, "7"), [recorded()], wanted)

    assert "::error" in printed
    assert len(json.loads(har.read_text())["log"]["entries"]) == 1
    written = json.loads(told.read_text())
    assert written["seed"] == "7"
    assert "fal.generate.num_images.maximum" in written["coverage"]["never_touched"]


def test_hosts_that_are_nobodys_are_warnings() -> None:
    [refused, untrusting] = hosts({"a.example": 2}, {"fal.run": 1})

    assert (refused.standing, untrusting.standing) == ("warning", "warning")
    assert "a.example: 2 connections refused" in refused.message
    assert "(--allow a.example lets it through)" in refused.message
    assert "fal.run: 1 connection not judged" in untrusting.message
