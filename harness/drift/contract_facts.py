"""The facts of a recorded contract that its page states: what a fresh copy is held against.

A contract also records what was observed elsewhere, or inferred; a page cannot take that back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.loading.files import read
from imagine_harness.contracts.model import Certainty
from imagine_harness.contracts.operation import Contract
from imagine_harness.contracts.rules.keywords import KEYWORDS
from imagine_harness.contracts.rules.types import rule_type
from imagine_harness.harness.drift.facts import (
    EndpointFact,
    ModelFact,
    OutputFact,
    ParameterFact,
    PriceFact,
    RuleFact,
    SizeFact,
    StatusFact,
    answer_schema,
)
from imagine_harness.harness.drift.page_facts import Facts

PAGE = "page"
"""Id of the document that a model's page is, in every contract."""

Entry = Mapping[str, Any]


def facts(contract: Contract) -> Facts:
    """What the contract holds as documented by its page, operations that only repeat left out."""
    raw = read(Path(contract.file), "model")
    entries = dict(_operations(raw["operation"]))
    hosts = load.provider(contract.provider.name).hosts
    host, *others = [name for name, prefix in hosts.items() if prefix == "/"] or [""]
    return Facts(
        title=contract.title,
        models=tuple(ModelFact(name, "") for name in contract.models),
        endpoints=tuple(
            EndpointFact(
                name,
                _section(e["source"]),
                e["method"],
                host,
                e["path"],
                tuple(e.get("content", ())),
                tuple(others),
            )
            for name, e in entries.items()
        ),
        parameters=tuple(
            fact for name, entry in entries.items() for fact in _parameters(name, entry)
        ),
        rules=tuple(fact for name, entry in entries.items() for fact in _rules(name, entry)),
        sizes=tuple(_sizes(raw, entries)),
        outputs=tuple(fact for name, entry in entries.items() for fact in _outputs(name, entry)),
        prices=tuple(_prices(raw.get("price"))),
        status=StatusFact(raw["status"], "") if "status" in raw else None,
        url=contract.documents[PAGE].url if PAGE in contract.documents else "",
    )


def with_base(entry: Entry, base: Entry) -> dict[str, Any]:
    """An operation's entry with all that it takes over from the one that it is `like`."""
    own = {key: value for key, value in entry.items() if key != "like"}
    return {
        **base,
        **own,
        "parameters": {**base.get("parameters", {}), **own.get("parameters", {})},
        "rule": [*base.get("rule", ()), *own.get("rule", ())],
    }


def is_on_page(entry: Entry) -> bool:
    """Whether an entry's source is the page."""
    return str(entry.get("source", "")).partition("#")[0] == PAGE


def _on_page(entry: Entry, source: str | None = None) -> bool:
    """Whether an entry is documented by the page."""
    stated = entry.get("certainty", Certainty.DOCUMENTED)
    return is_on_page({"source": source, **entry}) and stated == Certainty.DOCUMENTED


def _section(source: str) -> str:
    return source.partition("#")[2]


def _operations(entries: Mapping[str, Entry]) -> Iterator[tuple[str, Entry]]:
    """The page's operations with what they take over; one that takes over all is no fact."""
    for name, entry in entries.items():
        if "like" in entry:
            if not {"parameters", "rule"} & entry.keys():
                continue
            entry = with_base(entry, entries[entry["like"]])
        if _on_page(entry):
            yield name, entry


def _parameters(operation: str, entry: Entry) -> Iterator[ParameterFact]:
    required = set(entry.get("required", ()))
    for name, line in entry.get("parameters", {}).items():
        if not _on_page(line, entry["source"]):
            continue
        schema = {key: value for key, value in line.items() if key in KEYWORDS}
        for rule in entry.get("rule", ()):
            if rule["type"] == "constraint" and rule["field"] == name and _on_page(rule):
                schema |= rule["schema"]
        yield ParameterFact(
            operation,
            name,
            _section(line.get("source", entry["source"])),
            schema,
            required=name in required,
            default=line.get("default", ABSENT),
            default_when=tuple(
                (each["parameter"], each["equals"], each["default"])
                for each in line.get("default_when", ())
            ),
            upstream=line.get("upstream"),
        )


def _rules(operation: str, entry: Entry) -> Iterator[RuleFact]:
    for rule in entry.get("rule", ()):
        made = rule_type(rule["type"])
        if made.compared and _on_page(rule):
            own = {*(made.needs or ()), *made.takes}
            stated = {key: value for key, value in rule.items() if key in own}
            yield RuleFact(operation, rule["type"], stated, _section(rule["source"]), rule["id"])


def _sizes(raw: Entry, entries: Mapping[str, Entry]) -> Iterator[SizeFact]:
    table = raw.get("sizes")
    if isinstance(table, dict) and "rows" in table and _on_page(table):
        yield from _rows(table, None, ())
    for name, entry in entries.items():
        for rule in entry.get("rule", ()):
            if rule["type"] == "table" and _on_page(rule):
                yield from _rows(rule, name, tuple(rule["fields"]))


def _rows(table: Entry, operation: str | None, fields: tuple[str, ...]) -> Iterator[SizeFact]:
    labels: Iterable[str] = table.get("labels", [""] * len(table["rows"]))
    for (width, height), label in zip(table["rows"], labels, strict=True):
        yield SizeFact(width, height, label, _section(table["source"]), operation, fields)


def _outputs(operation: str, entry: Entry) -> Iterator[OutputFact]:
    for answer in entry.get("answer", ()):
        if not _on_page(answer):
            continue
        required = set(answer.get("required", ()))
        for path in dict.fromkeys((*answer["fields"], *answer.get("required", ()))):
            line = answer["fields"].get(path, {})
            yield OutputFact(
                operation,
                path,
                _section(answer["source"]),
                answer_schema(line),
                required=path in required,
            )


def _prices(price: Entry | None) -> Iterator[PriceFact]:
    if price is not None and _on_page(price):
        for of in ("image", "input"):
            if price[of]:
                yield PriceFact(of, price[of], _section(price["source"]))
