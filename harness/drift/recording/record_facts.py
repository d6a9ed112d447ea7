"""One finding, written into the tables of a contract's file."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

import tomlkit

from imagine_harness.contracts.operation import Contract
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.facts import (
    EndpointFact,
    Facts,
    ModelFact,
    OutputFact,
    ParameterFact,
    PriceFact,
    RuleFact,
    SizeFact,
    StatusFact,
    Unknown,
)
from imagine_harness.harness.drift.recording import edits, toml
from imagine_harness.harness.drift.recording.draft import of_template
from imagine_harness.harness.drift.recording.draft_operation import rule_entry, source


def apply(
    document: MutableMapping[str, Any], finding: Finding, page: Facts, contract: Contract
) -> None:
    """Have a file say what the page says now of the fact that a finding is about."""
    before, after = finding.before, finding.after
    if isinstance(before or after, EndpointFact):
        _endpoint(document, before, after, page, contract)
        return
    if finding.operation is None and not isinstance(before or after, SizeFact):
        _model(document, before, after)
        return
    operation = document["operation"][finding.operation] if finding.operation else {}
    match before, after:
        case ParameterFact(), ParameterFact():
            edits.parameter(operation, before, after)
        case None, ParameterFact():
            edits.new_parameter(operation, after)
        case ParameterFact(), None:
            edits.no_parameter(operation, before.name)
        case ((RuleFact() | None), (RuleFact() | None)):
            _rule(operation, before, after)
        case ((SizeFact() | None), (SizeFact() | None)):
            _size(document, before, after)
        case ((OutputFact() | None), (OutputFact() | None)):
            edits.output(operation, before, after)


def _rule(operation: Any, before: Any, after: Any) -> None:
    listed = operation.get("rule", [])
    entry = next((each for each in listed if before and each["id"] == before.id), None)
    if after is None:
        if entry is not None:
            listed.remove(entry)
            if not len(listed):
                del operation["rule"]
    elif entry is not None:
        for key, value in rule_entry(after, set()).items():
            if key not in ("id", "type"):
                edits.put(entry, key, value)
        for key in before.entry.keys() - after.entry.keys():
            del entry[key]
    else:
        edits.append(operation, "rule", rule_entry(after, {str(each["id"]) for each in listed}))


def _size(document: Any, before: SizeFact | None, after: SizeFact | None) -> None:
    either = after or before
    assert either is not None
    table = _size_table(document, either)
    if table is None:
        return
    rows, labels = table["rows"], table.get("labels")
    if before is None and after is not None:
        rows.append([after.width, after.height])
        if labels is not None:
            labels.append(after.label)
        return
    assert before is not None
    place = next(
        (
            index
            for index, row in enumerate(rows)
            if [*row] == [before.width, before.height]
            and (labels is None or labels[index] == before.label)
        ),
        None,
    )
    if place is None:
        return
    if after is None:
        del rows[place]
        if labels is not None:
            del labels[place]
        if not len(rows) and before.operation is not None:
            document["operation"][before.operation]["rule"].remove(table)
    else:
        rows[place] = [after.width, after.height]
        if labels is not None:
            labels[place] = after.label


def _size_table(document: Any, size: SizeFact) -> Any:
    """The table that lists sizes of this sort: a rule's, or the model's own."""
    if size.operation is None:
        own = document.get("sizes")
        return own if isinstance(own, dict) and "rows" in own else None
    rules = document["operation"][size.operation].get("rule", ())
    for rule in rules:
        if rule["type"] == "table" and tuple(rule["fields"]) == size.fields:
            return rule
    return None


def _endpoint(document: Any, before: Any, after: Any, page: Facts, contract: Contract) -> None:
    entries = document["operation"]
    if after is None:
        for name in [n for n, e in entries.items() if e.get("like") == before.operation]:
            if not {"parameters", "rule"} & entries[name].keys():
                del entries[name]
        del entries[before.operation]
    elif before is None:
        drafted = of_template(contract.provider.name, page, Path(contract.file))
        lines = toml.operation(after.operation, drafted.operation(after.operation).entry())
        made: Any = tomlkit.parse("\n".join([*lines, ""]))
        entries[after.operation] = made["operation"][after.operation]
    else:
        entry = entries[after.operation]
        for key in ("method", "path"):
            stated = getattr(after, key)
            if not isinstance(stated, Unknown):
                edits.put(entry, key, stated)
        if after.content and not isinstance(after.content, Unknown):
            edits.put(entry, "content", list(after.content))


def _model(document: Any, before: Any, after: Any) -> None:
    match before, after:
        case ((ModelFact() | None), (ModelFact() | None)):
            named = document["model"]
            ids = [str(named)] if isinstance(named, str) else [str(name) for name in named]
            if after is not None and after.id not in ids:
                ids.append(after.id)
            if before is not None and len(ids) > 1:
                ids.remove(before.id)
            edits.put(document, "model", ids[0] if len(ids) == 1 else ids)
        case ((PriceFact() | None), (PriceFact() | None)):
            _price(document, before, after)
        case ((StatusFact() | None), StatusFact()):
            edits.put(document, "status", after.word)


def _price(document: Any, before: PriceFact | None, after: PriceFact | None) -> None:
    if after is None:
        assert before is not None
        if before.of == "image":
            document.pop("price", None)
        if "price" not in document:
            return
        line = {**document["price"].unwrap(), before.of: 0}
    else:
        none: Mapping[str, Any] = {"image": 0, "input": 0, "source": source(after.section)}
        stated = document["price"].unwrap() if "price" in document else none
        line = {**stated, after.of: after.amount}
    edits.put(document, "price", line)
