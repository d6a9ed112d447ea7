"""The list of changes that a provider's folder keeps for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date

from imagine_harness.contracts.fields import brief_text
from imagine_harness.harness.drift.comparing.findings import Finding, stated
from imagine_harness.harness.reports.markdown import code, escaped


def finding_lines(provider: str, findings: Iterable[Finding]) -> list[str]:
    """The lines of the list that tell what a page states otherwise."""
    return [_line(provider, finding) for finding in findings]


def with_lines(text: str, lines: Sequence[str], today: date) -> str:
    """The list with the lines of one day put in, newest first."""
    heading = f"## {today.isoformat()}"
    before, found, after = text.partition(f"{heading}\n")
    if found:
        return f"{before}{heading}\n\n" + "\n".join(lines) + "\n" + after
    first = text.find("\n## ")
    place = len(text) if first < 0 else first + 1
    block = "\n".join([heading, "", *lines, "", ""])
    gap = "" if text[:place].endswith("\n\n") or not place else "\n"
    return f"{text[:place]}{gap}{block}{text[place:]}".rstrip("\n") + "\n"


def _line(provider: str, finding: Finding) -> str:
    subject = ".".join(part for part in (finding.operation, finding.parameter) if part)
    rule = f"{provider}.{finding.rule or subject or finding.definition.where}"
    moved = f"{_format_value(finding.was)} → {_format_value(finding.now)}"
    return f"- {code(rule)}: {moved}, {finding.kind} ({escaped(finding.section or 'the page')})"


def _format_value(value: object) -> str:
    plain = stated(value)
    if plain is None:
        return "nothing"
    if isinstance(plain, str):
        return code(plain)
    return code(brief_text(json.loads(json.dumps(plain)), 200))
