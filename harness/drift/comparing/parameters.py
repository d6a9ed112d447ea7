"""What moved in the keys of a request."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from imagine_harness.contracts.fields import ABSENT, Schema, same, type_name
from imagine_harness.contracts.rules import values
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.facts import ParameterFact

LIMITS: Mapping[str, str] = MappingProxyType(
    {
        "minimum": "request-parameter-min",
        "maximum": "request-parameter-max",
        "minLength": "request-parameter-min-length",
        "maxLength": "request-parameter-max-length",
        "minItems": "request-parameter-min-items",
        "maxItems": "request-parameter-max-items",
    }
)
"""Keywords that are numbers, and how the kinds of their findings begin."""


def added(fact: ParameterFact) -> Finding:
    """The finding for a parameter that only the page has."""
    kind = "new-required-request-parameter" if fact.required else "new-optional-request-parameter"
    return Finding(
        kind, fact.operation, fact.name, now=fact.schema, section=fact.section, after=fact
    )


def removed(fact: ParameterFact) -> Finding:
    """The finding for a parameter that the page has no more."""
    return Finding(
        "request-parameter-removed",
        fact.operation,
        fact.name,
        was=fact.schema,
        section=fact.section,
        before=fact,
        rule=f"{fact.operation}.{fact.name}",
    )


def changed(before: ParameterFact, after: ParameterFact) -> Iterator[Finding]:
    """The findings for a parameter that both have."""
    pair = Pair(before, after)
    if before.required != after.required and (after.whole or after.required):
        became = "required" if after.required else "optional"
        yield pair.finding(
            f"request-parameter-became-{became}", "required", before.required, after.required
        )
    yield from pair.schemas(before.name, before.schema, after.schema)
    yield from pair.defaults()
    if before.upstream != after.upstream and after.whole:
        yield pair.finding(
            "request-parameter-upstream-changed", "upstream", before.upstream, after.upstream
        )


@dataclass(frozen=True, slots=True)
class Pair:
    """One parameter as the contract and as the page has it."""

    before: ParameterFact
    after: ParameterFact

    def finding(
        self, kind: str, keyword: str, was: object, now: object, name: str | None = None
    ) -> Finding:
        """A finding about this parameter, or about `name` inside it."""
        return Finding(
            kind,
            self.before.operation,
            name or self.before.name,
            was,
            now,
            self.after.section,
            self.before,
            self.after,
            rule=f"{self.before.operation}.{self.before.name}.{keyword}",
        )

    def schemas(self, name: str, was: Schema, now: Schema) -> Iterator[Finding]:
        """The findings about a value's keywords, at any depth."""
        yield from self._types(name, was, now)
        yield from self._enums(name, was, now)
        for keyword, kind in LIMITS.items():
            yield from self._limit(name, keyword, kind, was.get(keyword), now.get(keyword))
        yield from self._format(name, was.get("format"), now.get("format"))
        if "items" in was and "items" in now:
            yield from self.schemas(f"{name}[]", was["items"], now["items"])
        yield from self._properties(name, was, now)

    def _types(self, name: str, was: Schema, now: Schema) -> Iterator[Finding]:
        old, new = types(was), types(now)
        if not old or not new or (covers(old, new) and covers(new, old)):
            return
        if "enum" in was and "enum" in now:
            return
        if "enum" in was and covers(new, old):
            return
        word = "changed"
        if covers(new, old):
            word = "generalized"
        elif covers(old, new):
            word = "specialized"
        if word == "specialized" and "enum" in now:
            return
        yield self.finding(
            f"request-parameter-type-{word}", "type", _type_said(was), _type_said(now), name
        )

    def _enums(self, name: str, was: Schema, now: Schema) -> Iterator[Finding]:
        old, new = was.get("enum"), now.get("enum")
        if old is None and new is not None:
            yield self.finding("request-parameter-became-enum", "enum", None, new, name)
        elif old is not None and new is None and self.after.whole:
            yield self.finding("request-parameter-became-not-enum", "enum", old, None, name)
        elif old is not None and new is not None:
            for value in without(old, new):
                if self.after.whole:
                    yield self.finding(
                        "request-parameter-enum-value-removed", "enum", value, None, name
                    )
            for value in without(new, old):
                yield self.finding("request-parameter-enum-value-added", "enum", None, value, name)

    def _limit(
        self, name: str, keyword: str, kind: str, was: float | None, now: float | None
    ) -> Iterator[Finding]:
        if was == now or (now is None and not self.after.whole):
            return
        if was is None or now is None:
            word = "set" if was is None else "unset"
        else:
            word = "increased" if now > was else "decreased"
        yield self.finding(f"{kind}-{word}", keyword, was, now, name)

    def _format(self, name: str, was: str | None, now: str | None) -> Iterator[Finding]:
        if was == now or (now is None and not self.after.whole):
            return
        word = "set" if was is None else "unset" if now is None else "changed"
        yield self.finding(f"request-parameter-format-{word}", "format", was, now, name)

    def _properties(self, name: str, was: Schema, now: Schema) -> Iterator[Finding]:
        old, new = was.get("properties", {}), now.get("properties", {})
        for key in (*old, *(key for key in new if key not in old)):
            inside = f"{name}.{key}"
            if key not in old:
                yield self.finding(
                    "new-optional-request-parameter", "properties", None, new[key], inside
                )
            elif key not in new:
                if self.after.whole:
                    yield self.finding(
                        "request-parameter-removed", "properties", old[key], None, inside
                    )
            else:
                yield from self.schemas(inside, old[key], new[key])
        for key in without(now.get("required", ()), was.get("required", ())):
            yield self.finding(
                "request-parameter-became-required", "required", False, True, f"{name}.{key}"
            )
        if self.after.whole:
            for key in without(was.get("required", ()), now.get("required", ())):
                yield self.finding(
                    "request-parameter-became-optional", "required", True, False, f"{name}.{key}"
                )

    def defaults(self) -> Iterator[Finding]:
        """The findings about what an absent value means."""
        yield from self._default(self.before.default, self.after.default)
        old, new = (
            {(other, key(when)): (when, default) for other, when, default in fact.default_when}
            for fact in (self.before, self.after)
        )
        for condition in (*old, *(each for each in new if each not in old)):
            was, now = (
                {"when": {condition[0]: side[condition][0]}, "default": side[condition][1]}
                if condition in side
                else ABSENT
                for side in (old, new)
            )
            yield from self._default(was, now)

    def _default(self, was: Any, now: Any) -> Iterator[Finding]:
        if same(was, now) or (now is ABSENT and not self.after.whole):
            return
        word = "added" if was is ABSENT else "removed" if now is ABSENT else "changed"
        yield self.finding(f"request-parameter-default-value-{word}", "default", was, now)


def key(value: object) -> str:
    """A value as text that is equal for values that JSON calls equal; order of keys aside."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True, default=list)


def without(values_: Any, others: Any) -> list[Any]:
    """The values that are not among others, in their order."""
    there = {key(each) for each in others}
    return [value for value in values_ if key(value) not in there]


def types(schema: Schema) -> frozenset[str]:
    """The JSON types of a schema's values; of an enum, those of the listed values."""
    if "enum" in schema:
        return frozenset(type_name[type(value)] for value in schema["enum"])
    return frozenset(values.types(schema))


def _type_said(schema: Schema) -> object:
    named = sorted(types(schema))
    return schema.get("type") or (named[0] if len(named) == 1 else named)


def covers(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    """Whether every value of the narrow types is one of the wide ones."""
    return narrow <= wide | ({"integer"} if "number" in wide else set())
