"""Findings, open points and affected calls in words: one sentence, the same in every format."""

from __future__ import annotations

import json

from imagine_harness.harness.drift.comparing.findings import Finding, stated
from imagine_harness.harness.drift.comparing.impact import AffectedCall
from imagine_harness.harness.drift.comparing.kinds import NONE, UNKNOWN
from imagine_harness.harness.drift.comparing.witness import Witness
from imagine_harness.harness.drift.facts import OpenPoint
from imagine_harness.harness.drift.page_check import PageCheck

LONGEST = 300
"""Characters of a value or a body that are shown to people."""


def headline(check: PageCheck) -> str:
    """One line on a page: its name, its model, how severe."""
    what = f"{check.page}: {check.provider}" + (f" {check.model}" if check.model else "")
    count = len(check.findings)
    points = len(check.open_points)
    left = f"{points} {'sentence' if points == 1 else 'sentences'} not understood"
    if check.severity == UNKNOWN and check.error is None:
        return f"{what}: no drift in what was understood, {left}"
    if check.severity == UNKNOWN:
        return f"{what}: could not be read: {check.error}"
    if check.severity == NONE:
        return f"{what}: no drift, all facts read"
    number = "1 finding" if count == 1 else f"{count} findings"
    rest = "".join(f"; {each}" for each in (check.error, points and left) if each)
    return f"{what}: {number}, {check.severity}{rest}"


def describe_open_point(point: OpenPoint) -> str:
    """An open point as one line."""
    return f"not understood: {point.section}: {cut(point.text)}"


def describe_finding(finding: Finding, witness: Witness | None = None) -> str:
    """A finding as a sentence: what it is about, what happened, was and now; its witness below."""
    shown = f"\n{describe_witness(witness)}" if witness else ""
    return f"{finding.subject} {finding.definition.says}{_moved(finding)}{shown}"


def _moved(finding: Finding) -> str:
    was, now = stated(finding.was), stated(finding.now)
    if was is None:
        return "" if now is None else f": {_format_value(now)}"
    if now is None:
        return f": was {_format_value(was)}"
    return f": was {_format_value(was)}, now {_format_value(now)}"


def _format_value(value: object) -> str:
    return cut(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def describe_witness(witness: Witness) -> str:
    """A witness as one line."""
    ways = ("accepted until now", "refused now")
    if witness.accepted:
        ways = ("refused until now", "accepted now")
    return f"{ways[0]}, {ways[1]}: {_format_value(witness.body)} ({witness.message})"


def describe_affected_call(hit: AffectedCall) -> str:
    """A recorded call that would be refused, as one line."""
    cause = f", because {describe_finding(hit.finding)}" if hit.finding else ""
    return f"{hit.where} ({hit.operation}): {hit.message}{cause}"


def cut(text: str) -> str:
    """A text on one line, not too long for people."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
