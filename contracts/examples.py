"""Recorded examples: the calls and answers that providers' pages show, one file each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson

from imagine_harness.contracts.engine import SchemaEngine
from imagine_harness.contracts.fields import ABSENT, Schema
from imagine_harness.contracts.forms import as_object
from imagine_harness.contracts.model import ContractError
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.paths import match

_HERE = Path(__file__).resolve().parent
_INSTALLED = _HERE / "exchanges"
_CHECKOUT = _HERE.parent / "fixtures" / "exchanges"

PICTURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAA"
    "CklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
"""One grey pixel: what stands for an uploaded file where a form is written as JSON."""

_PAIRS: Schema = {
    "type": "array",
    "items": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
}
_TEXT: Schema = {"type": "string", "minLength": 1}
_FORM: Schema = {
    "type": "object",
    "required": ["provider", "operation", "title", "source", "request", "response"],
    "additionalProperties": False,
    "properties": {
        "provider": _TEXT,
        "operation": _TEXT,
        "title": _TEXT,
        "source": {"type": "string", "pattern": "^[a-z0-9-]+#."},
        "note": _TEXT,
        "request": {
            "type": "object",
            "required": ["method", "path"],
            "additionalProperties": False,
            "properties": {
                "method": {"enum": ["GET", "POST", "PUT", "DELETE", "PATCH"]},
                "path": {"type": "string", "pattern": "^/"},
                "headers": {"type": "object", "additionalProperties": {"type": "string"}},
                "json": True,
                "form": _PAIRS,
                "files": _PAIRS,
            },
            "dependentSchemas": {"json": {"properties": {"form": False, "files": False}}},
        },
        "response": {
            "type": "object",
            "required": ["status"],
            "additionalProperties": False,
            "properties": {
                "status": {"type": "integer", "minimum": 100, "maximum": 599},
                "json": True,
            },
        },
    },
}


@dataclass(frozen=True, slots=True)
class ExampleRequest:
    """A recorded call. `json` is `ABSENT` for a form and for a call without a body.

    `form` are names and values, `files` are names and file names.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    json: object = ABSENT
    form: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()

    @property
    def content(self) -> str | None:
        """The content type of the body, None for a call without one."""
        if self.form or self.files:
            return "multipart/form-data"
        return None if self.json is ABSENT else "application/json"

    def body(self, operation: Operation) -> object:
        """The body as the rules of `operation` see it; `ABSENT` for a call without one.

        A form is the object that it stands for, each of its files the same picture.
        """
        if self.content != "multipart/form-data":
            return self.json
        return as_object((*self.form, *((name, PICTURE) for name, _ in self.files)), operation)


@dataclass(frozen=True, slots=True)
class ExampleResponse:
    """A recorded answer; `json` is `ABSENT` where only its status is known."""

    status: int
    json: object = ABSENT


@dataclass(frozen=True, slots=True)
class Example:
    """One recorded call with its answer, as a page shows it.

    Attributes:
        operation: the id of the operation, without its provider.
        source: `document#section`.
        note: where the example contradicts the page's own tables; empty where it does not.
    """

    provider: str
    operation: str
    title: str
    source: str
    note: str
    request: ExampleRequest
    response: ExampleResponse
    file: str

    @property
    def name(self) -> str:
        """The name of its file, unique within its provider."""
        return Path(self.file).stem

    def path_values(self, operation: Operation) -> dict[str, str] | None:
        """What the names in the path of `operation` stand for; None where this is no call of it."""
        if (self.operation, self.request.method) != (operation.id, operation.method):
            return None
        return match(operation.path, self.request.path)


def recorded_examples(provider: str) -> tuple[Example, ...]:
    """The recorded examples of a provider in the order of their files' names; () without any.

    Raises:
        ContractError: a file cannot be read or does not have the form of an example.
    """
    root = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    return _in_folder(root / provider)


@cache
def _in_folder(folder: Path) -> tuple[Example, ...]:
    return tuple(read_example(file) for file in sorted(folder.glob("*.json")))


def read_example(file: Path) -> Example:
    """The exchange in one file; its provider is the name of its folder.

    Raises:
        ContractError: the file cannot be read or does not have the form of an example.
    """
    try:
        entry = orjson.loads(file.read_bytes())
    except OSError as error:
        raise ContractError(f"{file}: cannot be read: {error.strerror}") from error
    except orjson.JSONDecodeError as error:
        raise ContractError(f"{file}: is no JSON: {error}") from error
    for broken in _engine().errors(entry):
        where = ".".join(map(str, broken.instance_path)) or "the file"
        raise ContractError(f"{file}: {where}: {broken.message}")
    if entry["provider"] != file.parent.name:
        raise ContractError(
            f"{file}: provider: {entry['provider']!r}, expected {file.parent.name!r}, its folder"
        )
    return Example(
        provider=entry["provider"],
        operation=entry["operation"],
        title=entry["title"],
        source=entry["source"],
        note=entry.get("note", ""),
        request=_request(entry["request"]),
        response=ExampleResponse(
            entry["response"]["status"], entry["response"].get("json", ABSENT)
        ),
        file=str(file),
    )


@cache
def _engine() -> SchemaEngine:
    return SchemaEngine(_FORM)


def _request(entry: Mapping[str, Any]) -> ExampleRequest:
    return ExampleRequest(
        method=entry["method"],
        path=entry["path"],
        headers=MappingProxyType(entry.get("headers", {})),
        json=entry.get("json", ABSENT),
        form=tuple((name, value) for name, value in entry.get("form", ())),
        files=tuple((name, value) for name, value in entry.get("files", ())),
    )
