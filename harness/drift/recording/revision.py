"""A contract's file with what moved on its page: plain data in, plain data out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from imagine_harness.contracts.model import ContractError
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.contract_facts import Entry, with_base
from imagine_harness.harness.drift.facts import (
    EndpointFact,
    ModelFact,
    OutputFact,
    ParameterFact,
    PriceFact,
    RuleFact,
    SizeFact,
    StatusFact,
    Unknown,
)
from imagine_harness.harness.drift.page_facts import Facts
from imagine_harness.harness.drift.recording.draft import Draft
from imagine_harness.harness.drift.recording.fact_entries import source
from imagine_harness.harness.drift.recording.operation_revision import (
    EntryCopy,
    revise_output,
    revise_parameter,
    revise_rule,
    revise_size,
)
from imagine_harness.harness.drift.recording.removal import remove_mentions

OF_REQUIRED = frozenset(
    {
        "request-parameter-became-required",
        "request-parameter-became-optional",
        "new-required-request-parameter",
    }
)
"""Kinds of findings that change the list of required parameters."""


def revised(entry: Entry, provider: str, page: Facts, findings: Iterable[Finding]) -> EntryCopy:
    """The content of a contract's file with the findings on its page recorded.

    Raises:
        ContractError: an operation parts from one that is itself like another.
        LookupError: the file has no place for what a finding says.
    """
    moved = sorted(findings, key=lambda each: each.kind == "model-removed")
    made = _Revision(deepcopy({**entry}), entry, provider, page)
    readings = _readings(entry)
    taken_over = made.detach(moved)
    # A model's only id can go once there is another one.
    for finding in moved:
        if finding not in taken_over:
            made.record(finding)
        elif isinstance(finding.before, ParameterFact) and finding.after is None:
            remove_mentions(made.operations[str(finding.operation)], finding.before.name)
    made.drop_readings(readings - _readings(made.content))
    return made.content


@dataclass
class _Revision:
    """A file's content while it is revised; `recorded` is what it was."""

    content: EntryCopy
    recorded: Entry
    provider: str
    page: Facts

    @property
    def operations(self) -> dict[str, EntryCopy]:
        operations: dict[str, EntryCopy] = self.content["operation"]
        return operations

    def detach(self, findings: Sequence[Finding]) -> list[Finding]:
        """The findings that come with another operation's, of which an operation takes them over.

        An operation of which the page says other things now than of the one it is `like` gets all
        that it took over written into its own table.
        """
        spared: list[Finding] = []
        for name, entry in self.operations.items():
            base = entry.get("like")
            if base is None or not {"parameters", "rule"} & entry.keys():
                continue
            concerned = [each for each in findings if _is_taken_over(each, entry)]
            mine = [each for each in concerned if each.operation == name]
            theirs = [each for each in concerned if each.operation == base]
            if [*map(_difference, mine)] == [*map(_difference, theirs)]:
                spared += mine
            elif "like" in self.operations[base]:
                raise ContractError(
                    f"operation.{base}: is like another one, so that none can be like it"
                )
            else:
                self.operations[name] = deepcopy(with_base(entry, self.operations[base]))
        return spared

    def record(self, finding: Finding) -> None:
        """Have the content say what the page says now of the fact that a finding is about."""
        before: Any = finding.before
        after: Any = finding.after
        match before or after:
            case ModelFact():
                self._model(before, after)
            case PriceFact():
                self._price(before, after)
            case StatusFact():
                self.content["status"] = finding.now
            case EndpointFact():
                self._endpoint(before, after)
            case SizeFact():
                self._size(before, after)
            case ParameterFact(operation=name):
                revise_parameter(self.operations[name], before, after)
            case RuleFact(operation=name):
                revise_rule(self.operations[name], before, after)
            case OutputFact(operation=name):
                revise_output(self.operations[name], before, after)

    def _model(self, before: Any, after: Any) -> None:
        named = self.content["model"]
        ids = [named] if isinstance(named, str) else [*named]
        if after is not None and after.id not in ids:
            ids.append(after.id)
        if before is not None and len(ids) > 1:
            ids.remove(before.id)
        self.content["model"] = ids[0] if len(ids) == 1 else ids

    def _price(self, before: Any, after: Any) -> None:
        if after is not None:
            none = {"image": 0, "input": 0, "source": source(after.section)}
            self.content["price"] = {**self.content.get("price", none), after.of: after.amount}
        elif before.of == "image":
            self.content.pop("price", None)
        elif "price" in self.content:
            self.content["price"] = {**self.content["price"], before.of: 0}

    def _endpoint(self, before: Any, after: Any) -> None:
        if after is None:
            alike = [
                n for n, each in self.operations.items() if each.get("like") == before.operation
            ]
            for name in alike:
                if not {"parameters", "rule"} & self.operations[name].keys():
                    del self.operations[name]
            del self.operations[before.operation]
        elif before is None:
            drafted = Draft(self.provider, self.page, self.recorded)
            self.operations[after.operation] = drafted.operation(after.operation).entry()
        else:
            stated = {"method": after.method, "path": after.path, "content": after.content}
            self.operations[after.operation] |= {
                key: [*value] if isinstance(value, tuple) else value
                for key, value in stated.items()
                if value and not isinstance(value, Unknown)
            }

    def _size(self, before: Any, after: Any) -> None:
        size = after or before
        if size.operation is None:
            table = self.content.get("sizes")
            if isinstance(table, dict) and "rows" in table:
                revise_size(table, before, after)
            return
        operation = self.operations[size.operation]
        for rule in operation.get("rule", ()):
            if rule["type"] == "table" and tuple(rule["fields"]) == size.fields:
                revise_size(rule, before, after)
                operation["rule"] = [each for each in operation["rule"] if each.get("rows") != []]
                return

    def drop_readings(self, readings: set[str]) -> None:
        """Take away the readings that nothing hangs on any more."""
        kept = [each for each in self.content.get("reading", ()) if each["id"] not in readings]
        if kept:
            self.content["reading"] = kept
        else:
            self.content.pop("reading", None)


def _difference(finding: Finding) -> tuple[object, ...]:
    return finding.kind, finding.parameter, repr(finding.was), repr(finding.now)


def _is_taken_over(finding: Finding, entry: Mapping[str, Any]) -> bool:
    """Whether a finding is about something that the entry does not state itself."""
    fact = finding.before or finding.after
    match fact:
        case ParameterFact() if "required" not in entry and finding.kind in OF_REQUIRED:
            return True
        case ParameterFact():
            return fact.name not in entry.get("parameters", {})
        case RuleFact():
            return fact.id not in {rule["id"] for rule in entry.get("rule", ())}
        case OutputFact():
            return "answer" not in entry
    return False


def _readings(value: Any) -> set[str]:
    """The readings that something hangs on, at any depth of a file."""
    if isinstance(value, Mapping):
        own = {value["reading"]} if isinstance(value.get("reading"), str) else set()
        return own.union(*(_readings(below) for below in value.values()))
    return set().union(*map(_readings, value)) if isinstance(value, list) else set()
