"""What a rule's entry in a contract file is read with: the parameters of its operation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from imagine_harness.contracts.fields import Path
from imagine_harness.contracts.lookup import look_up
from imagine_harness.contracts.model import ContractError, Parameter
from imagine_harness.contracts.rules.conditions import Condition, Groups

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What a rule's entry is read with.

    Attributes:
        where: file and operation, to begin messages with.
        listed: the operation's parameters, by name.
        subject: path of the object that the rules speak of.
    """

    where: str
    listed: Mapping[str, Parameter]
    subject: Path

    def error(self, entry: Entry, said: str) -> ContractError:
        """The error that an entry cannot be used, `said` being why."""
        return ContractError(f"{self.where}.rule {entry['id']!r}: {said}")

    def parameter(self, entry: Entry, name: str) -> Parameter:
        """The parameter of a name.

        Raises:
            ContractError: the operation lists none of that name.
        """
        look_up("parameter", name, self.listed, partial(self.error, entry), state="")
        return self.listed[name]

    def field(self, entry: Entry) -> Parameter:
        """The `field` of an entry."""
        return self.parameter(entry, entry["field"])

    def fields(self, entry: Entry) -> tuple[Parameter, ...]:
        """The `fields` of an entry."""
        return self._several(entry, entry["fields"])

    def groups(self, entry: Entry) -> Groups:
        """The `groups` of an entry; a single name is a group of one."""
        return tuple(
            self._several(entry, [group] if isinstance(group, str) else group)
            for group in entry["groups"]
        )

    def condition(self, entry: Entry) -> Condition | None:
        """The `when` of an entry, None where it has none."""
        when = entry.get("when")
        return when and Condition(
            equals=tuple(
                (
                    self.parameter(entry, name),
                    tuple(wanted) if isinstance(wanted, list) else (wanted,),
                )
                for name, wanted in when.get("equals", {}).items()
            ),
            anyof=self._several(entry, when.get("given", ())),
        )

    def _several(self, entry: Entry, names: Iterable[str]) -> tuple[Parameter, ...]:
        return tuple(self.parameter(entry, name) for name in names)
