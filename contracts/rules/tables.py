"""Whole numbers that are listed together, row by row."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from imagine_harness.contracts.fields import Patch, Schema, holding, nested, pointer
from imagine_harness.contracts.model import Change, Parameter, Seen, Statement, Violation
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.exercises import NEITHER, Exercises, among
from imagine_harness.contracts.rules.keys import NAMES, ROWS, keyed
from imagine_harness.contracts.rules.lazy import Lazy

if TYPE_CHECKING:
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy

    from imagine_harness.contracts.rules.context import Entry, RuleContext
else:
    st = Lazy("hypothesis.strategies")

Row = tuple[int, ...]


@dataclass(frozen=True, repr=False)
class Table(Rule):
    """Whole numbers that are given together must be one of the listed rows."""

    statement: Statement
    columns: tuple[Parameter, ...]
    rows: tuple[Row, ...]
    labels: tuple[str, ...] = ()
    kind: str = "table"

    needs = keyed(fields=NAMES, rows=ROWS)
    takes = keyed(labels=NAMES)
    compared = False

    @classmethod
    def parse(cls, statement: Statement, entry: Entry, context: RuleContext) -> Self:
        columns = context.fields(entry)
        rows = tuple(tuple(row) for row in entry["rows"])
        labels = tuple(entry.get("labels", ()))
        for row in rows:
            if len(row) != len(columns):
                said = f"row {list(row)} has {len(row)} values, expected {len(columns)}"
                raise context.error(entry, said)
        if labels and len(labels) != len(rows):
            raise context.error(entry, f"{len(labels)} labels for {len(rows)} rows")
        return cls(statement, columns, rows, labels)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return self.columns

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        row = tuple(_whole(parameter.value(body)) for parameter in self.columns)
        if None in row or row in self.rows:
            return
        near = nearest_row(row, self.rows)
        names = tuple(parameter.name for parameter in self.columns)
        said = "x".join(map(str, row))
        yield self.violation(
            pointer(self.columns[0].path),
            f"{' and '.join(names)} {said} is not a listed combination, "
            f"nearest is {'x'.join(map(str, near))}",
            names=names,
            expected=[list(listed) for listed in self.rows],
            got=list(row),
            fix=(
                Change("replace", pointer(parameter.path), right)
                for parameter, right, value in zip(self.columns, near, row, strict=True)
                if right != value
            ),
        )

    def positive(self) -> SearchStrategy[Patch]:
        return st.sampled_from(self.rows).map(self.patch)

    def negative(self) -> SearchStrategy[Patch]:
        listed = set(self.rows)
        mixed = {
            (*row[:place], value, *row[place + 1 :])
            for row in self.rows
            for place in range(len(row))
            for value in (row[place] - 1, row[place] + 1, *{other[place] for other in self.rows})
        }
        return st.sampled_from(sorted(mixed - listed)).map(self.patch)

    def patch(self, row: Row) -> Patch:
        """The patch that sets the values of a row."""
        return {p.path: value for p, value in zip(self.columns, row, strict=True)}

    def as_schema(self) -> Schema:
        whole = {"allOf": [holding(p.path, {"type": "integer"}) for p in self.columns]}
        rows = [
            {
                "allOf": [
                    nested(p.path, {"const": v}) for p, v in zip(self.columns, row, strict=True)
                ]
            }
            for row in self.rows
        ]
        return {"if": whole, "then": {"anyOf": rows}}

    def exercise(self, root: object) -> Exercises:
        row = tuple(parameter.value(root) for parameter in self.columns)
        return among(row, self.rows) if row in self.rows else NEITHER

    @property
    def in_order(self) -> Sequence[object]:
        return self.rows


def _whole(value: object) -> int | None:
    """A whole number as JSON has it (`2.0` is one), else None."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def nearest_row(row: Sequence[object], rows: tuple[Row, ...]) -> Row:
    """The listed row with the smallest sum of ratios to `row`; the first of equals."""

    def distance(listed: Row) -> float:
        return sum(_apart(right, value) for right, value in zip(listed, row, strict=True))

    return min(rows, key=distance)


def _apart(listed: int, value: object) -> float:
    """How far a value is from a listed one, on a logarithmic scale."""
    if value == listed:
        return 0.0
    if not isinstance(value, int) or min(value, listed) <= 0:
        return math.inf
    return abs(math.log(listed / value))
