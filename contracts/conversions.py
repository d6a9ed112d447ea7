"""What a gateway does instead of refusing: which parameter wins, and mapping to the nearest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imagine_harness.contracts import ways
from imagine_harness.contracts.conditions import Groups, given_patch
from imagine_harness.contracts.fields import Patch, Schema
from imagine_harness.contracts.lazy import Lazy
from imagine_harness.contracts.model import Parameter, Seen, Statement, Violation

if TYPE_CHECKING:
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy
else:
    st = Lazy("hypothesis.strategies")


@dataclass(frozen=True, repr=False)
class Precedence:
    """Of the groups that are given, the first decides; the others change nothing.

    Never broken: its promise is about the outcome. A negative adds a losing group to a winner.
    """

    statement: Statement
    groups: Groups
    kind: str = "precedence"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return tuple(p for group in self.groups for p in group)

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        return iter(())

    def positive(self) -> SearchStrategy[Patch]:
        return given_patch(self.groups[0])

    def negative(self) -> SearchStrategy[Patch]:
        return given_patch(self.parameters)

    def as_schema(self) -> Schema:
        return {}


@dataclass(frozen=True, repr=False)
class Nearest:
    """Any value of the format is accepted, and mapped to the nearest supported one.

    Never broken: its promise is about the outcome. A negative is a value that is not listed.
    """

    statement: Statement
    parameter: Parameter
    listed: tuple[str, ...]
    kind: str = "nearest"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (self.parameter,)

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        return iter(())

    def positive(self) -> SearchStrategy[Patch]:
        return st.sampled_from(self.listed).map(lambda value: {self.parameter.path: value})

    def negative(self) -> SearchStrategy[Patch]:
        return ways.allowed(self.parameter.schema).map(lambda value: {self.parameter.path: value})

    def as_schema(self) -> Schema:
        return {}
