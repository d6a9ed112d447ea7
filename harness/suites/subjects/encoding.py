"""From a root to the bytes of a request: JSON, or a form where the operation takes one."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import orjson

from imagine_harness.contracts.examples import PICTURE
from imagine_harness.contracts.fields import ABSENT, Path, patched
from imagine_harness.contracts.forms import FormError
from imagine_harness.contracts.judge.forms import decoded
from imagine_harness.contracts.model import Parameter
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.suites.subjects.arguments import UPLOAD

FEW = 2
"""Images that are asked for where the page sets no limit: enough to be several."""

_ELSEWHERE = re.compile(r"https?://.*|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I | re.S)
"""References to images that only the server's own network could follow."""


def encoded(operation: Operation, root: Any) -> tuple[dict[str, str], bytes]:
    """Headers and body of the request that a root amounts to."""
    body = [root] if operation.subject.startswith("/*") else root
    if not operation.form or not isinstance(body, dict):
        return {"content-type": "application/json"}, orjson.dumps(body)
    parts = [part for name, value in body.items() for part in _parts(name, value)]
    form = httpx.Request("POST", "http://form", files=parts)
    return {"content-type": form.headers["content-type"]}, form.read()


def can_carry(operation: Operation, root: Any) -> bool:
    """Whether a request can carry a root as it is: a form has no types and no empty lists."""
    if not operation.form:
        return True
    headers, content = encoded(operation, root)
    try:
        parameters = headers["content-type"].partition(";")[2].encode()
        return bool(decoded(content, parameters, operation) == root)
    except FormError:
        return False


def _parts(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A field of a form: a list is repeated under `name[]`, a picture is a file."""
    if isinstance(value, list):
        for each in value:
            yield from _parts(f"{name}[]", each)
    elif value == PICTURE:
        yield name, ("image.png", UPLOAD, "image/png")
    else:
        yield name, (None, value if isinstance(value, str) else json.dumps(value))


def usable(operation: Operation, root: Any, model: str | None = None, *, few: bool = True) -> Any:
    """A root that any server can be asked: with its own model, ids that are new, pictures at hand.

    What makes it break a rule stays as it is. With `few`, it asks for a few images at most, and
    gives a few, where the page sets no limit.
    """
    patch: dict[Path, object] = {**_fresh(operation, root), **_pictures(operation, root, few)}
    for each in counts(operation) if few else ():
        if "maximum" not in each.schema and is_many(each.value(root)):
            patch[each.path] = FEW
    named = operation.parameters.get(operation.model or "")
    if model and named and isinstance(named.value(root), str):
        patch[named.path] = model
    return patched(root, patch) if patch and isinstance(root, Mapping) else root


def fewer(operation: Operation, root: Any) -> Any:
    """A root that asks for a few images at most, whatever the page allows."""
    patch = {each.path: FEW for each in counts(operation) if is_many(each.value(root))}
    return patched(root, patch) if patch else root


def counts(operation: Operation) -> list[Parameter]:
    """The parameters that say how many images are asked for."""
    names = operation.outcome.count if operation.outcome else ()
    return [operation.parameters[name] for name in names]


def is_many(asked: object) -> bool:
    """Whether more than a few images are asked for."""
    return isinstance(asked, int | float) and not isinstance(asked, bool) and asked > FEW


def _fresh(operation: Operation, root: Any) -> dict[Path, object]:
    """Ids that must not have been sent before, drawn anew."""
    return {
        rule.parameters[0].path: str(uuid.uuid4())
        for rule in operation.rules
        if rule.stateful and _is_uuid(rule.parameters[0].value(root))
    }


def _is_uuid(value: object) -> bool:
    """Whether a value is an id, in small or capital letters."""
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value.lower()
    except ValueError:
        return False


def _pictures(operation: Operation, root: Any, few: bool) -> dict[Path, object]:
    """Input images that are somewhere else, each in place as data of its own."""
    patch: dict[Path, object] = {}
    for name in operation.outcome.inputs if operation.outcome else ():
        value = operation.parameters[name].value(root)
        here = _at_hand(value)
        if few and isinstance(here, list) and "maxItems" not in operation.parameters[name].schema:
            here = here[:FEW]
        if value is not ABSENT and here != value:
            patch[operation.parameters[name].path] = here
    return patch


def _at_hand(value: Any) -> Any:
    if isinstance(value, str):
        return PICTURE if _ELSEWHERE.fullmatch(value) else value
    if isinstance(value, list):
        return [_at_hand(each) for each in value]
    if isinstance(value, dict) and "url" in value:
        return {**value, "url": _at_hand(value["url"])}
    return value
