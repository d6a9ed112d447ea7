"""What moved in the keys of a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from imagine_harness.contracts.fields import ABSENT, Schema, same
from imagine_harness.harness.drift.comparing.comparer import Comparer, Difference
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.facts import ParameterFact
from imagine_harness.harness.drift.keyed import (
    by_value,
    covers,
    describe_types,
    json_key,
    keyed,
    types,
)
from imagine_harness.harness.drift.page_facts import Area

LIMITS: Mapping[str, str] = MappingProxyType(
    {
        "minimum": "min",
        "maximum": "max",
        "minLength": "min-length",
        "maxLength": "max-length",
        "minItems": "min-items",
        "maxItems": "max-items",
    }
)
"""Keywords that are numbers, and what the kinds of their findings call them."""


class ParameterComparer(Comparer[ParameterFact]):
    """The parameters of one operation, by their names."""

    area, sort, by = Area.INPUT, "parameters", "name"
    kind, named, stated = "request-parameter", "name", "schema"
    address = "{0.operation}.{0.name}"

    def added(self, fact: ParameterFact) -> Finding:
        word = "required" if fact.required else "optional"
        return self.finding(f"new-{word}-request-parameter", None, fact)

    def removed(self, fact: ParameterFact) -> Finding:
        rule = self.address.format(fact)
        return self.finding("request-parameter-removed", fact, None, rule=rule)

    def changed(self, before: ParameterFact, after: ParameterFact) -> Iterator[Difference]:
        yield from ParameterVersions(self, before, after).changes()
        if not after.whole:
            yield self.unreached(before)


@dataclass(frozen=True, slots=True)
class ParameterVersions:
    """One parameter as the contract and as the page has it.

    What a page does not state that was cut short inside of the parameter is as it was.
    """

    comparer: ParameterComparer
    before: ParameterFact
    after: ParameterFact

    def changes(self) -> Iterator[Finding]:
        """All that moved."""
        before, after = self.before, self.after
        if before.required != after.required and (after.whole or after.required):
            yield self._required(before.name, after.required)
        yield from self._schemas(before.name, before.schema, after.schema)
        yield from self._defaults()
        if before.upstream != after.upstream and after.whole:
            yield self._finding(
                "upstream-changed", "upstream", before.name, before.upstream, after.upstream
            )

    def _finding(self, kind: str, keyword: str, name: str, was: object, now: object) -> Finding:
        """A finding about this parameter, or about what stands at `name` inside it."""
        full = kind if kind.startswith("new-") else f"request-parameter-{kind}"
        was, now = (None if value is ABSENT else value for value in (was, now))
        rule = f"{self.before.operation}.{self.before.name}.{keyword}"
        more = {"parameter": name, "was": was, "now": now, "rule": rule}
        return self.comparer.finding(full, self.before, self.after, **more)

    def _required(self, name: str, now: bool) -> Finding:
        kind = f"became-{'required' if now else 'optional'}"
        return self._finding(kind, "required", name, not now, now)

    def _moved(
        self, name: str, keyword: str, kinds: tuple[str, str, str], was: object, now: object
    ) -> Iterator[Finding]:
        """The finding about one value: by its kind if it is new, gone or other."""
        if same(was, now) or (now is ABSENT and not self.after.whole):
            return
        new, gone, other = kinds
        kind = new if was is ABSENT else gone if now is ABSENT else other
        yield self._finding(kind, keyword, name, was, now)

    def _schemas(self, name: str, was: Schema, now: Schema) -> Iterator[Finding]:
        """The findings about a value's keywords, at any depth."""
        yield from self._types(name, was, now)
        yield from self._enums(name, was, now)
        for keyword, kind in LIMITS.items():
            old, new = was.get(keyword, ABSENT), now.get(keyword, ABSENT)
            other = "increased" if ABSENT not in (old, new) and new > old else "decreased"
            kinds = (f"{kind}-set", f"{kind}-unset", f"{kind}-{other}")
            yield from self._moved(name, keyword, kinds, old, new)
        kinds = ("format-set", "format-unset", "format-changed")
        yield from self._moved(
            name, "format", kinds, was.get("format", ABSENT), now.get("format", ABSENT)
        )
        if "items" in was and "items" in now:
            yield from self._schemas(f"{name}[]", was["items"], now["items"])
        yield from self._properties(name, was, now)

    def _types(self, name: str, was: Schema, now: Schema) -> Iterator[Finding]:
        old, new = types(was), types(now)
        wider, narrower = covers(new, old), covers(old, new)
        if not old or not new or (wider and narrower):
            return
        # Where values are listed, they are what moved.
        if "enum" in was and ("enum" in now or wider):
            return
        if "enum" in now and narrower and not wider:
            return
        kind = "generalized" if wider else "specialized" if narrower else "changed"
        stated = (schema.get("type") or describe_types(schema) for schema in (was, now))
        yield self._finding(f"type-{kind}", "type", name, *stated)

    def _enums(self, name: str, was: Schema, now: Schema) -> Iterator[Finding]:
        old, new = was.get("enum", ABSENT), now.get("enum", ABSENT)
        if old is ABSENT or new is ABSENT:
            kinds = ("became-enum", "became-not-enum", "")
            yield from self._moved(name, "enum", kinds, old, new)
            return
        kinds = ("enum-value-added", "enum-value-removed", "")
        for _, had, has in keyed(by_value(old), by_value(new)):
            if had is ABSENT or has is ABSENT:
                yield from self._moved(name, "enum", kinds, had, has)

    def _properties(self, name: str, was: Schema, now: Schema) -> Iterator[Finding]:
        kinds = ("new-optional-request-parameter", "removed", "")
        for key, old, new in keyed(was.get("properties", {}), now.get("properties", {})):
            if old is ABSENT or new is ABSENT:
                yield from self._moved(f"{name}.{key}", "properties", kinds, old, new)
            else:
                yield from self._schemas(f"{name}.{key}", old, new)
        before, after = (by_value(schema.get("required", ())) for schema in (was, now))
        for _, new, old in keyed(after, before):
            if old is ABSENT:
                yield self._required(f"{name}.{new}", True)
            elif new is ABSENT and self.after.whole:
                yield self._required(f"{name}.{old}", False)

    def _defaults(self) -> Iterator[Finding]:
        """The findings about what an absent value means, with and without another's value."""
        kinds = ("default-value-added", "default-value-removed", "default-value-changed")
        sides = (
            {
                "": side.default,
                **{
                    other + json_key(when): {"when": {other: when}, "default": default}
                    for other, when, default in side.default_when
                },
            }
            for side in (self.before, self.after)
        )
        for _, was, now in keyed(*sides):
            yield from self._moved(self.before.name, "default", kinds, was, now)
