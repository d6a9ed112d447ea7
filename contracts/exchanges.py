"""Recorded examples: the calls and answers that providers' pages show, one file each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson

from imagine_harness.contracts import values
from imagine_harness.contracts.engine import SchemaEngine
from imagine_harness.contracts.fields import ABSENT, Schema
from imagine_harness.contracts.model import ContractError
from imagine_harness.contracts.operation import Operation

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
class Request:
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

        In a form, text becomes a number or a boolean where that is documented, a name that is
        repeated or ends in `[]` becomes an array, and a file becomes the data URI of a picture.
        """
        if self.content != "multipart/form-data":
            return self.json
        several: dict[str, list[object]] = {}
        listed: set[str] = set()
        for name, value in (*self.form, *((name, PICTURE) for name, _ in self.files)):
            plain = name.removesuffix("[]")
            if plain != name or plain in several:
                listed.add(plain)
            several.setdefault(plain, []).append(_typed(operation, plain, value))
        return {
            name: given if name in listed or _types(operation, name) == ("array",) else given[0]
            for name, given in several.items()
        }


@dataclass(frozen=True, slots=True)
class Response:
    """A recorded answer; `json` is `ABSENT` where only its status is known."""

    status: int
    json: object = ABSENT


@dataclass(frozen=True, slots=True)
class Exchange:
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
    request: Request
    response: Response
    file: str

    @property
    def name(self) -> str:
        """The name of its file, unique within its provider."""
        return Path(self.file).stem

    def path_values(self, operation: Operation) -> dict[str, str] | None:
        """What the names in the path of `operation` stand for; None where this is no call of it."""
        if (self.operation, self.request.method) != (operation.id, operation.method):
            return None
        parts = re.split(r"\{(\w+)\}", operation.path)
        named = [f"(?P<{p}>[^/]+)" if i % 2 else re.escape(p) for i, p in enumerate(parts)]
        found = re.fullmatch("".join(named), self.request.path)
        return found.groupdict() if found else None


def exchanges(provider: str) -> tuple[Exchange, ...]:
    """The recorded examples of a provider in the order of their files' names; () without any.

    Raises:
        ContractError: a file cannot be read or does not have the form of an exchange.
    """
    root = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    return _in_folder(root / provider)


@cache
def _in_folder(folder: Path) -> tuple[Exchange, ...]:
    return tuple(exchange(file) for file in sorted(folder.glob("*.json")))


def exchange(file: Path) -> Exchange:
    """The exchange in one file; its provider is the name of its folder.

    Raises:
        ContractError: the file cannot be read or does not have the form of an exchange.
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
    return Exchange(
        provider=entry["provider"],
        operation=entry["operation"],
        title=entry["title"],
        source=entry["source"],
        note=entry.get("note", ""),
        request=_request(entry["request"]),
        response=Response(entry["response"]["status"], entry["response"].get("json", ABSENT)),
        file=str(file),
    )


@cache
def _engine() -> SchemaEngine:
    return SchemaEngine(_FORM)


def _request(entry: Mapping[str, Any]) -> Request:
    return Request(
        method=entry["method"],
        path=entry["path"],
        headers=MappingProxyType(entry.get("headers", {})),
        json=entry.get("json", ABSENT),
        form=tuple((name, value) for name, value in entry.get("form", ())),
        files=tuple((name, value) for name, value in entry.get("files", ())),
    )


def _types(operation: Operation, name: str) -> tuple[str, ...]:
    parameter = operation.parameters.get(name)
    return values.types(parameter.schema) if parameter else ()


def _typed(operation: Operation, name: str, text: str) -> object:
    """The text of one field in the type that its parameter documents, where it can be that."""
    types = _types(operation, name)
    if "string" in types:
        return text
    if "boolean" in types:
        return {"true": True, "false": False}.get(text, text)
    try:
        if "integer" in types:
            return int(text)
        return float(text) if "number" in types else text
    except ValueError:
        return text
