"""What the tests of the exported documents share: documents, their parts, operations."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from jsonschema import Draft202012Validator

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.openapi.document import document
from imagine_harness.contracts.openapi.refusals import JSON
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.generation.bodies import generator

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
