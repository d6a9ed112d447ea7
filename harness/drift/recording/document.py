"""A contract's file as it is written by hand, given other content: what stays is not touched."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from difflib import SequenceMatcher
from typing import Any

import tomlkit
from tomlkit.items import AoT, Array, InlineTable, Table

from imagine_harness.harness.drift.keyed import json_key
from imagine_harness.harness.drift.recording import toml

OPERATIONS, FIELDS = "operation", "fields"
"""The key of the tables that are written anew, and of the one table in an entry of a list."""


def rewritten(text: str, content: Mapping[str, Any]) -> str:
    """The text of a file that holds other content; comments, order and style are kept.

    Raises:
        ValueError: TOML has no word for some of the content.
    """
    document = tomlkit.parse(text)
    operations, new = document.get(OPERATIONS, {}), content.get(OPERATIONS, {})
    for name, entry in new.items():
        if name not in operations or ("like" in operations[name] and "like" not in entry):
            # An operation that is new, or that parts from another one, is written as a whole.
            written: Any = tomlkit.parse("\n".join([*toml.operation(name, entry), "", ""]))
            operations[name] = written[OPERATIONS][name]
    _rewrite(document, content)
    return tomlkit.dumps(document)


def _rewrite(table: MutableMapping[str, Any], content: Mapping[str, Any]) -> None:
    for key in [key for key in table if key not in content]:
        del table[key]
    for key, value in content.items():
        old = table.get(key)
        if key in table and _plain(old) == value:
            continue
        if isinstance(old, MutableMapping) and not isinstance(old, InlineTable):
            _rewrite(old, value)
        elif isinstance(old, AoT):
            _rewrite_list(old, value)
        elif old is None and key in toml.LISTS:
            table[key] = tomlkit.aot()
            _rewrite_list(table[key], value)
        elif isinstance(old, Array) and key in toml.LONG:
            _rewrite_array(old, value)
        elif old is None and key in toml.TABLES:
            table[key] = _table(value)
        else:
            table[key] = item(value)


def item(value: Any) -> Any:
    """A value as tomlkit holds it, written as people write it."""
    return tomlkit.value(toml.value(value))


def _plain(value: Any) -> Any:
    return value.unwrap() if hasattr(value, "unwrap") else value


def _table(content: Mapping[str, Any]) -> Table:
    table = tomlkit.table()
    for key, value in content.items():
        table[key] = item(value)
    return table


def _rewrite_list(tables: AoT, content: Sequence[Mapping[str, Any]]) -> None:
    """Have a list of tables say other things of those that it has, and append new ones."""
    left = [*content]
    for table in [*tables]:
        kept = next((entry for entry in left if _identity(entry) == _identity(_plain(table))), None)
        if kept is None:
            tables.remove(table)
        else:
            left.remove(kept)
            _rewrite(table, kept)
    for entry in left:
        _append(tables, entry)


def _identity(entry: Mapping[str, Any]) -> object:
    """What an entry of a list is known by: its id, else all that it says in one word."""
    words = {key: value for key, value in entry.items() if not isinstance(value, dict | list)}
    return entry.get("id") or json_key({key: str(value) for key, value in words.items()})


def _append(tables: AoT, entry: Mapping[str, Any]) -> None:
    table = tomlkit.table()
    for key, value in tomlkit.parse("\n".join([*toml.table(entry), ""])).items():
        table.append(key, value)
    table.add(tomlkit.nl())
    tables.append(table)
    if isinstance(entry.get(FIELDS), Mapping):
        table[FIELDS] = _table(entry[FIELDS])


def _rewrite_array(array: Array, content: Sequence[Any]) -> None:
    """Have a long array hold other elements, each on the line that it has."""
    old, new = ([json_key(each) for each in side] for side in (_plain(array), content))
    for tag, at, end, start, stop in reversed(
        SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    ):
        if tag == "equal":
            continue
        common = min(end - at, stop - start)
        for step in range(common):
            array[at + step] = content[start + step]
        for place in reversed(range(at + common, end)):
            del array[place]
        for step in range(common, stop - start):
            array.insert(at + step, content[start + step])
