"""Which keys a body may have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from imagine_harness.contracts.fields import Patch, Path, Schema, get, nested, pointer
from imagine_harness.contracts.model import Change, Parameter, Seen, Statement, Violation
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.exercises import NEITHER, OBEYED, Exercises
from imagine_harness.contracts.rules.keys import keyed
from imagine_harness.contracts.rules.lazy import Lazy
from imagine_harness.contracts.untrusted.printing import LONGEST_NAME, brief

if TYPE_CHECKING:
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy

    from imagine_harness.contracts.rules.context import Entry, RuleContext
else:
    st = Lazy("hypothesis.strategies")


@dataclass(frozen=True, repr=False)
class Closed(Rule):
    """No keys beside the documented ones, at any level that parameters reach."""

    statement: Statement
    subject: Path
    documented: tuple[Parameter, ...]
    kind: str = "closed"

    needs = keyed()
    about_unlisted = True

    @classmethod
    def parse(cls, statement: Statement, entry: Entry, context: RuleContext) -> Self:
        subject = context.subject
        documented = tuple(
            p
            for p in context.listed.values()
            if p.path[: len(subject)] == subject and len(p.path) > len(subject)
        )
        return cls(statement, subject, documented)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return self.documented

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        for path, known in self._levels().items():
            here: Any = get(body, path)
            for key in here if isinstance(here, dict) else ():
                if key not in known:
                    yield self._unknown((*path, key), known, here)

    def _unknown(self, path: Path, known: list[str], here: dict[str, object]) -> Violation:
        name = brief(".".join(path[len(self.subject) :]))
        too_long = len(path[-1]) > LONGEST_NAME
        return self.violation(
            pointer(path[:-1] if too_long else path),
            f"{name} is not a documented parameter, known are {', '.join(known)}",
            names=(name,),
            expected=known,
            got=here[path[-1]],
            fix=() if too_long else (Change("remove", pointer(path)),),
        )

    def _levels(self) -> dict[Path, list[str]]:
        levels: dict[Path, list[str]] = {self.subject: []}
        for parameter in self.documented:
            for depth in range(len(self.subject), len(parameter.path)):
                known = levels.setdefault(parameter.path[:depth], [])
                if parameter.path[depth] not in known:
                    known.append(parameter.path[depth])
        return levels

    def positive(self) -> SearchStrategy[Patch]:
        return st.just({})

    def negative(self) -> SearchStrategy[Patch]:
        names = st.sampled_from(["seed", "negative_prompt", "style", "extra"])
        known = self._levels()[self.subject]
        unknown = names.map(lambda name: name if name not in known else name + "_")
        return unknown.map(lambda name: {(*self.subject, name): 1})

    def as_schema(self) -> Schema:
        return {
            "allOf": [
                nested(
                    path,
                    {"properties": dict.fromkeys(known, True), "additionalProperties": False},
                )
                for path, known in self._levels().items()
            ]
        }

    def exercise(self, root: object) -> Exercises:
        return OBEYED if isinstance(get(root, self.subject), dict) else NEITHER
