"""The report as JSON, for programs."""

from __future__ import annotations

import json

from imagine_harness.harness.reports.report import Report


def render(report: Report) -> str:
    """The report as one JSON object, indented."""
    return json.dumps(report.as_json(), indent=2, ensure_ascii=False) + "\n"
