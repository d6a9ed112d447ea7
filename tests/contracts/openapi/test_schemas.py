"""The schemas of the exported documents are of the same opinion as the rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

from imagine_harness.contracts.fields import get
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.openapi.document import document
from imagine_harness.contracts.openapi.refusals import JSON
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules.base import enforced
from tests.contracts.openapi.documents import (
    GENERATORS,
    accepts,
    call_of,
    defaults,
    every_operation,
    every_provider,
    made,
    schemas,
    strict,
    whole,
    with_bodies,
)
from tests.laws import drawn, examples, hold


@every_operation
def test_every_parameter_states_where_it_stands(operation: Operation) -> None:
    call = call_of(operation)
    in_path = {each["name"]: each["schema"] for each in call["parameters"]}
    assert in_path.keys() == operation.path_parameters.keys()
    described = [*in_path.values(), *(_described(operation, n) for n in operation.parameters)]
    parameters = [*operation.path_parameters.values(), *operation.parameters.values()]
    for schema, parameter in zip(described, parameters, strict=True):
        assert schema["x-source"] == str(parameter.statement.source)
        assert schema["x-certainty"] == parameter.statement.certainty
        assert schema.get("x-treatment") == parameter.treatment
        assert schema.get("x-upstream") == parameter.upstream
        assert schema.get("x-note", "") == parameter.statement.note
        if isinstance(parameter.default, str | int):
            assert schema["default"] == parameter.default
            Draft202012Validator(schema).validate(parameter.default)


def _described(operation: Operation, name: str) -> dict[str, Any]:
    schema: Any = accepts(operation).schema
    schema = schema["items"] if operation.subject.startswith("/*") else schema
    steps = [part for step in operation.parameters[name].path for part in ("properties", step)]
    found: Any = get(schema, tuple(steps))
    assert isinstance(found, dict)
    return found


@every_provider
def test_an_enum_stands_beside_its_type(provider: str) -> None:
    for schema in _everywhere(list(schemas(made(provider)))):
        if isinstance(schema.get("enum"), list):
            assert "type" in schema


def _everywhere(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        yield from (each for below in value.values() for each in _everywhere(below))
    if isinstance(value, list):
        yield from (each for below in value for each in _everywhere(below))


@examples(8, 1_000)
@with_bodies
def test_bodies_that_break_nothing_are_accepted(operation: Operation, examples: int) -> None:
    validator = accepts(operation)
    (roots,) = drawn([GENERATORS[operation.name].bodies()], examples)

    assert [root for root in roots if not validator.is_valid(whole(operation, root))] == []


@examples(2, 200)
@with_bodies
def test_bodies_that_break_one_rule_in_force_are_refused(
    operation: Operation, examples: int
) -> None:
    readings = defaults(load.recorded(operation.provider))
    rules = [r for r in operation.rules if enforced(r, readings) and r.breakable]
    validator = accepts(operation)

    def law(root: object) -> None:
        assert not validator.is_valid(whole(operation, root))

    breaking = [GENERATORS[operation.name].breaking(rule) for rule in rules]
    found = zip(rules, drawn(breaking, examples), strict=True)
    cases = ((rule.statement.id, (root,)) for rule, roots in found for root in roots)
    hold(law, cases)


def test_a_rule_that_the_readings_do_not_enforce_is_listed_and_not_asserted() -> None:
    recorded = load.recorded("fal")
    operation = recorded.contracts[0].operations["edit"]
    body = {"prompt": "a lighthouse"}
    path = made("fal")["paths"][operation.path]["post"]
    [rule] = [each for each in path["x-rules"] if each["id"] == "fal.edit.images-given"]
    assert rule["enforced"] is False
    assert accepts(operation).is_valid(body)
    of = document(recorded, strict(recorded))
    call = of["paths"][operation.path]["post"]
    schema = call["requestBody"]["content"][JSON]["schema"]
    assert not Draft202012Validator(schema).is_valid(body)
    assert "fal.edit.images-given" in [each["x-rule"] for each in schema["allOf"]]
