"""From a rule's entry in a contract file to the rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from imagine_harness.contracts.combinations import Closed, Excludes, OneOf, Table, Together, Unique
from imagine_harness.contracts.conditions import (
    AllowedWhen,
    Condition,
    Groups,
    IgnoredWhen,
    RequiresWhen,
)
from imagine_harness.contracts.constraints import Constraint, Required
from imagine_harness.contracts.conversions import Nearest, Precedence
from imagine_harness.contracts.fields import Path
from imagine_harness.contracts.keywords import KEYWORDS
from imagine_harness.contracts.lookup import look_up
from imagine_harness.contracts.model import ContractError, Parameter, Statement
from imagine_harness.contracts.rules import Rule

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a rule's entry is built with.

    Attributes:
        where: file and operation, to begin messages with.
        parameters: the operation's, by name.
        subject: path of the object that the rules speak of.
    """

    where: str
    parameters: Mapping[str, Parameter]
    subject: Path

    def parameter(self, name: str, rule: str) -> Parameter:
        """The parameter of a name.

        Raises:
            ContractError: the operation lists none of that name.
        """
        where = f"{self.where}.rule {rule!r}: "
        look_up("parameter", name, self.parameters, ContractError, where=where, state="")
        return self.parameters[name]

    def many(self, names: Iterable[str], rule: str) -> tuple[Parameter, ...]:
        """The parameters of several names."""
        return tuple(self.parameter(name, rule) for name in names)

    def groups(self, entry: Entry) -> Groups:
        """The `groups` of an entry; a single name is a group of one."""
        return tuple(
            self.many([group] if isinstance(group, str) else group, entry["id"])
            for group in entry["groups"]
        )

    def condition(self, entry: Entry) -> Condition | None:
        """The `when` of an entry, None where it has none."""
        when = entry.get("when")
        return when and Condition(
            equals=tuple(
                (
                    self.parameter(name, entry["id"]),
                    tuple(wanted) if isinstance(wanted, list) else (wanted,),
                )
                for name, wanted in when.get("equals", {}).items()
            ),
            anyof=self.many(when.get("given", ()), entry["id"]),
        )


def _table(statement: Statement, entry: Entry, shop: Workshop) -> Rule:
    parameters = shop.many(entry["fields"], entry["id"])
    rows = tuple(tuple(row) for row in entry["rows"])
    labels = tuple(entry.get("labels", ()))
    for row in rows:
        if len(row) != len(parameters):
            raise ContractError(
                f"{shop.where}.rule {entry['id']!r}: row {list(row)} has {len(row)} values, "
                f"expected {len(parameters)}"
            )
    if labels and len(labels) != len(rows):
        raise ContractError(
            f"{shop.where}.rule {entry['id']!r}: {len(labels)} labels for {len(rows)} rows"
        )
    return Table(statement, parameters, rows, labels)


def _constraint(statement: Statement, entry: Entry, shop: Workshop) -> Rule:
    parameter = shop.parameter(entry["field"], entry["id"])
    (keyword,) = entry["schema"]
    return Constraint(statement, parameter, keyword)


BUILDERS: Mapping[str, Callable[[Statement, Entry, Workshop], Rule]] = MappingProxyType(
    {
        "table": _table,
        "together": lambda s, e, shop: Together(s, shop.many(e["fields"], e["id"])),
        "excludes": lambda s, e, shop: Excludes(s, shop.groups(e)),
        "one_of": lambda s, e, shop: OneOf(s, shop.groups(e)),
        "requires_when": lambda s, e, shop: RequiresWhen(
            s, shop.condition(e) or Condition(), shop.groups(e)
        ),
        "allowed_when": lambda s, e, shop: AllowedWhen(
            s, shop.parameter(e["field"], e["id"]), shop.condition(e), tuple(e.get("values", ()))
        ),
        "ignored_when": lambda s, e, shop: IgnoredWhen(
            s, shop.parameter(e["field"], e["id"]), shop.condition(e), tuple(e.get("values", ()))
        ),
        "unique": lambda s, e, shop: Unique(s, shop.parameter(e["field"], e["id"])),
        "closed": lambda s, _, shop: Closed(
            s,
            shop.subject,
            tuple(
                p
                for p in shop.parameters.values()
                if p.path[: len(shop.subject)] == shop.subject and len(p.path) > len(shop.subject)
            ),
        ),
        "precedence": lambda s, e, shop: Precedence(s, shop.groups(e)),
        "nearest": lambda s, e, shop: Nearest(
            s, shop.parameter(e["field"], e["id"]), tuple(e["listed"])
        ),
        "constraint": _constraint,
    }
)
"""For each rule type of a contract file, what makes the rule from its statement and its entry."""


def of_parameter(parameter: Parameter, own: Iterable[str]) -> list[Rule]:
    """The rules that a parameter's own line states, each with the line's statement.

    `own` are the keywords that the line itself states; others are rules of their own.
    """
    stated = parameter.statement
    rules: list[Rule] = []
    if parameter.required:
        rules.append(Required(_about(stated, "required"), parameter))
    rules += [
        Constraint(_about(stated, keyword), parameter, keyword)
        for keyword in own
        if keyword in KEYWORDS
    ]
    return rules


def _about(stated: Statement, keyword: str) -> Statement:
    return Statement(
        id=f"{stated.id}.{keyword}",
        source=stated.source,
        certainty=stated.certainty,
        reading=stated.reading,
        choice=stated.choice,
        note=stated.note,
    )
