"""The exported documents: valid, complete, and of the same opinion as the rules."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import orjson
import pytest
import schemathesis
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.core.result import Ok

from imagine_harness.contracts.examples import recorded_examples
from imagine_harness.contracts.fields import get
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.openapi import JSON, document
from imagine_harness.contracts.operation import FORM, Operation
from imagine_harness.contracts.rules.base import enforced
from imagine_harness.contracts.schema import Validator
from imagine_harness.harness.generation.bodies import generator
from tests.laws import drawn, examples, hold

PROVIDERS = load.names()


def defaults(recorded: Recorded) -> dict[str, str]:
    return {name: each.default for name, each in recorded.readings.items()}


def strict(recorded: Recorded) -> dict[str, str]:
    return {name: each.strict or each.default for name, each in recorded.readings.items()}


@cache
def made(provider: str) -> dict[str, Any]:
    recorded = load.recorded(provider)
    return document(recorded, defaults(recorded))


def calls(of: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in of["paths"].values():
        yield from methods.values()


def schemas(of: dict[str, Any]) -> Iterator[Any]:
    yield from of["components"]["schemas"].values()
    for call in calls(of):
        yield from (parameter["schema"] for parameter in call["parameters"])
        yield from (media["schema"] for media in media_types(call))


def media_types(call: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from call.get("requestBody", {}).get("content", {}).values()
    for response in call["responses"].values():
        yield from response.get("content", {}).values()


def call_of(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = made(operation.provider)["paths"][operation.path]
    call: dict[str, Any] = found[operation.method.lower()]
    return call


@cache
def loaded(provider: str) -> Any:
    """The document as Schemathesis has it."""
    return schemathesis.openapi.from_dict(made(provider))


def accepts(operation: Operation) -> Draft202012Validator:
    content = call_of(operation)["requestBody"]["content"]
    return Draft202012Validator(content[JSON]["schema"])


def whole(operation: Operation, root: object) -> object:
    """A body that holds one root."""
    return [root] if operation.subject.startswith("/*") else root


OPERATIONS = [
    operation
    for provider in PROVIDERS
    for contract in load.recorded(provider).contracts
    for operation in contract.operations.values()
]
GENERATORS = {operation.name: generator(operation) for operation in OPERATIONS}
with_bodies = pytest.mark.parametrize(
    "operation", [pytest.param(each, id=each.name) for each in OPERATIONS if each.content]
)
every_operation = pytest.mark.parametrize(
    "operation", [pytest.param(each, id=each.name) for each in OPERATIONS]
)
every_provider = pytest.mark.parametrize("provider", PROVIDERS)


# The document as a whole


@every_provider
@pytest.mark.parametrize("choose", [defaults, strict])
def test_the_document_is_valid_openapi(provider: str, choose: Any) -> None:
    recorded = load.recorded(provider)
    of = document(recorded, choose(recorded))
    assert list(OpenAPIV31SpecValidator(of).iter_errors()) == []
    for schema in schemas(of):
        jsonschema_rs.meta.validate(schema)


@every_provider
def test_a_document_is_plain_json(provider: str) -> None:
    assert orjson.loads(orjson.dumps(made(provider))) == made(provider)


def test_changing_a_document_changes_no_contract() -> None:
    recorded = load.recorded(PROVIDERS[0])
    one = document(recorded, defaults(recorded))
    for schema in schemas(one):
        schema.clear()
    assert document(recorded, defaults(recorded)) == made(PROVIDERS[0])


@every_provider
def test_every_operation_stands_at_its_path_below_the_prefix_of_the_mock(provider: str) -> None:
    recorded = load.recorded(provider)
    known = {
        (operation.path, operation.method.lower(), operation.id)
        for contract in recorded.contracts
        for operation in contract.operations.values()
    }
    assert known == {
        (path, method, call["operationId"])
        for path, methods in made(provider)["paths"].items()
        for method, call in methods.items()
    }
    servers = document(recorded, defaults(recorded), "http://localhost:1")["servers"]
    mock = [f"http://localhost:1/{provider}"] if provider in load.mocked() else []
    assert [server["url"] for server in servers] == mock


@every_provider
def test_every_reading_is_listed_with_the_choice_in_force(provider: str) -> None:
    recorded = load.recorded(provider)
    of = document(recorded, strict(recorded))
    assert {each["id"]: each["choice"] for each in of["x-readings"]} == strict(recorded)
    assert all(each["note"] and each["source"] for each in of["x-readings"])


def test_a_bearer_key_and_any_other_have_their_schemes() -> None:
    bearer = made("xai")["components"]["securitySchemes"]["key"]
    other = made("fal")["components"]["securitySchemes"]["key"]
    assert (bearer["type"], bearer["scheme"]) == ("http", "bearer")
    assert (other["type"], other["in"], other["name"]) == ("apiKey", "header", "Authorization")
    assert "`Key mock-id:mock-secret`" in other["description"]


@every_operation
def test_every_refusal_on_record_is_answered_in_the_shape_in_force(operation: Operation) -> None:
    responses = made(operation.provider)["components"]["responses"]
    answered = {
        status: response["$ref"]
        for status, response in call_of(operation)["responses"].items()
        if "$ref" in response
    }
    assert answered == {status: f"#/components/responses/{status}" for status in answered}
    cases = {case["when"] for status in answered for case in responses[status]["x-cases"]}
    known = set(load.provider(operation.provider).errors)
    assert cases <= known
    assert not operation.content or cases == known


# Parameters and rules


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


@every_operation
def test_every_rule_is_listed_with_its_source(operation: Operation) -> None:
    readings = defaults(load.recorded(operation.provider))
    listed = {each["id"]: each for each in call_of(operation)["x-rules"]}
    assert list(listed) == [rule.statement.id for rule in operation.rules]
    for rule in operation.rules:
        entry = listed[rule.statement.id]
        assert entry["kind"] == rule.kind
        assert entry["source"] == str(rule.statement.source)
        assert entry["enforced"] is enforced(rule, readings)


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


@examples(20, 1_000)
@with_bodies
def test_bodies_that_break_nothing_are_accepted(operation: Operation, examples: int) -> None:
    validator = accepts(operation)
    (roots,) = drawn([GENERATORS[operation.name].bodies()], examples)

    assert [root for root in roots if not validator.is_valid(whole(operation, root))] == []


@examples(3, 200)
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


# Forms


def test_input_images_of_a_form_are_files() -> None:
    form = call_of(load.recorded("lumenfall").contracts[0].operations["edit"])
    media = form["requestBody"]["content"][FORM]
    file = {"type": "string", "format": "binary"}
    described = media["schema"]["properties"]
    assert described["image"]["type"] == ["string", "array"]
    assert described["image"]["format"] == "binary"
    assert described["images"]["items"] == described["image"]["items"] == file
    assert described["images"]["minItems"] == 1
    assert described["n"]["type"] == "integer"
    assert media["encoding"]["image"] == {"contentType": "image/png, image/jpeg, image/webp"}


def test_a_content_type_is_there_while_its_reading_is_in_force() -> None:
    recorded = load.recorded("lumenfall")
    path = recorded.contracts[0].operations["edit"].path
    bodies = made("lumenfall")["paths"][path]["post"]["requestBody"]["content"]
    assert list(bodies) == [FORM, JSON]
    of = document(recorded, strict(recorded))
    assert list(of["paths"][path]["post"]["requestBody"]["content"]) == [FORM]


# Several models


def another(provider: str, folder: Path, *changes: tuple[str, str]) -> Recorded:
    """A provider with a second model, made from its first."""
    recorded = load.recorded(provider)
    text = Path(recorded.contracts[0].file).read_text(encoding="utf-8")
    for old, new in (*changes, ("model ", f'provider = "{provider}"\nmodel ')):
        assert old in text
        text = text.replace(old, new, 1)
    file = folder / "second.toml"
    file.write_text(text, encoding="utf-8")
    return Recorded(recorded.provider, (*recorded.contracts, load.contract(file)))


@pytest.mark.parametrize(
    ("provider", "change", "only_first"),
    [
        ("lumenfall", ('"grok-imagine-image"', '"second"'), {"n": 1}),
        ("runware", ('"xai:grok-imagine@image"', '"second"'), {"numberResults": 20}),
    ],
)
def test_models_that_share_a_call_are_told_apart_by_their_names(
    provider: str, change: tuple[str, str], only_first: dict[str, int], tmp_path: Path
) -> None:
    [name] = only_first
    narrow = {"n": 'type = "integer", default = 1', "numberResults": "maximum = 20"}[name]
    wide = {"n": "enum = [2]", "numberResults": "maximum = 2"}[name]
    recorded = another(provider, tmp_path, change, (narrow, wide))
    of = document(recorded, defaults(recorded))
    assert list(OpenAPIV31SpecValidator(of).iter_errors()) == []
    operation = next(iter(recorded.contracts[0].operations.values()))
    call = of["paths"][operation.path][operation.method.lower()]
    assert call["operationId"] == operation.id
    assert call["x-models"] == [*recorded.contracts[0].models, "second"]
    validator = Draft202012Validator(call["requestBody"]["content"][JSON]["schema"])
    [example] = [e for e in recorded_examples("runware") if e.name == "task-frozen-lake"]
    task: Any = example.request.json
    plain = task[0] if provider == "runware" else {"prompt": "x"}
    first = {**plain, "model": recorded.contracts[0].models[0], **only_first}
    second = {**plain, "model": "second"}
    assert validator.is_valid(whole(operation, first))
    assert validator.is_valid(whole(operation, second))
    assert not validator.is_valid(whole(operation, {**second, **only_first}))
    assert not validator.is_valid(whole(operation, {**first, "model": "third"}))
    if provider == "runware":
        assert validator.is_valid([first, second])


def test_models_that_share_an_operation_id_are_told_apart_by_their_models(tmp_path: Path) -> None:
    path = 'path     = "/xai/grok-imagine-image"'
    recorded = another(
        "fal", tmp_path, (path, 'path     = "/second"'), ('"xai/grok-imagine-image"', '"second"')
    )
    of = document(recorded, defaults(recorded))
    assert list(OpenAPIV31SpecValidator(of).iter_errors()) == []
    assert of["paths"]["/second"]["post"]["operationId"] == "generate@second"
    assert "examples" not in of["paths"]["/second"]["post"]["requestBody"]["content"][JSON]


# Schemathesis


@every_provider
def test_it_loads_in_schemathesis_without_a_warning(provider: str) -> None:
    found = list(loaded(provider).get_all_operations())
    assert all(isinstance(each, Ok) for each in found)
    assert len(found) == len(list(calls(made(provider))))


@examples(6, 500)
@every_operation
def test_schemathesis_draws_calls_that_the_rules_accept(
    operation: Operation, examples: int
) -> None:
    strategy = loaded(operation.provider)[operation.path][operation.method].as_strategy()
    validator = Validator(operation, defaults(load.recorded(operation.provider)))
    (cases,) = drawn([strategy], examples)
    for case in cases:
        for parameter in call_of(operation)["parameters"]:
            Draft202012Validator(parameter["schema"]).validate(
                case.path_parameters[parameter["name"]]
            )
        if case.media_type == JSON:
            assert validator.accepts(case.body)
    assert len(cases) >= 5
