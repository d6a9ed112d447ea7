"""An operation as JSON Schema 2020-12 with its rules compiled in, and the fast validator of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import islice

from imagine_harness.contracts.engine import SchemaEngine
from imagine_harness.contracts.fields import Schema, elements
from imagine_harness.contracts.model import Level, Seen, Violation, nothing_seen
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules.base import Rule, enforced

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def compiled(operation: Operation, rules: Iterable[Rule]) -> Schema:
    """The JSON Schema of a request body of `operation` that asserts `rules` and nothing else.

    A rule with memory (`unique`) and one about behaviour assert nothing.
    """
    root = compiled_root(rules)
    if operation.subject.startswith("/*"):
        return {"$schema": DIALECT, "type": "array", "items": root}
    return {"$schema": DIALECT, **root}


def compiled_root(rules: Iterable[Rule]) -> Schema:
    """The JSON Schema of one root: the whole body, or one element where the subject is `/*`."""
    root: Schema = {}
    across: list[Schema] = []
    for rule in rules:
        schema = rule.as_schema()
        if schema.keys() <= {"type", "properties", "required"}:
            _merge(root, schema)
        else:
            across.append(schema)
    return {**root, "allOf": across} if across else root


def _merge(into: Schema, more: Schema) -> None:
    """Lay what `more` says of single parameters over `into`, so that both hold."""
    for keyword, value in more.items():
        if keyword == "properties":
            for name, schema in value.items():
                _merge(into.setdefault("properties", {}).setdefault(name, {}), schema)
        elif keyword == "required":
            known = into.setdefault("required", [])
            known += [name for name in value if name not in known]
        else:
            into[keyword] = value


@lru_cache(maxsize=512)
def _strict_engine(operation: Operation) -> SchemaEngine:
    """The engine of all rules of an operation, which takes long to make and is soon asked."""
    return SchemaEngine(compiled_root(operation.rules))


class Validator:
    """Judges the request bodies of one operation under one set of readings.

    Attributes:
        refusing: the rules that refuse a body which breaks them; the others only warn.
        schema: the JSON Schema of the refusing rules: what the mock accepts.
        strict_schema: the JSON Schema of all rules: what causes no warning either.
    """

    def __init__(self, operation: Operation, readings: Mapping[str, str]) -> None:
        self.operation = operation
        self.readings = readings
        self.refusing = tuple(rule for rule in operation.rules if enforced(rule, readings))
        self.with_memory = tuple(rule for rule in operation.rules if rule.stateful)

    @cached_property
    def _strict(self) -> SchemaEngine:
        return _strict_engine(self.operation)

    @cached_property
    def schema(self) -> Schema:
        """What the mock accepts."""
        return compiled(self.operation, self.refusing)

    @cached_property
    def strict_schema(self) -> Schema:
        """What causes neither a refusal nor a warning."""
        return compiled(self.operation, self.operation.rules)

    def is_clean(self, root: object) -> bool:
        """Whether a root breaks no rule without memory, warnings included; in microseconds."""
        return self._strict.is_valid(root)

    def accepts(self, body: object) -> bool:
        """Whether a mock without memory accepts `body`."""
        if self.operation.subject.startswith("/*") and not isinstance(body, list):
            return False
        return not any(violation.level is Level.ERROR for violation in self.violations(body))

    def violations(self, body: object, seen: Seen = nothing_seen) -> list[Violation]:
        """Every rule that `body` breaks, in the order of the contract; [] when it conforms.

        Where the subject is `/*`, a body that is no array breaks nothing here: its shape is the
        business of whoever takes it apart.
        """
        return [
            violation
            for prefix, root in elements(body, self.operation.subject)
            for violation in self.violations_of(root, seen, prefix)
        ]

    def violations_of(
        self, root: object, seen: Seen = nothing_seen, prefix: str = "", most: int | None = None
    ) -> list[Violation]:
        """The violations of one root: the whole body, or one element of it at `prefix`.

        With `most` each rule has so many at most, and is not looked at any further.
        """
        return [
            replace(
                violation,
                pointer=prefix + violation.pointer,
                level=Level.ERROR if rule in self.refusing else Level.WARNING,
                fix=tuple(replace(step, path=prefix + step.path) for step in violation.fix),
            )
            for rule in self.operation.rules
            for violation in islice(rule.check(root, seen), most)
        ]
