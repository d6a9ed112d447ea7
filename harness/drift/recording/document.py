"""A contract's file as it is written by hand, given other content: what stays is not touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from difflib import SequenceMatcher
from typing import Any, TypeGuard

import tomlkit
from tomlkit.items import AoT, Array, InlineTable, SingleKey, Table, Whitespace

from imagine_harness.harness.drift.keyed import json_key
from imagine_harness.harness.drift.recording import toml

OPERATIONS = "operation"
"""The key of the tables of which a new one is written as a whole."""

Path = tuple[str, ...]
"""The keys of a table from the top of the file on."""


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
            operations[name] = _parsed((OPERATIONS, name), toml.operation(name, entry))
    _rewrite(document, content)
    return tomlkit.dumps(document).rstrip("\n") + "\n"


def _parsed(path: Path, lines: Iterable[str]) -> Any:
    """What stands at a path of the file that has these lines only."""
    found: Any = tomlkit.parse("\n".join([*lines, "", ""]))
    for key in path:
        found = found[key]
    return found


def _rewrite(table: MutableMapping[str, Any], content: Mapping[str, Any], path: Path = ()) -> None:
    for key in [key for key in table if key not in content]:
        del table[key]
    for key, value in content.items():
        old, place = table.get(key), (*path, key)
        if key in table and _plain(old) == value:
            continue
        if _is_table(old):
            _rewrite(old, value, place)
        elif isinstance(old, AoT):
            _rewrite_list(old, value, place)
        elif old is None and key in toml.LISTS:
            table[key] = tomlkit.aot()
            _rewrite_list(table[key], value, place)
        elif isinstance(old, Array) and key in toml.LONG:
            _rewrite_array(old, value)
        elif old is None and (key in toml.TABLES or _holds_tables(table)):
            new = _parsed(place, toml.section(_name(place), value))
            _part([each for each in table.values() if isinstance(each, Table)], new)
            table[key] = new
        elif old is None and isinstance(table, Table):
            table.append(_below_others(table, key), item(value))
        else:
            table[key] = item(value)


def _is_table(value: object) -> TypeGuard[MutableMapping[str, Any]]:
    """Whether a value is a table under a head of its own."""
    return isinstance(value, MutableMapping) and not isinstance(value, InlineTable)


def _holds_tables(table: Mapping[str, Any]) -> bool:
    """Whether what a table has are tables, and nothing else."""
    return bool(table) and all(map(_is_table, table.values()))


def _name(path: Path) -> str:
    return ".".join(map(toml.key, path))


def _below_others(table: Table, name: str) -> SingleKey:
    """A key of a table, its equals sign below those of the others."""
    own = [key for key, each in table.value.body if key and not isinstance(each, Table | AoT)]
    column = max((len(f"{key.as_string()}{key.sep}".partition("=")[0]) for key in own), default=0)
    return SingleKey(name, sep=f"{' ' * (column - len(toml.key(name)) - 1)} = ")


def item(value: Any) -> Any:
    """A value as tomlkit holds it, written as people write it."""
    return tomlkit.value(toml.value(value))


def _plain(value: Any) -> Any:
    return value.unwrap() if hasattr(value, "unwrap") else value


def _rewrite_list(tables: AoT, content: Sequence[Mapping[str, Any]], path: Path) -> None:
    """Have a list of tables say other things of those that it has, and append new ones."""
    left = [*content]
    for table in [*tables]:
        kept = next((entry for entry in left if _identity(entry) == _identity(_plain(table))), None)
        if kept is None:
            tables.remove(table)
        else:
            left.remove(kept)
            _rewrite(table, kept, path)
    for entry in left:
        new = _parsed(path, toml.entry(_name(path), entry))[0]
        _part(tables, new)
        tables.append(new)


def _part(others: Sequence[Any], new: Table) -> None:
    """Have a new table stand a line below the last of others, above the next one's comments."""
    last = others[-1] if others else None
    while isinstance(last, Table | AoT) and (inner := _last_inside(last)) is not None:
        last = inner
    if not isinstance(last, Table):
        return
    body = last.value.body
    own = max((at for at, (key, _) in enumerate(body) if key is not None), default=-1)
    line = next((at for at in range(own + 1, len(body)) if _is_line(body[at][1])), None)
    if line is None:
        last.add(tomlkit.nl())
        return
    new.value.body.extend(body[line + 1 :])
    del body[line + 1 :]


def _last_inside(tables: Table | AoT) -> Any:
    """The table at the end of another one or of a list of them; None where none is."""
    inside = [*tables] if isinstance(tables, AoT) else [each for _, each in tables.value.body]
    return inside[-1] if inside and isinstance(inside[-1], Table | AoT) else None


def _is_line(element: Any) -> bool:
    """Whether an element of a file is an empty line."""
    return isinstance(element, Whitespace) and "\n" in element.s


def _identity(entry: Mapping[str, Any]) -> object:
    """What an entry of a list is known by: its id, else all that it says in one word."""
    words = {key: value for key, value in entry.items() if not isinstance(value, dict | list)}
    return entry.get("id") or json_key({key: str(value) for key, value in words.items()})


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
