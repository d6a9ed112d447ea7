"""A result in words: the plain text that every report without pictures is made of."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from imagine_harness.contracts.exchange import Exchange, Message
from imagine_harness.contracts.fields import brief_text
from imagine_harness.contracts.untrusted.decoding import Undecodable, decoded
from imagine_harness.contracts.untrusted.printing import inert, printable
from imagine_harness.harness.reports.tables import format_field
from imagine_harness.harness.results.exchanges import MOST_SHOWN, answered, describe_exchange
from imagine_harness.harness.results.results import Result

if TYPE_CHECKING:
    from imagine_harness.harness.coverage.coverage import Coverage, Totals

LONGEST = 300
"""Letters of a value on one line."""

MOST_LINES = 40
"""Lines of a body in a report that is read on a terminal."""


def headline(result: Result) -> str:
    """The first line of what was expected and came, or the promise itself."""
    first = next(iter(result.message.splitlines()), "") or result.says
    return printable(first)


def describe(result: Result) -> str:
    """All about a broken promise, its headline first, the reproductions last.

    What a terminal would act upon is escaped.
    """
    lines = [headline(result), *(f"  {line}" for line in result.message.splitlines()[1:])]
    lines += [f"  {format_field(name, value, 10)}" for name, value in facts(result).items()]
    for each in result.seen:
        lines.append(f"  {format_field('request', describe_exchange(each), 10)}")
    for side in result.sides:
        value = "a picture" if side.picture else brief_text(side.body, LONGEST)
        lines.append(f"  {format_field(side.label, value, 10)}")
    for language, text in result.steps.items():
        lines += [f"  {language}:", *(f"    {line}" for line in _cut(text).splitlines())]
    return inert("\n".join(lines))


def facts(result: Result) -> Mapping[str, str]:
    """What is known of a broken promise, each on one line, by name; without what is not known."""
    return {name: value for name, value in _facts(result) if value}


def _facts(result: Result) -> Iterator[tuple[str, str]]:
    yield "promise", f"{result.promise}: {result.says}"
    yield "subject", result.subject
    yield "rule", result.rule
    yield "source", result.source
    yield "certainty", result.certainty
    yield "expected", "" if result.expected is None else brief_text(result.expected, LONGEST)
    yield "got", "" if result.got is None else brief_text(result.got, LONGEST)
    yield "waived", result.excuse


def describe_coverage(coverage: Coverage) -> Mapping[str, str]:
    """What was tried of all that is on record: operations by name, then the rest, a line each."""
    found = {}
    for name in coverage.operations:
        found[name] = describe_totals(coverage.totals(name))
    choices = [was for each in coverage.readings.values() for was in each.values()]
    found["documented errors"] = f"{sum(coverage.errors.values())} of {len(coverage.errors)} met"
    found["readings"] = f"{sum(choices)} of {len(choices)} choices exercised"
    never = coverage.never_exercised()
    return {**found, "never touched": ", ".join(never)} if never else found


def describe_totals(totals: Totals) -> str:
    """The numbers of rules on one line."""
    return (
        f"{totals.exercised} of {totals.rules} rules touched ({totals.percent:.0f} %), "
        f"{totals.limits_met} of {totals.limits} limits met, "
        f"{totals.broken} of {totals.breakable} broken alone"
    )


def pretty(body: Any) -> str:
    """A body over several lines: JSON indented, other text as it is, other bytes counted."""
    return inert(_pretty(body))


def _pretty(body: Any) -> str:
    if isinstance(body, bytes):
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return f"<{len(body)} bytes>"
        try:
            return _indented(decoded(text))
        except Undecodable:
            return text
    return body if isinstance(body, str) else _indented(body)


def _indented(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def format_exchange(exchange: Exchange) -> str:
    """An exchange as it went over the wire, its bodies over several lines."""
    request, response = exchange.request, exchange.response
    lines = "\n".join(
        [
            f"{request.method} {exchange.provenance.url}",
            *(f"{name}: {value}" for name, value in request.text_headers.items()),
            "",
            *_body(request),
            "",
            answered(response.status, exchange.ending),
            *(f"{name}: {value}" for name, value in response.text_headers.items()),
            "",
            *_body(response),
        ]
    )
    return inert(lines.rstrip())


def _body(message: Message) -> list[str]:
    body, length = message.body, message.length
    cut = length > len(body) or len(body) > MOST_SHOWN
    lines = pretty(body[:MOST_SHOWN]).splitlines()
    return [*lines, f"… of {length or len(body)} bytes"] if cut else lines


def _cut(text: str) -> str:
    lines = text.splitlines()
    if len(lines) <= MOST_LINES:
        return text
    return "\n".join([*lines[:MOST_LINES], f"… {len(lines) - MOST_LINES} more lines"])


def beside(one: str, other: str) -> list[tuple[str | None, str | None, bool]]:
    """Two texts line by line: (line of the one, line of the other, whether they differ).

    None stands where a text has no line.
    """
    left, right = one.splitlines(), other.splitlines()
    rows: list[tuple[str | None, str | None, bool]] = []
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    for _, begin, end, start, stop in matcher.get_opcodes():
        ours, theirs = left[begin:end], right[start:stop]
        for place in range(max(len(ours), len(theirs))):
            mine = ours[place] if place < len(ours) else None
            yours = theirs[place] if place < len(theirs) else None
            rows.append((mine, yours, mine != yours))
    return rows
