"""From the decoded tables to what an answer must be: outcome, sizes, shape."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from imagine_harness.contracts import sizes
from imagine_harness.contracts.fields import Schema
from imagine_harness.contracts.loading.entries import Entry, FileContext, check_formats
from imagine_harness.contracts.lookup import look_up
from imagine_harness.contracts.model import NOTHING, AnswerShape, ContractError, Parameter
from imagine_harness.contracts.outcome import Carrier, Outcome, Price, SizeSource
from imagine_harness.contracts.rules.keywords import KEYWORDS, expanded
from imagine_harness.contracts.rules.tables import Table


def outcome(
    desk: FileContext,
    name: str,
    entry: Entry,
    parameters: Mapping[str, Parameter],
    price: Price | None,
    size_table: sizes.SizeTable | None,
) -> Outcome | None:
    """What the operation's answers must deliver, None for a call that makes no images.

    Raises:
        ContractError: a parameter is not the operation's, or the model lists no sizes.
    """
    if "outcome" not in entry:
        return None
    line = entry["outcome"]
    where = f"{desk.file}: operation.{name}.outcome"
    if size_table is None:
        raise ContractError(f"{where}: the model has no sizes, expected a [sizes] table")
    size = line["size"]
    sized = {"certainty": size["certainty"]} if "certainty" in size else {}
    count = line.get("count", ())
    named = [size[key] for key in ("width", "height", "size", "ratio", "tier") if key in size]
    named += [line[key] for key in ("format", "quality", "lifetime") if key in line]
    named.append(line.get("prompt", "prompt"))
    named += [count] if isinstance(count, str) else list(count)
    if isinstance(line["carrier"], dict):
        named.append(line["carrier"].get("when") or line["carrier"]["parameter"])
    for each in (*named, *line.get("inputs", ())):
        look_up("parameter", each, parameters, ContractError, where=f"{where}: ", state="")
    beside = size.get("tier_beside_ratio")
    return Outcome(
        prompt=line.get("prompt", "prompt"),
        count=(count,) if isinstance(count, str) else tuple(count),
        format=line.get("format"),
        formats=MappingProxyType(line.get("formats", {f: f for f in ("jpeg", "png", "webp")})),
        default_format=line.get("default_format", "jpeg"),
        carrier=_carrier(line["carrier"]),
        size=SizeSource(
            table=size_table,
            statement=desk.statement(sized, f"{name}.outcome.size", line["source"]),
            width=size.get("width"),
            height=size.get("height"),
            size=size.get("size"),
            ratio=size.get("ratio"),
            tier=size.get("tier"),
            default_ratio=size.get("default_ratio"),
            default_tier=size.get("default_tier"),
            tier_statement=desk.statement(beside, f"{name}.outcome", line["source"])
            if beside
            else None,
        ),
        statement=desk.statement({}, f"{name}.outcome", line["source"]),
        inputs=tuple(line.get("inputs", ())),
        input_formats=tuple(line.get("input_formats", ())),
        quality=line.get("quality"),
        lifetime=line.get("lifetime"),
        price=price,
        open=frozenset(line.get("open", ())),
    )


def _carrier(entry: Any) -> Carrier:
    if isinstance(entry, str):
        return Carrier(None, NOTHING, entry)
    if "when" in entry:
        return Carrier(entry["when"], MappingProxyType({True: entry["then"]}), entry["else"])
    return Carrier(entry["parameter"], MappingProxyType(entry["values"]), entry["else"])


def size_table(desk: FileContext, entry: Entry, operations: Mapping[str, Entry]) -> sizes.SizeTable:
    """The sizes that a model's own file lists, in a table of their own or in a rule's rows."""
    desk.source(entry["source"], "sizes")
    rows, labels = entry.get("rows", []), entry.get("labels", [])
    if "rule" in entry:
        owner, _, topic = entry["rule"].partition(".")
        listed = operations.get(owner, {}).get("rule", ())
        rule = next((each for each in listed if each["id"] == topic), None)
        if rule is None or rule["type"] != Table.kind:
            raise ContractError(f"{desk.file}: sizes.rule: no table {entry['rule']!r} is recorded")
        rows, labels = rule["rows"], rule.get("labels", [])
    if len(labels) != len(rows):
        raise ContractError(f"{desk.file}: sizes: {len(labels)} labels for {len(rows)} rows")
    for row in rows:
        if len(row) != 2 or min(row) < 1:
            raise ContractError(f"{desk.file}: sizes: row {list(row)} is no width and height")
    try:
        made = sizes.labelled(rows, labels)
    except ValueError as error:
        raise ContractError(f"{desk.file}: sizes: {error}") from error
    for tier, how in entry.get("scaled", {}).items():
        made = sizes.scaled(
            made, tier, how["from"], side=how["side"], most=how["most"], multiple=how["multiple"]
        )
    return made


def answer(desk: FileContext, entry: Entry, topic: str) -> AnswerShape:
    """The documented shape of one answer; `a.b[].c` names a key inside an array's objects."""
    schema: Schema = {"type": "object"}
    for name, line in entry["fields"].items():
        check_formats(f"{desk.file}: {topic}.fields.{name}", line)
        _lay(schema, name, {key: value for key, value in line.items() if key in KEYWORDS})
    for name in entry.get("required", ()):
        *above, last = _parts(name)
        here = schema
        for part in above:
            here = (
                here.get("items", {}) if part == "[]" else here.get("properties", {}).get(part, {})
            )
        if not here:
            raise ContractError(
                f"{desk.file}: {topic}.required: no field holds {name!r}, known: "
                + ", ".join(entry["fields"])
            )
        here.setdefault("required", []).append(last)
    return AnswerShape(entry.get("status", 200), schema, desk.statement(entry, topic))


def _parts(name: str) -> list[str]:
    return [part for step in name.split(".") for part in step.replace("[]", "\0[]").split("\0")]


def _lay(schema: Schema, name: str, line: Schema) -> None:
    here = schema
    for part in _parts(name):
        if part == "[]":
            here["type"] = "array"
            here = here.setdefault("items", {})
        else:
            here.setdefault("type", "object")
            here = here.setdefault("properties", {}).setdefault(part, {})
    here.update(expanded(line))
