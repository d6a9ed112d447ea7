"""The kill matrix: which planted bugs each promise catches, as a table for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from imagine_harness.harness.suites import client, gateway, server
from tests.harness.suites.planted import Bug, bugs

SUITES: Mapping[str, Mapping[str, str]] = {
    "client": client.SAYS,
    "server": server.SAYS,
    "gateway": gateway.SAYS,
}
"""The promises of each suite that have bugs in `fixtures/bugs`, each as a sentence."""

BEGIN, END = "<!-- kill matrix -->", "<!-- end of kill matrix -->"
"""Between these two lines the table stands in the README."""


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
    for suite, promises in SUITES.items():
        for promise in promises:
            name = f"{suite}.{promise}"
            found = [bug["id"] for bug in caught if bug["promise"].partition("[")[0] == name]
            yield f"| `{name}` | {len(found)} | {', '.join(found)} |"
