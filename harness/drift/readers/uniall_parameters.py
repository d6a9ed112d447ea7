"""A row of UniAll's parameter tables: type, necessity, and what its note states."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from imagine_harness.contracts.fields import Schema
from imagine_harness.harness.drift.facts import ABSENT
from imagine_harness.harness.drift.pages.curl_calls import decoded
from imagine_harness.harness.drift.pages.markdown import Grid

NAMES = frozenset({"parameter", "parameters", "field", "fields", "name"})
"""Heads of the column that names parameters."""

NOTES = ("title", "note", "description")
"""Heads of the columns whose words state limits."""

ALWAYS, NEVER = frozenset({"yes", "true"}), frozenset({"no", "false", "optional", "-", ""})
"""What the column of necessity says; any other word is a condition."""

TYPES: Mapping[str, str] = MappingProxyType(
    {
        **{word: word for word in ("string", "integer", "number", "boolean", "object", "array")},
        **{"int": "integer", "float": "number", "bool": "boolean", "list": "array"},
    }
)

_NUMBER = r"-?\d+(?:\.\d+)?"

DEFAULT = re.compile(r"\bdefaults?(?: value)?(?: is| to)?:?\s*`([^`]+)`", re.IGNORECASE)

RANGES: Final = (
    ("in one code", re.compile(rf"`({_NUMBER})\s*[-~\u2013]\s*({_NUMBER})`")),
    (
        "between codes",
        re.compile(rf"`({_NUMBER})`\s*+(?:(?:to|and|[-~\u2013])\s*+)?`({_NUMBER})`"),
    ),
)
"""How a note states the least and the most of a number."""

BOUNDS: Final = (
    (
        "max",
        re.compile(r"\b(?:up to|at most|maximum|max)(?: of)?:?\s*`?(\d{1,18})`?", re.IGNORECASE),
    ),
    ("min", re.compile(r"\b(?:at least|minimum|min)(?: of)?:?\s*`?(\d{1,18})`?", re.IGNORECASE)),
)
"""How a note states one end alone."""

KEYWORDS: Mapping[str, str] = MappingProxyType(
    {"integer": "imum", "number": "imum", "array": "Items", "string": "Length"}
)
"""A type -> what follows `min` and `max` in its keywords."""

ADVICE = re.compile(r"\b(?:recommended|prefer|for example|such as|e\.g|use)\b", re.IGNORECASE)
"""Words before a code that is advice, no limit."""

LISTED = re.compile(
    r"\b(?:(?:allowed|supported|valid|possible|common) values?|one of|either|must be)\b", re.I
)
SIZES = re.compile(r"\bsupported sizes?\b", re.IGNORECASE)
TASK_ONLY = re.compile(
    r"\basync tasks? ?use(?!d)|\b(?:async tasks? only|only (?:for|with) async)\b"
)
EDITING = re.compile(r"\b(?:image editing|editing)(?: only)?:? `([^`]+)`", re.IGNORECASE)
"""A value that is for edits: `image editing` before it."""

_VALUE = re.compile(r"[A-Za-z0-9][\w:.+-]*")
_IMAGE = re.compile(r"(?:^|_)(?:image|images|mask|reference|references)(?:_|$)")
_OPENS = re.compile(r"(?:^|[,:\uff0c\uff1a])\s*$")


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter as its row states it, for all operations of the page.

    Attributes:
        conditional: whether it is required in some cases.
        image: whether it holds an input image, or several.
        task_only: whether it is for asynchronous tasks alone.
        editing: values that are for edits alone.
        sized: whether its values are the page's listed sizes.
        strange: what of the row could not be read.
    """

    name: str
    schema: Schema
    default: object = ABSENT
    required: bool = False
    conditional: bool = False
    image: bool = False
    task_only: bool = False
    editing: tuple[str, ...] = ()
    sized: bool = False
    strange: str = ""
    note: str = ""
    values: tuple[str, ...] = ()


def is_table(grid: Grid) -> bool:
    """Whether a table lists parameters of a request."""
    head = [cell.casefold() for cell in grid.head]
    return bool(head) and head[0] in NAMES and {"type", "required"} <= set(head)


def rows(grid: Grid) -> Iterator[Row]:
    """The parameters of a table."""
    head = [cell.casefold() for cell in grid.head]
    names = {row[0].strip("`") for row in grid.rows if row}
    for row in grid.rows:
        if len(row) == len(head) and row[0].strip("`"):
            cells = dict(zip(head, row, strict=True))
            note = "; ".join(cells[word] for word in NOTES if cells.get(word))
            yield _row(row[0].strip("`"), cells["type"], cells["required"], note, names)


def _row(name: str, kind: str, necessity: str, note: str, names: Collection[str]) -> Row:
    schema = type_of(kind)
    need = necessity.casefold().strip()
    image = bool(_IMAGE.search(name)) and not set(_kinds(schema)) & {"integer", "boolean"}
    if image and ("url" in note.casefold() or "file" in kind):
        _as_image(schema)
    parts = _clauses(note)
    default: object = ABSENT
    listed: list[str] = []
    for part in parts:
        stated = DEFAULT.search(part)
        if stated is not None:
            default = _value(stated[1], schema)
            part = part[: stated.start()] + part[stated.end() :]
        if not _bounded(part, schema):
            listed += [value for value in _values(part, schema) if value not in names]
    values = tuple(dict.fromkeys(listed))
    if values and not image and name != "model":
        schema = {"enum": [_value(value, schema) for value in values]}
    return Row(
        name,
        schema,
        default,
        required=need in ALWAYS,
        conditional=need not in ALWAYS | NEVER,
        image=image,
        task_only=TASK_ONLY.search(note) is not None,
        editing=tuple(EDITING.findall(note)),
        sized=SIZES.search(note) is not None,
        strange="" if schema else f"type: {kind}",
        note=note,
        values=values,
    )


def type_of(kind: str) -> Schema:
    """`string[]` is an array of strings, `string / object` either; a file goes in a form."""
    words = [word.strip() for word in re.split(r"[/|]|\bor\b", kind.casefold().strip("` "))]
    if len(words) == 1 and words[0].endswith("[]"):
        inner = TYPES.get(words[0][:-2])
        return {"type": "array", "items": {"type": inner}} if inner else {"type": "array"}
    if len(words) == 1 and (
        found := re.fullmatch(r"(?:array|list)(?: of |<|\[)(\w+?)s?\W?", words[0])
    ):
        inner = TYPES.get(found[1])
        return {"type": "array", "items": {"type": inner}} if inner else {"type": "array"}
    known = [TYPES[word] for word in words if word in TYPES]
    if not known:
        return {}
    return {"type": known[0] if len(known) == 1 else known}


def _kinds(schema: Schema) -> list[str]:
    kind = schema.get("type", [])
    return [kind] if isinstance(kind, str) else list(kind)


def _as_image(schema: Schema) -> None:
    if schema.get("type") == "string":
        schema["format"] = "image-url"
    elif schema.get("type") == "array" and schema.get("items", {}).get("type") == "string":
        schema["items"]["format"] = "image-url"


def _clauses(note: str) -> list[str]:
    """The parts of a note between points and semicolons, those inside code aside."""
    hidden = re.sub(r"`[^`]*`", lambda code: code[0].replace(".", "\0").replace(";", "\1"), note)
    parts = re.split(r"[;\uff1b\u3002]|\.(?=\s|$)", hidden)
    return [part.replace("\0", ".").replace("\1", ";").strip() for part in parts if part.strip()]


def _bounded(part: str, schema: Schema) -> bool:
    """Read the limits that a part of a note states into a schema."""
    kinds = set(_kinds(schema))
    if kinds & {"integer", "number"}:
        for _, pattern in RANGES:
            found = pattern.search(part)
            if found is not None:
                schema["minimum"], schema["maximum"] = (_number(found[1]), _number(found[2]))
                return True
    if len(kinds) != 1 or not kinds <= KEYWORDS.keys():
        return False
    (kind,) = kinds
    found_ends = [(end, found) for end, pattern in BOUNDS if (found := pattern.search(part))]
    schema.update({f"{end}{KEYWORDS[kind]}": int(found[1]) for end, found in found_ends})
    return bool(found_ends)


def _values(part: str, schema: Schema) -> list[str]:
    """The values that a part of a note lists, none where it advises or mentions."""
    found = list(re.finditer(r"`([^`]+)`", part))
    listed = [code[1] for code in found if _VALUE.fullmatch(code[1])]
    if not listed or len(listed) < len(found) or set(_kinds(schema)) & {"object", "array"}:
        return []
    before = part[: found[0].start()]
    if LISTED.search(part) or _OPENS.search(before):
        return listed
    return listed if len(listed) > 1 and not ADVICE.search(before) else []


def _value(text: str, schema: Schema) -> object:
    if "string" in _kinds(schema):
        return text
    value = decoded(text)
    return text if value is ABSENT else value


def _number(text: str) -> int | float:
    value = float(text)
    return int(value) if value.is_integer() else value
