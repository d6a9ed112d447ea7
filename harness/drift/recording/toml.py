"""Values as TOML is written by hand in contracts: tables on one line, spaces inside."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")

WIDEST = 100
"""Characters of a line, beyond which rows of a table are wrapped."""


def key(name: str) -> str:
    """A key, in quotes where TOML wants them."""
    return name if _BARE.fullmatch(name) else _text(name)


def value(given: Any) -> str:
    """A value on one line; keys without a value are left out.

    Raises:
        ValueError: TOML cannot say it.
    """
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, date):
        return given.isoformat()
    if isinstance(given, int):
        return str(given)
    if isinstance(given, float) and math.isfinite(given):
        return repr(given)
    if isinstance(given, str):
        return _text(given)
    if isinstance(given, Mapping):
        inside = ", ".join(
            f"{key(name)} = {value(each)}" for name, each in given.items() if each is not None
        )
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(given, Sequence):
        return "[" + ", ".join(value(each) for each in given) + "]"
    raise ValueError(f"TOML has no word for {given!r}")


def _text(given: str) -> str:
    # A JSON string is a TOML basic string, but for the one control character that JSON lets pass.
    return json.dumps(given, ensure_ascii=False).replace("\x7f", "\\u007f")


def pairs(table: Iterable[tuple[str, Any]]) -> list[str]:
    """Lines of `key = value`, equals signs under one another."""
    written = [(key(name), value(each)) for name, each in table if each is not None]
    width = max((len(name) for name, _ in written), default=0)
    return [f"{name:{width}} = {each}" for name, each in written]


def wrapped(name: str, values: Iterable[Any]) -> list[str]:
    """An array over several lines, as many values on each as fit."""
    lines, line = [f"{name} = ["], " "
    for each in values:
        text = f" {value(each)},"
        if len(line) + len(text) > WIDEST and line.strip():
            lines.append(line)
            line = " "
        line += text
    return [*lines, *([line] if line.strip() else []), "]"]


def operation(name: str, entry: Mapping[str, Any]) -> list[str]:
    """The lines of one operation: its keys, its parameters, its rules, what it answers."""
    head = f"operation.{key(name)}"
    lines = section(head, {k: v for k, v in entry.items() if k not in TABLES and k not in LISTS})
    for table in TABLES:
        if entry.get(table):
            lines += ["", *section(f"{head}.{table}", entry[table])]
            if table == BEFORE_RULES:
                lines += _entries(f"{head}.rule", entry.get("rule", ()))
    if not entry.get(BEFORE_RULES):
        lines += _entries(f"{head}.rule", entry.get("rule", ()))
    lines += _entries(f"{head}.hint", entry.get("hint", ()))
    lines += _entries(f"{head}.answer", entry.get("answer", ()))
    return lines


def section(head: str, content: Mapping[str, Any]) -> list[str]:
    """The lines of a table of plain values, its head first."""
    return [f"[{head}]", *pairs(content.items())]


TABLES = ("path_parameters", "query", "headers", "parameters", "content_reading", "outcome")
"""Keys of an operation that are tables of their own, in the order in which they are written."""

BEFORE_RULES = "parameters"
"""The table after which an operation's rules are written."""

LISTS = ("rule", "hint", "answer")
"""Keys of an operation that are lists of tables."""

LONG = ("rows", "labels")
"""Keys whose arrays are wrapped."""


def _entries(head: str, entries: Iterable[Mapping[str, Any]]) -> list[str]:
    return [line for each in entries for line in ("", *entry(head, each))]


def entry(head: str, content: Mapping[str, Any]) -> list[str]:
    """The lines of one entry of a list of tables; the fields of an answer are a table in it."""
    fields = content.get("fields")
    if not isinstance(fields, Mapping):
        return [f"[[{head}]]", *table(content)]
    flat = {k: v for k, v in content.items() if k != "fields"}
    return [f"[[{head}]]", *table(flat), *section(f"{head}.fields", fields)]


def table(content: Mapping[str, Any]) -> list[str]:
    """The lines of the values of a table; long arrays over several."""
    short = {k: v for k, v in content.items() if k not in LONG}
    long = (wrapped(k, content[k]) for k in LONG if k in content)
    return [*pairs(short.items()), *(line for lines in long for line in lines)]
