"""The report as JSON, for programs."""

from __future__ import annotations

import json

from imagine_harness.harness.reports.report import Report


def render(report: Report) -> str:
    """The report as one JSON object, indented."""
    return document(report.as_json())


def document(value: object) -> str:
    """The text of a JSON document, indented."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
