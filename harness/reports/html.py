"""The report as one HTML page that needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

from imagine_harness.harness.reports.html_coverage import coverage
from imagine_harness.harness.reports.html_finding import details, has_details
from imagine_harness.harness.reports.markup import Child, Markup, joined, tag
from imagine_harness.harness.reports.report import Report
from imagine_harness.harness.reports.wording import headline
from imagine_harness.harness.results.results import Result

HERE = Path(__file__).parent


def written(report: Report) -> str:
    """The page: totals, every promise with its verdict, coverage, waivers.

    Nothing in it is fetched, and nothing runs but the page's own script.
    """
    style = Markup((HERE / "page.css").read_text(encoding="utf-8"))
    script = Markup((HERE / "page.js").read_text(encoding="utf-8"))
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(script)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{report.title}: {report.summary()}"),
        tag("style", style),
    )
    body = tag("body", _header(report), tag("main", _main(report)), tag("script", script))
    return "<!DOCTYPE html>\n" + tag("html", head, body, lang="en") + "\n"


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def _header(report: Report) -> Markup:
    failed = bool(report.failing or report.others)
    counts = [
        tag(
            "button",
            tag("b", str(count)),
            f" {word}",
            type="button",
            class_=f"chip {word}",
            data_shows=word,
            aria_pressed="false",
        )
        for word, count in report.counts.items()
        if count
    ]
    made = {
        "made": f"{report.when:%Y-%m-%d %H:%M:%S} UTC",
        "seed": report.seed,
        **report.versions,
        "fails on": f"{report.fail_on}s",
    }
    return tag(
        "header",
        tag("p", "failed" if failed else "passed", class_=f"outcome {'bad' if failed else 'good'}"),
        tag("h1", report.title),
        tag("p", report.summary(), class_="summary"),
        tag("div", counts, class_="chips", role="group", aria_label="Show only"),
        _definitions(made),
    )


def _definitions(told: dict[str, str]) -> Markup:
    """Names and values, those without a value left out."""
    pairs = [(tag("dt", name), tag("dd", value)) for name, value in told.items() if value]
    return tag("dl", *pairs)


def _main(report: Report) -> Iterator[Child]:
    number = 0
    for subject, results in report.subjects.items():
        rows = []
        for each in results:
            number += 1
            rows.append(_promise(each, f"r{number}"))
        yield tag("section", tag("h2", subject), rows)
    if not report.results:
        yield tag("p", "Nothing was tried.")
    yield _others(report)
    yield coverage(report)
    yield _waivers(report)


def _promise(result: Result, name: str) -> Markup:
    word = result.standing
    note = headline(result) if word != "kept" else result.says
    row = joined(
        tag("span", word, class_=f"badge {word}"),
        tag("code", result.promise),
        tag("span", note, class_="note"),
        tag("span", f"{result.seconds:.2f} s" if result.seconds else "", class_="time"),
    )
    if not has_details(result):
        return tag("div", row, class_="promise row", id=name, data_standing=word)
    return tag(
        "details",
        tag("summary", row, class_="row"),
        details(result),
        class_="promise",
        id=name,
        data_standing=word,
        open=word == "broken",
    )


def _others(report: Report) -> Markup | None:
    if not report.others:
        return None
    rows = [
        tag("tr", tag("td", tag("code", each.test)), tag("td", each.message))
        for each in report.others
    ]
    return tag(
        "section",
        tag("h2", "Other tests that failed"),
        tag("p", "They judged no promise, or ended before they could."),
        tag("table", tag("tbody", rows)),
    )


def _waivers(report: Report) -> Markup | None:
    if not report.uses:
        return None
    names = ("waiver", "standing", "excused", "expires", "reason")
    rows = [
        tag(
            "tr",
            tag("td", tag("code", use.waiver.id)),
            tag("td", str(use.standing)),
            tag("td", str(use.excused)),
            tag("td", use.waiver.expires.isoformat()),
            tag("td", use.waiver.reason),
        )
        for use in report.uses
    ]
    head = tag("tr", [tag("th", name, scope="col") for name in names])
    return tag(
        "section", tag("h2", "Waivers"), tag("table", tag("thead", head), tag("tbody", rows))
    )
