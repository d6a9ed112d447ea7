"""Constraints on a single parameter: a limit, a list, a type, or that it must be there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from imagine_harness.contracts.engine import SchemaEngine
from imagine_harness.contracts.fields import (
    ABSENT,
    Patch,
    Schema,
    brief_text,
    get,
    given,
    nested,
    pointer,
)
from imagine_harness.contracts.model import Change, Parameter, Seen, Statement, Violation
from imagine_harness.contracts.rules import values, ways
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.exercises import (
    BROKEN,
    NEITHER,
    OBEYED,
    SIZES,
    SPOKEN,
    Exercises,
    among,
)
from imagine_harness.contracts.rules.keys import KEYWORD, TEXT, keyed
from imagine_harness.contracts.rules.keywords import EACH, KEYWORDS, Keyword, plural
from imagine_harness.contracts.rules.lazy import Lazy

if TYPE_CHECKING:
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy

    from imagine_harness.contracts.rules.context import Entry, RuleContext
else:
    st = Lazy("hypothesis.strategies")

RUN = 256
"""Items of an array that are looked at together."""


@dataclass(frozen=True, repr=False)
class Constraint(Rule):
    """One JSON Schema keyword of one parameter, as a rule of its own.

    It looks at values that are there; the type of a value is the `type` constraint's business,
    so `maximum` says nothing of a string.
    """

    statement: Statement
    parameter: Parameter
    kind: str

    needs = keyed(field=TEXT, schema=KEYWORD)
    compared = False

    @classmethod
    def parse(cls, statement: Statement, entry: Entry, context: RuleContext) -> Self:
        (keyword,) = entry["schema"]
        return cls(statement, context.field(entry), keyword)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (self.parameter,)

    @cached_property
    def keyword(self) -> Keyword:
        """How this constraint's keyword is said, broken and mended."""
        return KEYWORDS[self.kind]

    @property
    def limit(self) -> Any:
        """The keyword's value as the page states it."""
        return self.parameter.schema[self.kind]

    @cached_property
    def _engine(self) -> SchemaEngine:
        return SchemaEngine(self.keyword.as_schema(self.kind, self.limit))

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        value: Any = get(body, self.parameter.path)
        if value is ABSENT or self._engine.is_valid(value):
            return
        if self.kind == "required":
            yield from self._missing(value)
            return
        if self.kind != "items":
            yield self._wrong(value, self.keyword, self.limit, pointer(self.parameter.path))
            return
        for index in self._bad_items(value):
            at = f"{pointer(self.parameter.path)}/{index}"
            yield self._wrong(value[index], EACH, self.limit, at)

    def _bad_items(self, items: list[object]) -> Iterator[int]:
        """Where the items are that break the limit; looked at one by one where some do."""
        for start in range(0, len(items), RUN):
            run = items[start : start + RUN]
            if not self._engine.is_valid(run):
                for index, item in enumerate(run, start):
                    if not self._engine.is_valid([item]):
                        yield index

    def _missing(self, value: dict[str, object]) -> Iterator[Violation]:
        """One violation for each key that an object must have and has not."""
        for key in self.limit:
            if key not in value:
                path = (*self.parameter.path, key)
                below = self.parameter.schema.get("properties", {}).get(key, {})
                name = f"{self.parameter.name}.{key}"
                yield self.violation(
                    pointer(path),
                    f"{name} is required",
                    names=(name,),
                    expected=name,
                    got=ABSENT,
                    fix=(Change("add", pointer(path), values.sample(below)),),
                )

    def _wrong(self, value: Any, keyword: Keyword, limit: Any, at: str) -> Violation:
        wanted = keyword.says(limit)
        right = keyword.mend(self.parameter.schema, value)
        return self.violation(
            at,
            f"{self.parameter.name} must be {wanted}, got {_expectation(self.kind, value)}",
            names=(self.parameter.name,),
            expected=limit,
            got=value,
            fix=() if right is ABSENT else (Change("replace", at, right),),
        )

    def positive(self) -> SearchStrategy[Patch]:
        if not self.parameter.path:
            return st.just({})
        return ways.allowed(self.parameter.drawn).map(lambda value: {self.parameter.path: value})

    def negative(self) -> SearchStrategy[Patch]:
        return self.keyword.breaking(self.parameter.schema).map(
            lambda value: {self.parameter.path: value}
        )

    def as_schema(self) -> Schema:
        return nested(self.parameter.path, self.keyword.as_schema(self.kind, self.limit))

    def exercise(self, root: object) -> Exercises:
        value: Any = get(root, self.parameter.path)
        if value is ABSENT:
            return NEITHER
        if self.kind in SIZES:
            spoken, measure, there = SIZES[self.kind]
            if not isinstance(value, spoken) or isinstance(value, bool):
                return NEITHER
            return there if measure(value) == self.limit else OBEYED
        if self.kind == "enum":
            return among(value, self.in_order)
        if self.kind == "type":
            return OBEYED
        return OBEYED if value and isinstance(value, SPOKEN[self.kind]) else NEITHER

    @property
    def possible(self) -> Exercises:
        if self.kind not in SIZES:
            return super().possible
        # no text and no list is shorter than an empty one
        never = self.limit == 0 and self.kind in ("minLength", "minItems")
        return (*SIZES[self.kind][2], *(NEITHER if never else BROKEN))

    @property
    def in_order(self) -> Sequence[object]:
        listed: Sequence[object] = self.parameter.drawn["enum"] if self.kind == "enum" else ()
        return listed


def _expectation(kind: str, value: Any) -> str:
    if kind in ("minItems", "maxItems"):
        return f"{len(value)}"
    if kind in ("minLength", "maxLength"):
        return plural(len(value), "character")
    return brief_text(value)


@dataclass(frozen=True, repr=False)
class Required(Rule):
    """A parameter must be there; one inside an object, wherever that object is."""

    statement: Statement
    parameter: Parameter
    kind: str = "required"

    compared = False

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (self.parameter,)

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        *above, last = self.parameter.path
        parent = get(body, tuple(above))
        if not isinstance(parent, dict) or last in parent:
            return
        at = pointer(self.parameter.path)
        yield self.violation(
            at,
            f"{self.parameter.name} is required",
            names=(self.parameter.name,),
            expected=self.parameter.name,
            got=ABSENT,
            fix=(Change("add", at, values.sample(self.parameter.schema)),),
        )

    def positive(self) -> SearchStrategy[Patch]:
        return ways.allowed(self.parameter.drawn).map(lambda value: {self.parameter.path: value})

    def negative(self) -> SearchStrategy[Patch]:
        *above, _ = self.parameter.path
        missing: Patch = {self.parameter.path: ABSENT}
        stands_inside = len(above) > len(self.parameter.subject)
        return st.just({tuple(above): {}} if stands_inside else missing)

    def as_schema(self) -> Schema:
        *above, last = self.parameter.path
        return nested(tuple(above), {"required": [last]})

    def exercise(self, root: object) -> Exercises:
        return OBEYED if given(root, self.parameter.path) else NEITHER
