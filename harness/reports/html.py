"""The report as one HTML page that needs nothing but itself: the data of the templates."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from imagine_harness.contracts.rules.exercises import Exercise
from imagine_harness.contracts.untrusted.printing import inert
from imagine_harness.harness.reports.report import STANDINGS, Report
from imagine_harness.harness.reports.wording import beside, describe_totals, facts, headline, pretty
from imagine_harness.harness.results.exchanges import MOST_SHOWN, describe_exchange
from imagine_harness.harness.results.results import PromiseVerdict, Result

TEMPLATES = Path(__file__).parent / "templates"

COLUMNS = {
    Exercise.OBEYED: "obeyed",
    Exercise.LOWER: "lower limit",
    Exercise.UPPER: "upper limit",
    Exercise.BROKEN: "broken alone",
}
"""What is shown of each rule."""


def render(report: Report) -> str:
    """The page: totals, every promise with its verdict, coverage, waivers.

    Nothing in it is fetched, and nothing runs but the page's own script.
    """
    script = (TEMPLATES / "page.js").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            origin=_origin(report),
            columns=COLUMNS,
            verdicts=_verdicts(report),
            choices=_choices(report),
            policy=_policy(script),
            style=Markup((TEMPLATES / "page.css").read_text(encoding="utf-8")),
            script=Markup(script),
        )
    )


def _environment() -> Environment:
    """The templates, in which all text is escaped but what a template itself made."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(TEMPLATES),
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["most_shown"] = MOST_SHOWN
    environment.filters |= {
        "address": _address,
        "beside": beside,
        "describe": describe_totals,
        "describe_exchange": describe_exchange,
        "facts": facts,
        "has_details": _has_details,
        "headline": headline,
        "pretty": pretty,
    }
    return environment


def _finalize(value: object) -> str:
    return value if isinstance(value, Markup) else inert(str(value))


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def _origin(report: Report) -> dict[str, str]:
    """When and how the report was made."""
    return {
        "made": f"{report.when:%Y-%m-%d %H:%M:%S} UTC",
        "seed": report.seed,
        **report.versions,
        "fails on": f"{report.fail_on}s",
    }


def _verdicts(report: Report) -> dict[str, str]:
    """How the most urgent result about each rule stands."""
    return {
        each.rule: word
        for word in reversed(STANDINGS)
        for each in report.results
        if each.standing == word
    }


def _choices(report: Report) -> dict[str, bool]:
    """Every choice of every reading, as `reading=choice`, and whether it was in force."""
    return {
        f"{name}={choice}": was
        for name, choices in report.coverage.readings.items()
        for choice, was in choices.items()
    }


def _has_details(result: Result) -> bool:
    """Whether there is more to show than one line."""
    return result.verdict is not PromiseVerdict.KEPT or bool(
        result.seen or result.sides or result.steps
    )


def _address(source: str) -> str:
    """Where a source that is a web address stands, its section as a browser finds it."""
    address, _, section = source.partition("#")
    return address + (f"#:~:text={quote(section, safe='')}" if section else "")
