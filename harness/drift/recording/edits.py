"""Changes of one operation's table in a contract file, comments and order kept."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

import tomlkit
from tomlkit.items import AoT

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.rules.keywords import KEYWORDS
from imagine_harness.harness.drift.comparing.outputs import inside
from imagine_harness.harness.drift.contract_facts import PAGE
from imagine_harness.harness.drift.facts import OutputFact, ParameterFact
from imagine_harness.harness.drift.keyed import without
from imagine_harness.harness.drift.recording import toml
from imagine_harness.harness.drift.recording.draft_operation import (
    defaults_when,
    known_schema,
    parameter_line,
    source,
)
from imagine_harness.harness.drift.recording.removal import forget

Table = MutableMapping[str, Any]
"""A table of a file while it is edited."""


def value(given: Any) -> Any:
    """A value as tomlkit holds it, written as people write it."""
    return tomlkit.value(toml.value(given))


def put(table: Table, key: str, given: Any) -> None:
    """Set a key; what is there already and says the same stays as it is written."""
    if key in table and _plain(table[key]) == given:
        return
    table[key] = value(given)


def _plain(given: Any) -> Any:
    return given.unwrap() if hasattr(given, "unwrap") else given


def append(operation: Table, name: str, entry: Mapping[str, Any]) -> None:
    """Add a table to one of an operation's lists of tables."""
    if name not in operation:
        operation[name] = tomlkit.aot()
    listed = operation[name]
    assert isinstance(listed, AoT)
    table = tomlkit.table()
    for key, given in tomlkit.parse("\n".join([*toml.table(entry), ""])).items():
        table.append(key, given)
    table.add(tomlkit.nl())
    listed.append(table)


def parameter(operation: Table, before: ParameterFact, after: ParameterFact) -> None:
    """Have a parameter's line say what the page says now."""
    line: dict[str, Any] = _plain(operation["parameters"][before.name])
    new = {**line}
    was, now = known_schema(before.schema), known_schema(after.schema)
    for keyword in KEYWORDS:
        stated = _constraint(operation, before.name, keyword)
        if keyword in now and stated is not None and _on_page(stated):
            stated["schema"] = value({keyword: now[keyword]})
        elif keyword in now:
            new[keyword] = _ordered(line.get(keyword), now[keyword])
            if stated is not None:
                # What was guessed or seen elsewhere is on the page now.
                operation["rule"].remove(stated)
        elif keyword in was and (after.whole or keyword == "type"):
            new.pop(keyword, None)
            if stated is not None and _on_page(stated):
                operation["rule"].remove(stated)
    _default(new, after)
    required(operation, before.name, after.required)
    if after.upstream is not None:
        new["upstream"] = after.upstream
    elif after.whole:
        new.pop("upstream", None)
    put(operation["parameters"], before.name, new)


def _default(line: dict[str, Any], after: ParameterFact) -> None:
    if after.default is not ABSENT and after.default is not None:
        line["default"] = after.default
    elif after.whole:
        line.pop("default", None)
    if after.default_when:
        line["default_when"] = defaults_when(after)
    elif after.whole:
        line.pop("default_when", None)


def _ordered(old: Any, new: Any) -> Any:
    """Listed values in their recorded order, new ones at the end."""
    if not isinstance(old, list) or not isinstance(new, list):
        return new
    gone = without(old, new)
    return [*(each for each in old if each not in gone), *without(new, old)]


def _constraint(operation: Table, name: str, keyword: str) -> Any:
    """The rule of its own that states a keyword of a parameter, None without one."""
    for rule in operation.get("rule", ()):
        stated = (rule["type"], rule.get("field"), keyword in rule.get("schema", {}))
        if stated == ("constraint", name, True):
            return rule
    return None


def required(operation: Table, name: str, wanted: bool) -> None:
    """Put a parameter on the list of required ones, or take it off."""
    listed = operation.get("required", [])
    if wanted and name not in listed:
        put(operation, "required", [*map(str, listed), name])
    elif not wanted and name in listed:
        rest = [str(each) for each in listed if each != name]
        if rest:
            put(operation, "required", rest)
        else:
            del operation["required"]


def new_parameter(operation: Table, fact: ParameterFact) -> None:
    """Add a parameter's line."""
    if "parameters" not in operation:
        operation["parameters"] = tomlkit.table()
    section = str(operation.get("source", "")).partition("#")[2]
    operation["parameters"][fact.name] = value(parameter_line(fact, section))
    required(operation, fact.name, fact.required)


def no_parameter(operation: Table, name: str) -> None:
    """Take a parameter away, with what is said of it elsewhere in the operation."""
    operation["parameters"].pop(name, None)
    required(operation, name, False)
    forget(operation, name)


def output(operation: Table, before: OutputFact | None, after: OutputFact | None) -> None:
    """Have the page's answer say what the page says now of one field."""
    either = after or before
    assert either is not None
    answer = next((a for a in operation.get("answer", ()) if _on_page(a)), None)
    if answer is None:
        if after is not None:
            line = known_schema(after.schema)
            append(operation, "answer", {"source": source(after.section), "fields": {}})
            operation["answer"][-1]["fields"] = tomlkit.table()
            operation["answer"][-1]["fields"][after.path] = value(line)
        return
    if after is None:
        gone = [p for p in answer["fields"] if p == either.path or inside(p, either.path)]
        for path in gone:
            del answer["fields"][path]
    elif before is None or after.schema:
        recorded = dict(before.schema) if before else {}
        put(answer["fields"], after.path, merged_output(recorded, after))
    needed = [str(name) for name in answer.get("required", ())]
    if after is not None and after.required is True and before is None:
        needed.append(after.path)
    kept = [
        path
        for path in needed
        if not (path == either.path and (after is None or after.required is False))
        and any(field == path or inside(field, path) for field in answer["fields"])
    ]
    if kept != [str(name) for name in answer.get("required", ())]:
        put(answer, "required", kept)


def merged_output(recorded: Mapping[str, Any], after: OutputFact) -> dict[str, Any]:
    """A field of an answer: its recorded words, and those that the page lists or shows."""
    now = known_schema(after.schema)
    if "enum" not in recorded or ("type" in now and now["type"] != "string"):
        return now
    listed = now.get("enum", recorded["enum"])
    return {"enum": [*listed, *without(after.shown, listed)]}


def _on_page(entry: Mapping[str, Any]) -> bool:
    return str(entry["source"]).partition("#")[0] == PAGE
