"""One operation's entry, revised: its parameters, rules, sizes and answer as the page has them now.

Every function changes the entry that it is given, which is plain data and a copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.rules.keywords import KEYWORDS
from imagine_harness.harness.drift.comparing.outputs import inside
from imagine_harness.harness.drift.contract_facts import is_on_page
from imagine_harness.harness.drift.facts import OutputFact, ParameterFact, RuleFact, SizeFact
from imagine_harness.harness.drift.keyed import without
from imagine_harness.harness.drift.recording.fact_entries import (
    defaults_when,
    known_schema,
    parameter_line,
    rule_entry,
    source,
)
from imagine_harness.harness.drift.recording.removal import remove_mentions

EntryCopy = dict[str, Any]
"""An entry of a contract's file that may be changed."""


def revise_parameter(
    entry: EntryCopy, before: ParameterFact | None, after: ParameterFact | None
) -> None:
    """Have the entry say of a parameter what the page says now; it is gone without `after`."""
    if after is None:
        assert before is not None
        entry.get("parameters", {}).pop(before.name, None)
        _require(entry, before.name, False)
        remove_mentions(entry, before.name)
        return
    lines = entry.setdefault("parameters", {})
    if before is None:
        lines[after.name] = parameter_line(after, entry.get("source", "").partition("#")[2])
    else:
        lines[before.name] = _revised_line(entry, before, after)
    _require(entry, after.name, after.required)


def _revised_line(entry: EntryCopy, before: ParameterFact, after: ParameterFact) -> EntryCopy:
    line = {**entry["parameters"][before.name]}
    was, now = known_schema(before.schema), known_schema(after.schema)
    for keyword in KEYWORDS:
        stated = _constraint(entry, before.name, keyword)
        if keyword in now and stated is not None and is_on_page(stated):
            stated["schema"] = {keyword: now[keyword]}
        elif keyword in now:
            line[keyword] = _ordered(line.get(keyword), now[keyword])
            if stated is not None:
                # What was guessed or seen elsewhere is on the page now.
                entry["rule"].remove(stated)
        elif keyword in was and (after.whole or keyword == "type"):
            line.pop(keyword, None)
            if stated is not None and is_on_page(stated):
                entry["rule"].remove(stated)
    default = None if after.default is ABSENT else after.default
    for key, value in (
        ("default", default),
        ("default_when", defaults_when(after) or None),
        ("upstream", after.upstream),
    ):
        if value is not None:
            line[key] = value
        elif after.whole:
            line.pop(key, None)
    return line


def _ordered(old: Any, new: Any) -> Any:
    """Listed values in their recorded order, new ones at the end."""
    if not isinstance(old, list) or not isinstance(new, list):
        return new
    gone = without(old, new)
    return [*(each for each in old if each not in gone), *without(new, old)]


def _constraint(entry: EntryCopy, name: str, keyword: str) -> Any:
    """The rule of its own that states a keyword of a parameter, None without one."""
    for rule in entry.get("rule", ()):
        stated = (rule["type"], rule.get("field"), keyword in rule.get("schema", {}))
        if stated == ("constraint", name, True):
            return rule
    return None


def _require(entry: EntryCopy, name: str, wanted: bool) -> None:
    """Put a parameter on the list of required ones, or take it off."""
    listed = [*entry.get("required", ())]
    if wanted != (name in listed):
        listed = [*listed, name] if wanted else [each for each in listed if each != name]
        entry["required"] = listed
    if not listed:
        entry.pop("required", None)


def revise_rule(entry: EntryCopy, before: RuleFact | None, after: RuleFact | None) -> None:
    """Have the entry state a rule as the page does now; it is gone without `after`."""
    listed = entry.get("rule", [])
    own = next((each for each in listed if before and each["id"] == before.id), None)
    if after is None:
        if own is not None:
            _drop(entry, "rule", own)
    elif own is not None and before is not None:
        made = rule_entry(after, set())
        own |= {key: value for key, value in made.items() if key not in ("id", "type")}
        for key in before.entry.keys() - after.entry.keys():
            del own[key]
    else:
        made = rule_entry(after, {each["id"] for each in listed})
        entry.setdefault("rule", []).append(made)


def _drop(entry: EntryCopy, key: str, one: Mapping[str, Any]) -> None:
    """Take one table out of a list of tables, and the list when it is empty."""
    entry[key] = [each for each in entry[key] if each is not one]
    if not entry[key]:
        del entry[key]


def revise_size(table: EntryCopy, before: SizeFact | None, after: SizeFact | None) -> None:
    """Have a table of sizes list one as the page does now; it is gone without `after`."""
    rows = table["rows"]
    labels: list[str] = table.get("labels", [""] * len(rows))
    sizes = [(*row, label) for row, label in zip(rows, labels, strict=True)]
    now = [(after.width, after.height, after.label)] if after else []
    place = len(sizes)
    if before is not None:
        own = [before.width, before.height]
        known = (n for n, row in enumerate(rows) if row == own)
        labelled = "labels" in table
        place = next((n for n in known if not labelled or labels[n] == before.label), -1)
    if place >= 0:
        sizes[place : place + (before is not None)] = now
    table["rows"] = [[width, height] for width, height, _ in sizes]
    if "labels" in table:
        table["labels"] = [label for *_, label in sizes]


def revise_output(entry: EntryCopy, before: OutputFact | None, after: OutputFact | None) -> None:
    """Have the page's answer say what the page says now of one field; gone without `after`."""
    either = after or before
    assert either is not None
    answer = next((each for each in entry.get("answer", ()) if is_on_page(each)), None)
    if answer is None:
        if after is None:
            return
        fields = {after.path: known_schema(after.schema)}
        entry.setdefault("answer", []).append({"source": source(after.section), "fields": fields})
        return
    fields = answer["fields"]
    if after is None:
        gone = [path for path in fields if path == either.path or inside(path, either.path)]
        for path in gone:
            del fields[path]
    elif before is None or after.schema:
        fields[after.path] = _revised_field(dict(before.schema) if before else {}, after)
    needed = [*answer.get("required", ())]
    if after is not None and after.required is True and before is None:
        needed.append(after.path)
    kept = [
        path
        for path in needed
        if not (path == either.path and (after is None or after.required is False))
        and any(field == path or inside(field, path) for field in fields)
    ]
    if kept != answer.get("required", []):
        answer["required"] = kept


def _revised_field(recorded: Mapping[str, Any], after: OutputFact) -> dict[str, Any]:
    """A field of an answer: its recorded words, and those that the page lists or shows."""
    now = known_schema(after.schema)
    if "enum" not in recorded or ("type" in now and now["type"] != "string"):
        return now
    listed = now.get("enum", recorded["enum"])
    return {"enum": [*listed, *without(after.shown, listed)]}
