"""What else goes when a parameter goes: rules about it, and what it decided of the answer."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from imagine_harness.contracts.rules.types import rule_type
from imagine_harness.harness.drift.contract_facts import is_on_page

Table = MutableMapping[str, Any]


def remove_mentions(operation: Table, name: str) -> None:
    """Take a parameter's name out of an operation's rules, defaults, hints and outcome.

    A rule that the page stated goes with it: the page states it no more.
    """
    for key in ("rule", "hint"):
        operation[key] = [each for each in operation.get(key, ()) if _without(each, name)]
        if not operation[key]:
            del operation[key]
    for line in operation.get("parameters", {}).values():
        others = [each for each in line.get("default_when", ()) if each["parameter"] != name]
        if "default_when" in line and len(others) < len(line["default_when"]):
            line["default_when"] = others
            if not others:
                del line["default_when"]
    if "outcome" in operation and not _outcome(operation["outcome"], name):
        del operation["outcome"]


def _without(entry: Table, name: str) -> bool:
    """Take a name out of a rule or a hint; False where nothing is left to say."""
    if name in (entry.get("field"), entry.get("parameter")):
        return False
    when = entry.get("when", {})
    if name in when.get("equals", {}):
        return False
    stated = is_on_page(entry)
    if name in when.get("given", ()):
        if stated:
            return False
        when["given"] = [each for each in when["given"] if each != name]
        if not when["given"]:
            return False
    for key in ("groups", "fields"):
        members = entry.get(key, [])
        rest = [each for each in members if name != each and name not in _group(each)]
        if len(rest) < len(members):
            fewest = rule_type(entry["type"]).fewest
            if stated or fewest is None or len(rest) < fewest:
                return False
            entry[key] = rest
    return True


def _group(member: Any) -> list[Any]:
    return [] if isinstance(member, str) else list(member)


def _outcome(outcome: Table, name: str) -> bool:
    """Take a name out of what an answer delivers; False where nothing says what to picture."""
    if outcome.get("prompt", "prompt") == name:
        return False
    for key in ("format", "quality", "lifetime"):
        if outcome.get(key) == name:
            del outcome[key]
    for key in ("count", "inputs"):
        stated = outcome.get(key, [])
        listed = [stated] if isinstance(stated, str) else list(stated)
        if name in listed:
            listed.remove(name)
            outcome[key] = listed
            if not listed:
                del outcome[key]
    carrier = outcome["carrier"]
    if not isinstance(carrier, str) and name in (carrier.get("when"), carrier.get("parameter")):
        outcome["carrier"] = carrier["else"]
    size = outcome["size"]
    for key in [key for key in size if size[key] == name]:
        del size[key]
    return True
