"""Operations that take over what another one states: what to do where they part."""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any

import tomlkit

from imagine_harness.contracts.model import ContractError
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.facts import OutputFact, ParameterFact, RuleFact, SizeFact
from imagine_harness.harness.drift.recording import toml

OF_REQUIRED = frozenset(
    {
        "request-parameter-became-required",
        "request-parameter-became-optional",
        "new-required-request-parameter",
    }
)
"""Kinds of findings that change the list of required parameters."""


def detached(entries: MutableMapping[str, Any], findings: Iterable[Finding]) -> list[Finding]:
    """The findings that come with another operation's, of which an operation takes them over.

    An operation of which the page says other things now than of the one it is `like` gets all that
    it took over written into its own table.
    """
    moved = list(findings)
    spared: list[Finding] = []
    for name, entry in list(entries.items()):
        base = entry.get("like")
        if base is None or not {"parameters", "rule"} & entry.keys():
            continue
        mine = [f for f in moved if f.operation == name and _taken_over(f, entry)]
        theirs = [f for f in moved if f.operation == base and _taken_over(f, entry)]
        if [_said(f) for f in mine] == [_said(f) for f in theirs]:
            spared += mine
        else:
            _detach(entries, name, str(base))
    return spared


def _said(finding: Finding) -> tuple[object, ...]:
    return finding.kind, finding.parameter, repr(finding.was), repr(finding.now)


def _taken_over(finding: Finding, entry: MutableMapping[str, Any]) -> bool:
    """Whether a finding is about something that the entry does not state itself."""
    fact = finding.before or finding.after
    match fact:
        case ParameterFact() if "required" not in entry and finding.kind in OF_REQUIRED:
            return True
        case ParameterFact():
            return fact.name not in entry.get("parameters", {})
        case RuleFact():
            return fact.id not in {str(rule["id"]) for rule in entry.get("rule", ())}
        case OutputFact():
            return "answer" not in entry
        case SizeFact():
            return False
    return False


def _detach(entries: MutableMapping[str, Any], name: str, base: str) -> None:
    if "like" in entries[base]:
        raise ContractError(f"operation.{base}: is like another one, so that none can be like it")
    own, whole = entries[name].unwrap(), entries[base].unwrap()
    merged = {
        **whole,
        **{key: value for key, value in own.items() if key != "like"},
        "parameters": {**whole.get("parameters", {}), **own.get("parameters", {})},
        "rule": [*whole.get("rule", ()), *own.get("rule", ())],
    }
    written: Any = tomlkit.parse("\n".join([*toml.operation(name, merged), "", ""]))
    entries[name] = written["operation"][name]
