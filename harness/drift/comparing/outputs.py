"""What moved in the fields of an answer."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from imagine_harness.contracts.fields import Schema
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.comparing.parameters import covers, types, without
from imagine_harness.harness.drift.facts import Area, Facts, OutputFact


def findings(operation: str, recorded: Facts, page: Facts, unread: list[str]) -> Iterator[Finding]:
    """What moved in one operation's answer; what the page does not reach is put on `unread`."""
    before = {f.path: f for f in recorded.outputs if f.operation == operation}
    after = {f.path: f for f in page.outputs if f.operation == operation}
    shown, known = sorted(after), sorted({*before, *after})
    for path, fact in before.items():
        if path in after:
            yield from _changed(fact, after[path])
        elif is_container(path, shown):
            continue
        elif page.reaches(Area.OUTPUT, operation) and not _unopened(path, shown):
            if not any(inside(path, other) for other in before if other not in after):
                yield _removed(fact)
        else:
            unread.append(f"{operation} answer {path}")
    for path, fact in after.items():
        if path not in before and not is_container(path, known):
            yield _added(fact)


def inside(path: str, outer: str) -> bool:
    """Whether a field stands inside another one."""
    return path.startswith((f"{outer}.", f"{outer}[]"))


def is_container(path: str, others: Sequence[str]) -> bool:
    """Whether any of the others, which are sorted, stands inside a field."""
    for start in (f"{path}.", f"{path}[]"):
        at = bisect_left(others, start)
        if at < len(others) and others[at].startswith(start):
            return True
    return False


def _unopened(path: str, after: Sequence[str]) -> bool:
    """Whether the page names what holds a field, and shows nothing inside of it."""
    holders = [outer for outer in after if inside(path, outer)]
    return any(not is_container(outer, after) for outer in holders)


def _removed(fact: OutputFact) -> Finding:
    kind = "required" if fact.required is True else "optional"
    return Finding(
        f"response-{kind}-property-removed",
        fact.operation,
        fact.path,
        fact.schema or None,
        None,
        fact.section,
        fact,
    )


def _added(fact: OutputFact) -> Finding:
    kind = "required" if fact.required is True else "optional"
    return Finding(
        f"response-{kind}-property-added",
        fact.operation,
        fact.path,
        None,
        fact.schema or None,
        fact.section,
        None,
        fact,
    )


def _changed(before: OutputFact, after: OutputFact) -> Iterator[Finding]:
    def finding(kind: str, was: object, now: object) -> Finding:
        return Finding(
            f"response-property-{kind}",
            before.operation,
            before.path,
            was,
            now,
            after.section,
            before,
            after,
        )

    if before.required is True and after.required is False:
        yield finding("became-optional", True, False)
    old, new = types(before.schema), types(after.schema)
    if old and new and not covers(old, new):
        yield finding("type-changed", _said(before.schema), _said(after.schema))
        return
    listed = before.schema.get("enum")
    if listed is None:
        return
    for value in without([*after.schema.get("enum", ()), *after.shown], listed):
        yield finding("enum-value-added", None, value)
    for value in without(listed, after.schema.get("enum", listed)):
        yield finding("enum-value-removed", value, None)


def _said(schema: Schema) -> object:
    named = sorted(types(schema))
    return named[0] if len(named) == 1 else named
