"""What one body tries of every rule: obeys it at a limit or elsewhere, or breaks it alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from imagine_harness.contracts.combinations import Closed, Excludes, OneOf, Table, Together, Unique
from imagine_harness.contracts.conditions import AllowedWhen, IgnoredWhen, RequiresWhen
from imagine_harness.contracts.constraints import Constraint, Required
from imagine_harness.contracts.conversions import Nearest, Precedence
from imagine_harness.contracts.engine import SchemaEngine
from imagine_harness.contracts.fields import ABSENT, get, given, same
from imagine_harness.contracts.model import Seen, nothing_seen
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules import BEHAVIOUR, Rule
from imagine_harness.contracts.schema import compiled_root


class Touch(StrEnum):
    """One way in which a body can try a rule.

    `lower` and `upper` are obeyed at the limit: the number or length itself, the first or the last
    of what is listed. `broken` is broken alone: the body breaks this rule and no other.
    """

    OBEYED = "obeyed"
    LOWER = "lower"
    UPPER = "upper"
    BROKEN = "broken"


Touches = tuple[Touch, ...]

NEITHER: Touches = ()
OBEYED: Touches = (Touch.OBEYED,)
LOWEST = (Touch.OBEYED, Touch.LOWER)
HIGHEST = (Touch.OBEYED, Touch.UPPER)
BROKEN = (Touch.BROKEN,)

SIZES: Mapping[str, tuple[tuple[type, ...], Callable[[Any], Any], Touches]] = MappingProxyType(
    {
        "minimum": ((int, float), lambda value: value, LOWEST),
        "maximum": ((int, float), lambda value: value, HIGHEST),
        "minLength": ((str,), len, LOWEST),
        "maxLength": ((str,), len, HIGHEST),
        "minItems": ((list,), len, LOWEST),
        "maxItems": ((list,), len, HIGHEST),
    }
)
"""Keywords that limit: what they speak of, what they measure of it, what standing there is."""

SPOKEN: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {"format": (str,), "items": (list,), "required": (dict,), "properties": (dict,)}
)
"""Keywords that speak of values of some types only, and not of empty ones."""


def possible(rule: Rule) -> Touches:
    """What can be tried of a rule."""
    if isinstance(rule, Constraint) and rule.kind in SIZES:
        # no text and no list is shorter than an empty one
        never = rule.limit == 0 and rule.kind in ("minLength", "minItems")
        return (*SIZES[rule.kind][2], *(NEITHER if never else BROKEN))
    if len(_listed(rule)) > 1:
        return tuple(Touch)
    return OBEYED if rule.kind in BEHAVIOUR else (Touch.OBEYED, Touch.BROKEN)


def touches(operation: Operation, root: Any, seen: Seen = nothing_seen) -> Mapping[str, Touches]:
    """What one root tries of the rules of an operation, by their ids.

    A rule that it says nothing about is left out; so is one of several that it breaks.
    """
    known = _OPERATIONS.get(id(operation))
    if known is None:
        known = _OPERATIONS[id(operation)] = _Rules(operation)
    return known.touches(root, seen)


class _Rules:
    """The rules of one operation, made ready."""

    def __init__(self, operation: Operation) -> None:
        # held, so that no other operation gets its identity
        self.operation = operation
        self._clean = SchemaEngine(compiled_root(operation.rules))
        self._obeyed = [(rule, rule.statement.id, OBEYS[type(rule)]) for rule in operation.rules]
        self._with_memory = [rule for rule in operation.rules if isinstance(rule, Unique)]

    def touches(self, root: Any, seen: Seen) -> dict[str, Touches]:
        broken = self._broken(root, seen)
        found = {
            name: how
            for rule, name, obeys in self._obeyed
            if name not in broken and (how := obeys(rule, root))
        }
        if len(broken) == 1:
            found |= dict.fromkeys(broken, BROKEN)
        return found

    def _broken(self, root: Any, seen: Seen) -> set[str]:
        if self._clean.is_valid(root):
            rules: tuple[Rule, ...] = tuple(self._with_memory)
        else:
            rules = self.operation.rules
        return {rule.statement.id for rule in rules if any(rule.check(root, seen))}


_OPERATIONS: dict[int, _Rules] = {}


def _constraint(rule: Constraint, root: Any) -> Touches:
    value: Any = get(root, rule.parameter.path)
    if value is ABSENT:
        return NEITHER
    if rule.kind in SIZES:
        spoken, measure, there = SIZES[rule.kind]
        if not isinstance(value, spoken) or isinstance(value, bool):
            return NEITHER
        return there if measure(value) == rule.limit else OBEYED
    if rule.kind == "enum":
        return _among(value, _listed(rule))
    if rule.kind == "type":
        return OBEYED
    return OBEYED if value and isinstance(value, SPOKEN[rule.kind]) else NEITHER


def _listed(rule: Rule) -> Sequence[object]:
    """The values or rows that a rule lists, in the order of the page; () where it lists none."""
    if isinstance(rule, Table):
        return rule.rows
    if isinstance(rule, Constraint) and rule.kind == "enum":
        listed: Sequence[object] = rule.parameter.drawn["enum"]
        return listed
    return ()


def _among(value: object, listed: Sequence[object]) -> Touches:
    """Where a value stands in a list; a list of one has no ends."""
    if len(listed) == 1:
        return OBEYED
    first = (Touch.LOWER,) if same(value, listed[0]) else ()
    last = (Touch.UPPER,) if same(value, listed[-1]) else ()
    return (Touch.OBEYED, *first, *last)


def _table(rule: Table, root: Any) -> Touches:
    row = tuple(parameter.value(root) for parameter in rule.parameters)
    return _among(row, rule.rows) if row in rule.rows else NEITHER


def _required(rule: Required, root: Any) -> Touches:
    return OBEYED if given(root, rule.parameter.path) else NEITHER


def _any_given(rule: Rule, root: Any) -> Touches:
    return OBEYED if any(given(root, p.path) for p in rule.parameters) else NEITHER


def _whole_subject(rule: OneOf | Closed, root: Any) -> Touches:
    subject = rule.subject if isinstance(rule, Closed) else rule.parameters[0].subject
    return OBEYED if isinstance(get(root, subject), dict) else NEITHER


def _requires_when(rule: RequiresWhen, root: Any) -> Touches:
    there = isinstance(get(root, rule.parameters[0].subject), dict)
    return OBEYED if there and rule.when.holds(root) else NEITHER


def _allowed_when(rule: AllowedWhen, root: Any) -> Touches:
    """Under its condition, when what it is about is there; without one, when that is not there."""
    value = rule.parameter.value(root)
    if rule.when is None:
        return OBEYED if isinstance(get(root, rule.parameter.subject), dict) else NEITHER
    about = not rule.only or any(same(value, each) for each in rule.only)
    return OBEYED if value is not ABSENT and about else NEITHER


def _precedence(rule: Precedence, root: Any) -> Touches:
    there = [group for group in rule.groups if any(given(root, p.path) for p in group)]
    return OBEYED if len(there) > 1 else NEITHER


OBEYS: Mapping[type, Callable[[Any, Any], Touches]] = MappingProxyType(
    {
        Constraint: _constraint,
        Required: _required,
        Table: _table,
        Together: _any_given,
        Excludes: _any_given,
        OneOf: _whole_subject,
        Closed: _whole_subject,
        Unique: _any_given,
        RequiresWhen: _requires_when,
        AllowedWhen: _allowed_when,
        IgnoredWhen: _allowed_when,
        Precedence: _precedence,
        Nearest: _any_given,
    }
)
"""By the type of a rule that a root does not break: what the root tries of it."""
