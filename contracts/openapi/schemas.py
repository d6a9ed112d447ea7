"""The schemas of bodies and answers: what the rules in force assert, with its sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from imagine_harness.contracts.fields import ABSENT, Path, Schema, type_name
from imagine_harness.contracts.model import AnswerShape, Parameter
from imagine_harness.contracts.openapi.extensions import provenance
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules.base import enforced
from imagine_harness.contracts.rules.single import Constraint, Required
from imagine_harness.contracts.schema import compiled_root


def any_of(schemas: Sequence[Schema]) -> Schema:
    """A schema of what obeys at least one of some; {} for none."""
    different = [each for i, each in enumerate(schemas) if each not in schemas[:i]]
    return different[0] if len(different) == 1 else {"anyOf": different} if different else {}


def root_schema(operation: Operation, readings: Mapping[str, str]) -> Schema:
    """What the rules in force assert of one root, with what is known of each parameter."""
    rules = [rule for rule in operation.rules if enforced(rule, readings)]
    root = compiled_root(rule for rule in rules if isinstance(rule, Constraint | Required))
    for parameter in operation.parameters.values():
        _at(root, parameter.path).update(describe_parameter(parameter))
    across = [
        {"x-rule": rule.statement.id, **provenance(rule.statement), **rule.as_schema()}
        for rule in rules
        if not isinstance(rule, Constraint | Required) and rule.as_schema()
    ]
    made: Schema = with_types({**root, "allOf": across} if across else root)
    return made


def _at(root: Schema, path: Path) -> Schema:
    """The schema of the value at `path` inside that of a root; made where there is none."""
    for step in path:
        root = root.setdefault("properties", {}).setdefault(step, {})
    return root


def describe_parameter(parameter: Parameter) -> Schema:
    """What is known of a parameter beside its constraints."""
    known: Schema = {} if parameter.default is ABSENT else {"default": parameter.default}
    if parameter.default_when:
        known["x-default-when"] = [
            {"parameter": other, "equals": value, "default": default}
            for other, value, default in parameter.default_when
        ]
    known |= {"x-treatment": parameter.treatment} if parameter.treatment else {}
    known |= {"x-upstream": parameter.upstream} if parameter.upstream else {}
    return known | provenance(parameter.statement)


def with_types(schema: Any) -> Any:
    """`schema` with the type of its values beside every enum, at any depth."""
    if isinstance(schema, list):
        return [with_types(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {k: v if k in ("default", "enum") else with_types(v) for k, v in schema.items()}
    listed = schema.get("enum")
    kinds = {type_name[type(value)] for value in listed} if isinstance(listed, list) else set()
    return {"type": kinds.pop(), **made} if len(kinds) == 1 else made


def answers(shapes: Iterable[AnswerShape], readings: Mapping[str, str]) -> list[Schema]:
    """The schemas of the answers that are in force."""
    return [
        {**with_types(shape.schema), **provenance(shape.statement)}
        for shape in shapes
        if shape.statement.reading is None or shape.statement.enforced(readings)
    ]
