"""What a rule is: one documented constraint, with all that the rest of the house asks of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from imagine_harness.contracts.fields import Patch, Schema, given
from imagine_harness.contracts.model import NOTHING, Change, Parameter, Seen, Statement, Violation
from imagine_harness.contracts.rules.exercises import NEITHER, OBEYED, Exercise, Exercises

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from imagine_harness.contracts.rules.context import Entry, RuleContext


class Rule(ABC):
    """One documented constraint, with faces that a property test holds together.

    Bodies are roots: the whole decoded body, or one element where the subject is `/*`.

    Attributes:
        statement: its id, where it is stated, how sure that is, and the reading it hangs on.
        kind: its rule type, or the JSON Schema keyword of a single parameter.
        needs: the keys that an entry of its type must have in a contract file, beside those that
            entries of all types have; None for a type that no entry states.
        takes: the keys that such an entry may have as well.
        refuses: whether a body can break it; a type that does not refuse says what happens instead.
        harmless: whether breaking it is accepted without effect: a warning, unless a reading says
            otherwise.
        stateful: whether it remembers what was sent, so that no body breaks it alone.
        about_unlisted: whether it speaks of keys that are not its parameters'.
        compared: whether pages are held against it as against a rule; the others are keywords of a
            parameter, or sizes.
        demanding: whether it refuses a request for what it does not hold.
        fewest: how many of its `groups` or `fields` it needs to say anything; None where it says
            nothing as soon as one is gone.
        wider_is_looser: whether a rule that names more parameters, all else equal, allows more;
            None where neither can be said.
    """

    statement: Statement
    kind: str

    needs: ClassVar[Mapping[str, Schema] | None] = None
    takes: ClassVar[Mapping[str, Schema]] = NOTHING
    refuses: ClassVar[bool] = True
    harmless: ClassVar[bool] = False
    stateful: ClassVar[bool] = False
    about_unlisted: ClassVar[bool] = False
    compared: ClassVar[bool] = True
    demanding: ClassVar[bool] = False
    fewest: ClassVar[int | None] = None
    wider_is_looser: ClassVar[bool | None] = None

    @classmethod
    def parse(cls, statement: Statement, entry: Entry, context: RuleContext) -> Self:
        """The rule that an entry of a contract file states; `entry` has the keys of its type.

        Raises:
            ContractError: the entry contradicts itself or the operation's parameters.
        """
        raise NotImplementedError(f"no entry states a rule of type {entry['type']}")

    @classmethod
    def names_in(cls, entry: Mapping[str, Any]) -> tuple[str, ...]:
        """The parameters that an entry of its type speaks of, each once, the first one first."""
        groups = [[each] if isinstance(each, str) else each for each in entry.get("groups", ())]
        when = entry.get("when", {})
        named = (
            *([entry["field"]] if "field" in entry else []),
            *entry.get("fields", ()),
            *(name for group in groups for name in group),
            *when.get("equals", {}),
            *when.get("given", ()),
        )
        return tuple(dict.fromkeys(named))

    @property
    @abstractmethod
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters it speaks of, the first one first in messages."""

    @abstractmethod
    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        """The violations in `body`; none when it obeys or the rule does not apply."""

    @abstractmethod
    def positive(self) -> SearchStrategy[Patch]:
        """Patches that obey, the documented limits often among them."""

    @abstractmethod
    def negative(self) -> SearchStrategy[Patch]:
        """Patches that break this rule and, on a body that fits them, no other."""

    @abstractmethod
    def as_schema(self) -> Schema:
        """JSON Schema 2020-12 that accepts exactly the roots in which `check` finds nothing."""

    def exercise(self, root: object) -> Exercises:
        """What a root that does not break it tries of it; nothing where it does not apply."""
        return OBEYED if any(given(root, p.path) for p in self.parameters) else NEITHER

    @property
    def possible(self) -> Exercises:
        """All that can be tried of it."""
        if len(self.in_order) > 1:
            return tuple(Exercise)
        return (Exercise.OBEYED, Exercise.BROKEN) if self.refuses else OBEYED

    @property
    def in_order(self) -> Sequence[object]:
        """The values or rows that it lists, in the order of the page; () where it lists none."""
        return ()

    def named(self, parameter: Parameter) -> Sequence[object]:
        """The values of a parameter by which it tells bodies apart."""
        return ()

    @property
    def breakable(self) -> bool:
        """Whether one body alone can break it."""
        return self.refuses and not self.stateful

    @property
    def has_limit(self) -> bool:
        """Whether one body can stand near to breaking it."""
        return self.breakable and not self.about_unlisted

    def violation(
        self,
        at: str,
        message: str,
        *,
        names: Iterable[str],
        expected: object,
        got: object,
        fix: Iterable[Change] = (),
    ) -> Violation:
        """A violation of this rule at a JSON Pointer."""
        return Violation(
            rule=self.statement.id,
            kind=self.kind,
            pointer=at,
            parameters=tuple(names),
            message=message,
            expected=expected,
            got=got,
            source=self.statement.source,
            certainty=self.statement.certainty,
            fix=tuple(fix),
        )


def enforced(rule: Rule, readings: Mapping[str, str]) -> bool:
    """Whether a body that breaks `rule` is refused under `readings`; otherwise it is a warning."""
    if rule.harmless and rule.statement.reading is None:
        return False
    return rule.statement.enforced(readings)
