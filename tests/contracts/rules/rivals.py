"""A rule of a type that the product does not know, and a model that has one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from imagine_harness.contracts.fields import Patch, Schema, get, nested, pointer
from imagine_harness.contracts.model import Change, Parameter, Seen, Statement, Violation
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.conditions import absent_patch, given_patch
from imagine_harness.contracts.rules.context import Entry, RuleContext
from imagine_harness.contracts.rules.keys import NAMES, keyed

MODEL = """
model    = "switch-1"
recorded = 2026-11-21

[documents.page]
url  = "https://acme.example/switches"
read = 2026-11-21

[operation.switch]
method  = "POST"
path    = "/v1/switch"
content = ["application/json"]
source  = "page#Switches"

[operation.switch.parameters]
left  = { type = "boolean" }
right = { type = "boolean" }
third = { type = "boolean" }

[[operation.switch.rule]]
id     = "one-at-most"
type   = "rivals"
fields = ["left", "right"]
source = "page#Switches"
"""


@dataclass(frozen=True, repr=False)
class Rivals(Rule):
    """At most one of the parameters is true."""

    statement: Statement
    members: tuple[Parameter, ...]
    kind: str = "rivals"

    needs = keyed(fields=NAMES)
    fewest = 2
    wider_is_looser = False

    @classmethod
    def parse(cls, statement: Statement, entry: Entry, context: RuleContext) -> Self:
        return cls(statement, context.fields(entry))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return self.members

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        there = [p for p in self.members if get(body, p.path) is True]
        if len(there) > 1:
            yield self.violation(
                pointer(there[1].path),
                f"{there[1].name} is true beside {there[0].name}",
                names=[p.name for p in there],
                expected=False,
                got=True,
                fix=[Change("remove", pointer(p.path)) for p in there[1:]],
            )

    def positive(self) -> SearchStrategy[Patch]:
        one = st.sampled_from(self.members).flatmap(lambda p: given_patch((p,)))
        return one.map(lambda patch: {**absent_patch((self.members,)), **patch})

    def negative(self) -> SearchStrategy[Patch]:
        return st.just({p.path: True for p in self.members})

    def as_schema(self) -> Schema:
        rest = [tuple(p for p in self.members if p is not each) for each in self.members]
        at_most_one = [{"allOf": [self._not_true(p) for p in others]} for others in rest]
        return {"anyOf": at_most_one}

    @staticmethod
    def _not_true(parameter: Parameter) -> Schema:
        return nested(parameter.path, {"not": {"const": True}})

    def named(self, parameter: Parameter) -> tuple[object, ...]:
        return (True,) if parameter in self.members else ()
