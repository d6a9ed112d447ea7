"""The types, values and defaults of Lumenfall's rows as the words of a contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from imagine_harness.contracts.fields import ABSENT, Schema
from imagine_harness.harness.drift.facts import SizeFact
from imagine_harness.harness.drift.phrases.statements import Statements, read
from imagine_harness.harness.drift.phrases.types import type_of
from imagine_harness.harness.drift.phrases.values import kinds_of, typed
from imagine_harness.harness.drift.readers.lumenfall.page import LumenfallRow

CONVERTED: Mapping[str, str] = MappingProxyType(
    {"size": "size", "aspect_ratio": "ratio", "resolution": "tier"}
)
"""What the gateway converts for every model, and the format in which it takes it."""

PICTURE: Schema = {"type": "string", "format": "image-url"}


def statements_of(row: LumenfallRow, names: Iterable[str], sizes: Sequence[SizeFact]) -> Statements:
    """What the sentences of a row state; `sizes` are all that the page lists."""
    schema = _type_of(row) or {}
    listed = row.values or [*dict.fromkeys(_size_values(schema.get("format"), sizes))]
    known = {**schema, "enum": row.values} if row.values else schema
    default = None if row.default is ABSENT else row.default
    return read(row.words, row.name, known, names, listed, default)


def schema_of(row: LumenfallRow, found: Statements) -> Schema | None:
    """The keywords of a row, None where its type is not known."""
    schema = _type_of(row)
    if schema is None or (row.name in CONVERTED and row.type != "file"):
        return schema
    if row.values:
        kinds = ("number",) if {"integer", "number"} & {*kinds_of(schema)} else ("string",)
        return {"enum": [typed(each, kinds) for each in row.values]}
    return found.schema(schema)


def _type_of(row: LumenfallRow) -> Schema | None:
    if row.type == "file":
        # OpenAI's SDKs send one picture or several as `image`, and one as anything else.
        several = {"type": ["string", "array"], "format": "image-url", "items": PICTURE}
        return several if row.name == "image" else dict(PICTURE)
    schema, unknown = type_of(row.type)
    if unknown:
        return None
    return schema | ({"format": CONVERTED[row.name]} if row.name in CONVERTED else {})


def default_of(row: LumenfallRow, schema: Schema, found: Statements) -> object:
    """The default of a row, in the type of its parameter; ABSENT where it has none."""
    if row.default is ABSENT:
        return found.default_as(schema)
    if row.default is None:
        return ABSENT
    if isinstance(row.default, int | float) and "string" in (schema.get("type"), row.type):
        return str(row.default)
    return row.default


def _size_values(form: object, sizes: Iterable[SizeFact]) -> Iterator[str]:
    """The ratios or the tiers of listed sizes, by their labels: `1K (3:4)`, or `3:4`."""
    for size in sizes:
        tier, _, ratio = size.label.rpartition(" ")
        if form == "ratio" and ratio:
            yield ratio.strip("()")
        elif form == "tier" and tier:
            yield tier
