"""What the sentences of a page state across its parameters, put where it belongs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from imagine_harness.contracts.fields import Schema
from imagine_harness.harness.drift.facts import OpenPoint, ParameterFact, RuleFact
from imagine_harness.harness.drift.phrases.rules import Default, Rule
from imagine_harness.harness.drift.phrases.statements import Statements

EDIT = "edit"
"""The operation whose calls all have an input image."""


@dataclass(slots=True)
class PageStatements:
    """What was read of sentences.

    Attributes:
        rules: with the section where each is stated.
        keywords: (parameter, keywords, section) of sentences about others than the described one.
        defaults: those that another parameter's value brings about, with the section of each.
        points: what is not understood, or is of nothing that the page has.
        editing: (parameter, its value that is for edits alone) -> the section that says so.
        pictures: parameters that take pictures, beside those whose format says so.
    """

    rules: list[tuple[Rule, str]] = field(default_factory=list)
    keywords: list[tuple[str, Schema, str]] = field(default_factory=list)
    defaults: list[tuple[Default, str]] = field(default_factory=list)
    points: list[OpenPoint] = field(default_factory=list)
    editing: dict[tuple[str, str], str] = field(default_factory=dict)
    pictures: Collection[str] = ()

    def add(self, found: Statements, section: str, name: str = "") -> None:
        """Gather what sentences state about the parameter of a name, or about none."""
        self.rules += [(rule, section) for rule in found.rules]
        self.keywords += [(other, keywords, section) for other, keywords in found.about.items()]
        self.defaults += [(default, section) for default in found.defaults]
        for value in found.editing:
            self.editing.setdefault((name, value), section)
        about = f"{name}: " if name else ""
        self.points += [OpenPoint(section, f"{about}{sentence}") for sentence in found.left]

    def resolve(
        self, parameters: Iterable[ParameterFact]
    ) -> tuple[list[ParameterFact], list[RuleFact]]:
        """The parameters with what is stated elsewhere, and the rules, each once."""
        facts = [*parameters]
        places: dict[str, list[int]] = {}
        taken: dict[str, set[str]] = {}
        for place, fact in enumerate(facts):
            taken.setdefault(fact.operation, set()).add(fact.name)
            if fact.whole:
                places.setdefault(fact.name, []).append(place)
        for name, keywords, section in self.keywords:
            own = places.get(name, [])
            known = [facts[place].schema for place in own]
            if not own or any(schema | keywords != keywords | schema for schema in known):
                self.points.append(OpenPoint(section, f"{name}: {keywords}"))
                continue
            for place in own:
                schema = {**facts[place].schema, **keywords}
                facts[place] = replace(facts[place], schema=schema)
        for (name, switch, state, default), section in self.defaults:
            if name not in places:
                text = f"{name} defaults to {default!r} with {switch}"
                self.points.append(OpenPoint(section, text))
            for place in places.get(name, ()):
                whens = (*facts[place].default_when, (switch, state, default))
                facts[place] = replace(facts[place], default_when=whens)
        return facts, [*self._rules_by_operation(taken), *self._rules_for_edits(facts)]

    def _rules_for_edits(self, facts: Sequence[ParameterFact]) -> Iterator[RuleFact]:
        """Values that are for edits alone: with an input image where one may come, else never."""
        given: dict[str, list[str]] = {}
        own: dict[str, list[str]] = {}
        for fact in facts:
            if fact.operation != EDIT:
                own.setdefault(fact.name, []).append(fact.operation)
                pictures = given.setdefault(fact.operation, [])
                pictures += [fact.name] if fact.name in self.pictures or fact.takes_picture else []
        for (name, value), section in self.editing.items():
            for operation in own.get(name, ()):
                pictures = given[operation]
                when = {"when": {"given": pictures}} if pictures else {}
                entry = {"field": name, "values": [value], **when}
                yield RuleFact(operation, "allowed_when", entry, section)

    def _rules_by_operation(self, taken: Mapping[str, set[str]]) -> list[RuleFact]:
        """The rules in every operation that takes their parameters."""
        found: dict[str, RuleFact] = {}
        for (kind, entry), section in self.rules:
            nowhere = True
            for operation, parameters in taken.items():
                fact = RuleFact(operation, kind, _narrowed(kind, entry, parameters), section)
                if fact.entry and parameters.issuperset(fact.names):
                    found.setdefault(fact.normal, fact)
                    nowhere = False
            if nowhere:
                text = f"a rule of parameters that are not there: {kind} {dict(entry)}"
                self.points.append(OpenPoint(section, text))
        return list(found.values())


def _narrowed(kind: str, entry: Mapping[str, Any], parameters: set[str]) -> Mapping[str, Any]:
    """An entry in an operation: of what excludes one another, those that it takes, two at least."""
    if kind != "excludes":
        return entry
    groups = [
        group
        for group in entry["groups"]
        if parameters.issuperset([group] if isinstance(group, str) else group)
    ]
    return {**entry, "groups": groups} if len(groups) > 1 else {}
