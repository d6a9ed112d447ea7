"""The kill matrix: which planted bugs each promise catches, as a table for people."""

from __future__ import annotations

from collections.abc import Iterator

from imagine_harness.harness.suites.registry import PROMISES
from tests.harness.suites.planted import Bug, bugs

SUITES = ("client", "server", "gateway")
"""The subjects whose planted bugs are in `fixtures/bugs`."""

PLANTED = tuple(name for name in PROMISES if name != "server.schemathesis")
"""The promises that have bugs there; those for Schemathesis are planted in its own tests."""

BEGIN, END = "<!-- kill matrix -->", "<!-- end of kill matrix -->"
"""Between these two lines the table stands in the README of the suites."""


def every_bug() -> list[Bug]:
    """The planted bugs of all suites."""
    return [bug for suite in SUITES for bug in bugs(f"{suite}s")]


def table() -> str:
    """The matrix in Markdown, a promise a row; tests see to it that each of its entries is so."""
    return "\n".join(_rows())


def _rows() -> Iterator[str]:
    caught = every_bug()
    yield f"| promise | caught | the planted bugs that break it: {len(caught)} in all |"
    yield "| --- | ---: | --- |"
    for name in PLANTED:
        found = [bug["id"] for bug in caught if bug["promise"].partition("[")[0] == name]
        yield f"| `{name}` | {len(found)} | {', '.join(found)} |"
