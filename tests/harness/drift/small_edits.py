"""Small edits of facts, each with the one finding that it must make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.harness.drift.facts import (
    EndpointFact,
    ModelFact,
    OutputFact,
    ParameterFact,
    SizeFact,
)
from imagine_harness.harness.drift.page_facts import Area, Facts

Expected = tuple[str, str | None, str | None]
"""Kind, operation and parameter of a finding."""

WHOLE = frozenset((area, None) for area in Area)
"""What a page reaches that is read to its end everywhere."""


@dataclass(frozen=True)
class Edit:
    """Facts after one edit, and the finding that it must make."""

    facts: Facts
    expected: Expected


def edited(facts: Facts, name: str, seed: int) -> Edit | None:
    """The facts after the edit of a name, None where nothing of them can be edited so."""
    found = list(EDITS[name](facts, Random(seed)))
    return Random(seed).choice(found) if found else None


def with_parameter(facts: Facts, old: ParameterFact, **changes: Any) -> Facts:
    """The facts with one parameter changed."""
    new = tuple(replace(p, **changes) if p is old else p for p in facts.parameters)
    return replace(facts, parameters=new)


def _plain(facts: Facts) -> Iterator[ParameterFact]:
    """Parameters that no rule speaks of, so that nothing else moves with them."""
    related = str([rule.entry for rule in facts.rules]) + str([s.fields for s in facts.sizes])
    for fact in facts.parameters:
        others = [p.name for p in facts.parameters if p.name.startswith(f"{fact.name}.")]
        if f"'{fact.name}'" not in related and not others and not fact.default_when:
            yield fact


def enum_value_removed(facts: Facts, random: Random) -> Iterator[Edit]:
    for p in _plain(facts):
        listed = [v for v in p.schema.get("enum", ()) if v != p.default]
        if len(p.schema.get("enum", ())) > 1:
            gone = random.choice(listed)
            rest = [v for v in p.schema["enum"] if v != gone]
            changed = with_parameter(facts, p, schema={**p.schema, "enum": rest})
            yield Edit(changed, ("request-parameter-enum-value-removed", p.operation, p.name))


def enum_value_added(facts: Facts, _: Random) -> Iterator[Edit]:
    for p in _plain(facts):
        if "enum" in p.schema:
            changed = with_parameter(
                facts, p, schema={**p.schema, "enum": [*p.schema["enum"], "new"]}
            )
            yield Edit(changed, ("request-parameter-enum-value-added", p.operation, p.name))


def _limited(facts: Facts, keyword: str, step: int, kind: str) -> Iterator[Edit]:
    for p in _plain(facts):
        if keyword in p.schema:
            schema = {**p.schema, keyword: p.schema[keyword] + step}
            yield Edit(with_parameter(facts, p, schema=schema), (kind, p.operation, p.name))


def maximum_decreased(facts: Facts, random: Random) -> Iterator[Edit]:
    yield from _limited(facts, "maximum", -1, "request-parameter-max-decreased")


def maximum_increased(facts: Facts, random: Random) -> Iterator[Edit]:
    step = random.randint(1, 9)
    yield from _limited(facts, "maximum", step, "request-parameter-max-increased")


def minimum_increased(facts: Facts, _: Random) -> Iterator[Edit]:
    yield from _limited(facts, "minimum", 1, "request-parameter-min-increased")


def items_decreased(facts: Facts, _: Random) -> Iterator[Edit]:
    yield from _limited(facts, "maxItems", -1, "request-parameter-max-items-decreased")


def maximum_unset(facts: Facts, _: Random) -> Iterator[Edit]:
    for p in _plain(facts):
        if "maximum" in p.schema and "minimum" not in p.schema:
            schema = {k: v for k, v in p.schema.items() if k != "maximum"}
            changed = with_parameter(facts, p, schema=schema)
            yield Edit(changed, ("request-parameter-max-unset", p.operation, p.name))


def range_set(facts: Facts, _: Random) -> Iterator[Edit]:
    for p in _plain(facts):
        if p.schema.get("type") == "integer" and not {"minimum", "maximum"} & p.schema.keys():
            changed = with_parameter(facts, p, schema={**p.schema, "minimum": 1})
            yield Edit(changed, ("request-parameter-min-set", p.operation, p.name))


def became_required(facts: Facts, _: Random) -> Iterator[Edit]:
    for p in _plain(facts):
        if not p.required and "." not in p.name:
            changed = with_parameter(facts, p, required=True)
            yield Edit(changed, ("request-parameter-became-required", p.operation, p.name))


def became_optional(facts: Facts, _: Random) -> Iterator[Edit]:
    for p in _plain(facts):
        if p.required:
            changed = with_parameter(facts, p, required=False)
            yield Edit(changed, ("request-parameter-became-optional", p.operation, p.name))


def default_changed(facts: Facts, _: Random) -> Iterator[Edit]:
    for p in _plain(facts):
        listed = [v for v in p.schema.get("enum", ()) if v != p.default]
        new: Any = listed[0] if listed else None
        if isinstance(p.default, bool):
            new = not p.default
        elif isinstance(p.default, int):
            new = p.default + 1
        if p.default is not ABSENT and new is not None:
            changed = with_parameter(facts, p, default=new)
            yield Edit(changed, ("request-parameter-default-value-changed", p.operation, p.name))


def default_removed(facts: Facts, _: Random) -> Iterator[Edit]:
    for p in _plain(facts):
        if p.default is not ABSENT:
            changed = with_parameter(facts, p, default=ABSENT)
            yield Edit(changed, ("request-parameter-default-value-removed", p.operation, p.name))


def parameter_removed(facts: Facts, _: Random) -> Iterator[Edit]:
    for p in _plain(facts):
        if "." not in p.name and not p.required:
            rest = tuple(other for other in facts.parameters if other is not p)
            changed = replace(facts, parameters=rest)
            yield Edit(changed, ("request-parameter-removed", p.operation, p.name))


def parameter_added(facts: Facts, _: Random) -> Iterator[Edit]:
    for last in (_last(facts, operation) for operation in facts.operations):
        if last is not None:
            new = ParameterFact(last.operation, "novelty", last.section, {"type": "string"})
            yield Edit(
                _inserted(facts, last, new),
                ("new-optional-request-parameter", last.operation, "novelty"),
            )


def required_parameter_added(facts: Facts, _: Random) -> Iterator[Edit]:
    for last in (_last(facts, operation) for operation in facts.operations):
        if last is not None:
            new = ParameterFact(
                last.operation, "novelty", last.section, {"type": "string"}, required=True
            )
            yield Edit(
                _inserted(facts, last, new),
                ("new-required-request-parameter", last.operation, "novelty"),
            )


def _last(facts: Facts, operation: str) -> ParameterFact | None:
    own = [p for p in facts.parameters if p.operation == operation and "." not in p.name]
    return own[-1] if own else None


def _inserted(facts: Facts, last: ParameterFact, new: ParameterFact) -> Facts:
    place = facts.parameters.index(last) + 1
    return replace(facts, parameters=(*facts.parameters[:place], new, *facts.parameters[place:]))


def rule_removed(facts: Facts, _: Random) -> Iterator[Edit]:
    for rule in facts.rules:
        if rule.type not in ("nearest", "precedence"):
            related = rule.entry.get("groups", rule.entry.get("fields", ()))
            first = rule.entry.get("field") or related[0]
            first = first if isinstance(first, str) else first[0]
            rest = tuple(other for other in facts.rules if other is not rule)
            changed = replace(facts, rules=rest)
            yield Edit(changed, ("request-rule-removed", rule.operation, first))


def size_removed(facts: Facts, random: Random) -> Iterator[Edit]:
    if facts.sizes:
        gone = random.choice(facts.sizes)
        rest = tuple(size for size in facts.sizes if size is not gone)
        yield Edit(replace(facts, sizes=rest), ("listed-size-removed", gone.operation, None))


def size_changed(facts: Facts, random: Random) -> Iterator[Edit]:
    if facts.sizes:
        old = random.choice(facts.sizes)
        new: SizeFact = replace(old, width=old.width + 16)
        sizes = tuple(new if size is old else size for size in facts.sizes)
        yield Edit(replace(facts, sizes=sizes), ("listed-size-changed", old.operation, None))


def output_removed(facts: Facts, _: Random) -> Iterator[Edit]:
    for old in facts.outputs:
        others = [o for o in facts.outputs if o is not old and o.operation == old.operation]
        parent = old.path.replace("[]", "").rpartition(".")[0]
        alone = not any(o.path.startswith(f"{parent}") and o.path != parent for o in others)
        holds = any(o.path.startswith((f"{old.path}.", f"{old.path}[]")) for o in others)
        if not holds and not (alone and parent):
            word = "required" if old.required is True else "optional"
            kind = f"response-{word}-property-removed"
            rest = tuple(o for o in facts.outputs if o is not old)
            yield Edit(replace(facts, outputs=rest), (kind, old.operation, old.path))


def output_added(facts: Facts, _: Random) -> Iterator[Edit]:
    for operation in facts.operations:
        own = [o for o in facts.outputs if o.operation == operation]
        if own:
            path = f"{own[0].path.rpartition('.')[0]}.novelty".lstrip(".")
            new = OutputFact(operation, path, own[0].section, {"type": "string"}, required=False)
            place = facts.outputs.index(own[0]) + 1
            outputs = (*facts.outputs[:place], new, *facts.outputs[place:])
            expected = ("response-optional-property-added", operation, path)
            yield Edit(replace(facts, outputs=outputs), expected)


def endpoint_moved(facts: Facts, _: Random) -> Iterator[Edit]:
    for old in facts.endpoints:
        if isinstance(old.path, str):
            new: EndpointFact = replace(old, path=f"{old.path}/v2")
            endpoints = tuple(new if each is old else each for each in facts.endpoints)
            moved = replace(facts, endpoints=endpoints)
            yield Edit(moved, ("endpoint-moved", old.operation, None))


def price_raised(facts: Facts, _: Random) -> Iterator[Edit]:
    for old in facts.prices:
        new = replace(old, amount=round(old.amount + 0.01, 6))
        prices = tuple(new if each is old else each for each in facts.prices)
        yield Edit(replace(facts, prices=prices), ("price-increased", None, old.of))


def status_changed(facts: Facts, _: Random) -> Iterator[Edit]:
    if facts.status is not None:
        status = replace(facts.status, word="deprecated")
        yield Edit(replace(facts, status=status), ("status-changed", None, None))


def model_added(facts: Facts, _: Random) -> Iterator[Edit]:
    named = ModelFact(f"{facts.models[0].id}-pro", facts.models[0].section)
    yield Edit(replace(facts, models=(*facts.models, named)), ("model-added", None, None))


EDITS: dict[str, Callable[[Facts, Random], Iterator[Edit]]] = {
    edit.__name__: edit
    for edit in (
        enum_value_removed,
        enum_value_added,
        maximum_decreased,
        maximum_increased,
        minimum_increased,
        items_decreased,
        maximum_unset,
        range_set,
        became_required,
        became_optional,
        default_changed,
        default_removed,
        parameter_removed,
        parameter_added,
        required_parameter_added,
        rule_removed,
        size_removed,
        size_changed,
        output_removed,
        output_added,
        endpoint_moved,
        price_raised,
        status_changed,
        model_added,
    )
}
"""Every edit by its name."""
