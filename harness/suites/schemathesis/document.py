"""The exported document of a contract, as Schemathesis can be run against a server of it."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.openapi.document import document
from imagine_harness.contracts.operation import FORM
from imagine_harness.harness.suites.subjects.server import Server

Document = dict[str, Any]
"""An OpenAPI document, decoded."""


def part(recorded: Recorded, readings: Mapping[str, str], kind: str) -> Document:
    """The exported document, without the operations and content types that are not of a kind."""
    made = copy.deepcopy(document(recorded, readings))
    for methods in made["paths"].values():
        for method, call in list(methods.items()):
            content = call.get("requestBody", {}).get("content", {"": {}})
            for name in [name for name in content if (name == FORM) != (kind == "form")]:
                del content[name]
            if not content:
                del methods[method]
            for name in content.keys() & {FORM}:
                content[name].pop("examples", None)
    made["paths"] = {path: methods for path, methods in made["paths"].items() if methods}
    return made


def operations(of: Document) -> list[str]:
    """The ids of a document's operations."""
    return [call["operationId"] for methods in of["paths"].values() for call in methods.values()]


def as_served(server: Server, whole: Document, model: str | None) -> Document:
    """A document whose paths are those of a server, from its origin on, and whose model is its."""
    base, there = server.provider.bases[0].path, urlsplit(server.url).path
    paths = {there + path.removeprefix(base): calls for path, calls in whole["paths"].items()}
    made = {**whole, "paths": paths}
    return _renamed(made, server.operation.models, model) if model else made


def _renamed(value: Any, models: Sequence[str], own: str) -> Any:
    """Any JSON, with the server's name wherever there is one of the documented names."""
    if isinstance(value, dict):
        made = {key: _renamed(below, models, own) for key, below in value.items()}
        if isinstance(made.get("enum"), list) and own in made["enum"]:
            made["enum"] = [each for each in made["enum"] if each != own] + [own]
        return made
    if isinstance(value, list):
        return [_renamed(each, models, own) for each in value]
    return own if isinstance(value, str) and value in models else value
