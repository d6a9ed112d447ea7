"""The exported documents as a whole: valid, complete, and read by Schemathesis."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import orjson
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.core.result import Ok

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.openapi.document import document
from imagine_harness.contracts.openapi.refusals import JSON
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.schema import Validator
from tests.contracts.openapi.documents import (
    OPERATIONS,
    PROVIDERS,
    call_of,
    calls,
    defaults,
    every_provider,
    loaded,
    made,
    schemas,
    strict,
)
from tests.laws import drawn, examples

USUAL = ("fal", "runware")
"""Providers from whose documents Schemathesis draws in every run: queues, and batches."""

DRAWN_FROM = [
    pytest.param(each, id=each.name, marks=[] if each.provider in USUAL else [pytest.mark.campaign])
    for each in OPERATIONS
]


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


@every_provider
def test_it_loads_in_schemathesis_without_a_warning(provider: str) -> None:
    found = list(loaded(provider).get_all_operations())
    assert all(isinstance(each, Ok) for each in found)
    assert len(found) == len(list(calls(made(provider))))


@examples(6, 500)
@pytest.mark.parametrize("operation", DRAWN_FROM)
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
