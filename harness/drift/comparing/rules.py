"""What moved in the rules across parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from imagine_harness.contracts.rules.types import rule_type
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.comparing.kinds import NON_BREAKING
from imagine_harness.harness.drift.comparing.parameters import key
from imagine_harness.harness.drift.facts import RuleFact

MEMBERS = ("groups", "fields")
"""Keys of an entry that name the parameters which a rule relates to one another."""


def normal(fact: RuleFact) -> str:
    """A rule as text that is equal for equal rules: the order of names is no fact."""
    stated = {name: _normal(name, value) for name, value in fact.entry.items()}
    return key([fact.operation, fact.type, stated])


def _normal(name: str, value: Any) -> Any:
    """One key of a rule's entry without what only its writing says."""
    if name == "groups":
        return sorted(sorted([each] if isinstance(each, str) else each) for each in value)
    if name == "when":
        equals = value.get("equals", {})
        wanted = {
            name: sorted(each if isinstance(each, list) else [each], key=key)
            for name, each in equals.items()
        }
        return [wanted, sorted(value.get("given", ()))]
    return sorted(value, key=key) if isinstance(value, list | tuple) else value


def names(fact: RuleFact) -> tuple[str, ...]:
    """The parameters that a rule speaks of, each once."""
    return rule_type(fact.type).names_in(fact.entry)


def _refuses(fact: RuleFact) -> bool:
    return rule_type(fact.type).refuses


def said(fact: RuleFact) -> dict[str, object]:
    """A rule for reports: its type and what its entry states."""
    return {"type": fact.type, **fact.entry}


def added(fact: RuleFact, new: frozenset[tuple[str, str]]) -> Finding:
    """The finding for a rule that only the page has; `new` are the page's new parameters."""
    concerned = names(fact)
    kind = "request-rule-added" if _refuses(fact) else "request-behaviour-added"
    about_new = any((fact.operation, name) in new for name in concerned)
    harmless = about_new and not rule_type(fact.type).demanding
    return Finding(
        kind,
        fact.operation,
        _main(concerned),
        None,
        said(fact),
        fact.section,
        after=fact,
        severity=NON_BREAKING if harmless else "",
        parameters=concerned,
    )


def removed(fact: RuleFact) -> Finding:
    """The finding for a rule that the page has no more."""
    concerned = names(fact)
    kind = "request-rule-removed" if _refuses(fact) else "request-behaviour-removed"
    return Finding(
        kind,
        fact.operation,
        _main(concerned),
        said(fact),
        None,
        fact.section,
        before=fact,
        rule=f"{fact.operation}.{fact.id}",
        parameters=concerned,
    )


def changed(before: RuleFact, after: RuleFact) -> Finding:
    """The finding for a rule of which both have a version."""
    return Finding(
        _change(before, after),
        before.operation,
        _main(names(before)),
        said(before),
        said(after),
        after.section,
        before,
        after,
        rule=f"{before.operation}.{before.id}",
        severity=NON_BREAKING if _lists_more(before, after) else "",
        parameters=tuple(dict.fromkeys((*names(before), *names(after)))),
    )


def _lists_more(before: RuleFact, after: RuleFact) -> bool:
    """Whether a behaviour differs only in that it knows more values."""
    old, new = ({key(each) for each in fact.entry.get("listed", ())} for fact in (before, after))
    return not _refuses(before) and old < new


def _main(concerned: Sequence[str]) -> str | None:
    return concerned[0] if concerned else None


def _change(before: RuleFact, after: RuleFact) -> str:
    if not _refuses(before):
        return "request-behaviour-changed"
    looser = rule_type(before.type).wider_is_looser
    rest = [
        {name: _normal(name, v) for name, v in fact.entry.items() if name not in MEMBERS}
        for fact in (before, after)
    ]
    if looser is None or key(rest[0]) != key(rest[1]):
        return "request-rule-changed"
    old, new = ({key(each) for each in _members(fact)} for fact in (before, after))
    if old < new:
        return "request-rule-loosened" if looser else "request-rule-tightened"
    if new < old:
        return "request-rule-tightened" if looser else "request-rule-loosened"
    return "request-rule-changed"


def _members(fact: RuleFact) -> list[Any]:
    name = next(name for name in MEMBERS if name in fact.entry)
    members: list[Any] = _normal(name, fact.entry[name])
    return members


def pairs(
    gone: list[RuleFact], new: list[RuleFact]
) -> Iterator[tuple[RuleFact | None, RuleFact | None]]:
    """Rules that went with those that came, where one is another's new version."""
    left = list(new)
    for before in gone:
        match = next((after for after in left if _is_version(before, after)), None)
        if match is not None:
            left.remove(match)
        yield before, match
    for after in left:
        yield None, after


def _is_version(before: RuleFact, after: RuleFact) -> bool:
    if (before.operation, before.type) != (after.operation, after.type):
        return False
    if "field" in before.entry:
        return bool(before.entry["field"] == after.entry.get("field"))
    return len(set(names(before)) & set(names(after))) > 1
