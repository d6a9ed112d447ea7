"""A row of UniAll's parameter tables: type, necessity, and what its note states."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from imagine_harness.contracts.fields import ABSENT, Schema
from imagine_harness.harness.drift.pages.markdown import Grid
from imagine_harness.harness.drift.phrases.statements import Statements, read
from imagine_harness.harness.drift.phrases.types import type_of
from imagine_harness.harness.drift.phrases.values import kinds_of

NAMES = frozenset({"parameter", "parameters", "field", "fields", "name"})
"""Heads of the column that names parameters."""

NOTES = ("title", "note", "description")
"""Heads of the columns whose words state limits."""

ALWAYS, NEVER = frozenset({"yes", "true"}), frozenset({"no", "false", "optional", "-", ""})
"""What the column of necessity says; any other word is a condition."""

SIZES = re.compile(r"\bsupported sizes?\b", re.IGNORECASE)
TASK_ONLY = re.compile(
    r"\basync tasks? ?use(?!d)|\b(?:async tasks? only|only (?:for|with) async)\b"
)
_IMAGE = re.compile(r"(?:^|_)(?:image|images|mask|reference|references)(?:_|$)")


@dataclass(frozen=True, slots=True)
class UniAllRow:
    """One parameter as its row states it, for all operations of the page.

    Attributes:
        conditional: whether it is required in some cases.
        image: whether it holds an input image, or several.
        task_only: whether it is for asynchronous tasks alone.
        sized: whether its values are the page's listed sizes.
        unread: what of the row could not be read.
        statements: what its note states.
    """

    name: str
    schema: Schema
    default: object = ABSENT
    required: bool = False
    conditional: bool = False
    image: bool = False
    task_only: bool = False
    sized: bool = False
    unread: str = ""
    note: str = ""
    statements: Statements = field(default_factory=Statements)


def is_table(grid: Grid) -> bool:
    """Whether a table lists parameters of a request."""
    head = [cell.casefold() for cell in grid.head]
    return bool(head) and head[0] in NAMES and {"type", "required"} <= set(head)


def rows(grid: Grid) -> Iterator[UniAllRow]:
    """The parameters of a table."""
    head = [cell.casefold() for cell in grid.head]
    names = {row[0].strip("`") for row in grid.rows if row}
    for row in grid.rows:
        if len(row) == len(head) and row[0].strip("`"):
            cells = dict(zip(head, row, strict=True))
            note = "; ".join(cells[word] for word in NOTES if cells.get(word))
            yield _row(row[0].strip("`"), cells["type"], cells["required"], note, names)


def _row(name: str, kind: str, necessity: str, note: str, names: Collection[str]) -> UniAllRow:
    schema, _ = type_of(kind.casefold().strip("` "))
    need = necessity.casefold().strip()
    image = bool(_IMAGE.search(name)) and not set(kinds_of(schema)) & {"integer", "boolean"}
    if image and ("url" in note.casefold() or "file" in kind):
        _as_image(schema)
    found = read(note, name, schema, names)
    if image and found.values:
        found.left.append(note)
    return UniAllRow(
        name,
        {**found.keywords, **schema} if image or name == "model" else found.schema(schema),
        found.default_as(schema),
        required=need in ALWAYS,
        conditional=need not in ALWAYS | NEVER,
        image=image,
        task_only=TASK_ONLY.search(note) is not None,
        sized=SIZES.search(note) is not None,
        unread="" if schema else f"{name} type: {kind}",
        note=note,
        statements=found if name != "model" else Statements(),
    )


def _as_image(schema: Schema) -> None:
    if schema.get("type") == "string":
        schema["format"] = "image-url"
    elif schema.get("type") == "array" and schema.get("items", {}).get("type") == "string":
        schema["items"]["format"] = "image-url"
