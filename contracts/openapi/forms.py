"""Bodies that are forms: their input images are files."""

from __future__ import annotations

from collections.abc import Iterable

from imagine_harness.contracts.fields import Schema
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules import values

_FILE: Schema = {"type": "string", "format": "binary"}


def as_form(operation: Operation, root: Schema) -> Schema:
    """The schema of a form: that of a root, its input images as files."""
    properties = {**root["properties"]}
    for name in _image_fields(operation):
        described = {k: v for k, v in properties[name].items() if k not in ("format", "pattern")}
        if "string" in values.types(described):
            described["format"] = "binary"
        if "array" in values.types(described):
            # A form cannot say that a list is empty: without a part the field is absent.
            described |= {"items": _FILE, "minItems": max(1, described.get("minItems", 1))}
        properties[name] = described
    return {**root, "properties": properties}


def encoding(operations: Iterable[Operation]) -> dict[str, object]:
    """The content types of the files in a form."""
    made: dict[str, object] = {}
    for operation in operations:
        formats = operation.outcome.input_formats if operation.outcome else ()
        said = ", ".join(f"image/{each}" for each in formats) or "image/*"
        made |= {name: {"contentType": said} for name in _image_fields(operation)}
    return made


def _image_fields(operation: Operation) -> list[str]:
    """The parameters of a form that hold input images."""
    inputs = operation.outcome.inputs if operation.outcome else ()
    return [name for name in inputs if len(operation.parameters[name].path) == 1]
