"""What a drawn root asks for: the arguments of a caller, the fields of a form."""

from __future__ import annotations

from typing import Any

from imagine_harness.contracts.examples import PICTURE
from imagine_harness.contracts.fields import get, steps
from imagine_harness.contracts.model import Parameter
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules import values
from imagine_harness.mocks.images.look import from_base64

UPLOAD = from_base64(PICTURE.partition(",")[2], 1_000)
"""The bytes that stand for a file to upload."""


def arguments(operation: Operation, root: Any) -> dict[str, Any]:
    """The arguments of a caller for a root: its parameters without what the client itself must add.

    That is the model, what sets operations on one path apart, and ids that must be new.
    """
    subject = get(root, steps(operation.subject.removeprefix("/*")))
    given = dict(subject) if isinstance(subject, dict) else {}
    for name in added(operation):
        given.pop(name, None)
    if operation.form:
        return {name: _uploaded(value) for name, value in given.items()}
    return given


def added(operation: Operation) -> set[str]:
    """The parameters that a client adds by itself."""
    fresh = {p.name for rule in operation.rules if rule.stateful for p in rule.parameters}
    return {"model", *operation.select} | fresh


def _uploaded(value: Any) -> Any:
    if isinstance(value, list):
        return [_uploaded(each) for each in value]
    return UPLOAD if value == PICTURE else value


def as_form(operation: Operation, root: dict[str, Any]) -> dict[str, Any]:
    """A root as a form can say it: without null, no list empty, and every file the one at hand."""
    return {
        name: _in_form(operation.parameters[name], value)
        for name, value in root.items()
        if value is not None
    }


def _in_form(parameter: Parameter, value: Any) -> Any:
    if isinstance(value, list):
        value = value or [values.sample(parameter.schema.get("items", {}))]
        return [PICTURE for _ in value] if parameter.file else value
    return PICTURE if parameter.file else value
