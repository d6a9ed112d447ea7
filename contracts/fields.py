"""Where a value sits in a body: paths, and what it means that a value is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from imagine_harness.contracts.untrusted.printing import cut, printable

type_name = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
}
"""JSON's name of a decoded value's Python type."""

Path = tuple[str, ...]
"""Steps from the root of a body (or of an array's element) to a value: `("inputs", "seeds")`."""

Schema = dict[str, Any]
"""A JSON Schema 2020-12 object."""

Patch = Mapping[Path, object]
"""Values to lay over a body; `ABSENT` removes. What a rule draws."""


class Absent:
    """The type of `ABSENT`."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()
"""Stands for a key that is not in its object."""


def get(body: object, path: Path) -> object:
    """The value at `path`, or `ABSENT` when a step leads through no object or a missing key."""
    value = body
    for step in path:
        if not isinstance(value, dict) or step not in value:
            return ABSENT
        value = value[step]
    return value


def given(body: object, path: Path) -> bool:
    """Whether a value is there at all; `null` and `[]` are values."""
    return get(body, path) is not ABSENT


def same(one: object, other: object) -> bool:
    """Equality as JSON has it: `1` is `1.0`, and neither is `true`."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def put(body: dict[str, Any], path: Path, value: object) -> None:
    """Set (or with `ABSENT` remove) the value at `path` in place, making parents as needed."""
    *parents, last = path
    here = body
    for step in parents:
        below = here.get(step)
        if not isinstance(below, dict):
            if value is ABSENT:
                return
            below = here[step] = {}
        here = below
    if value is ABSENT:
        here.pop(last, None)
    else:
        here[last] = value


def patched(body: Mapping[str, Any], patch: Patch) -> Any:
    """A deep enough copy of `body` with `patch` laid over it; `body` stays as it is."""
    if () in patch:
        return patch[()]
    copied = _copied(body)
    for path, value in patch.items():
        put(copied, path, _copied(value) if isinstance(value, dict) else value)
    return copied


def _copied(value: Mapping[str, Any]) -> dict[str, Any]:
    return {k: _copied(v) if isinstance(v, dict) else v for k, v in value.items()}


def pointer(path: Path) -> str:
    """The RFC 6901 JSON Pointer of a path, without a trailing slash; `""` is the whole body."""
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in path)


def steps(json_pointer: str) -> Path:
    """The path that a JSON Pointer names."""
    return tuple(s.replace("~1", "/").replace("~0", "~") for s in json_pointer.split("/")[1:])


def nested(path: Path, schema: Schema) -> Schema:
    """`schema` for the value at `path`; a body without that value satisfies it."""
    for step in reversed(path):
        schema = {"properties": {step: schema}}
    return schema


def given_schema(path: Path) -> Schema:
    """A schema that holds for exactly the bodies in which `path` is given."""
    return holding(path, {})


def holding(path: Path, schema: Schema) -> Schema:
    """A schema that holds where a value is at `path` and satisfies `schema`."""
    for step in reversed(path):
        inside = {"properties": {step: schema}} if schema else {}
        schema = {"type": "object", "required": [step], **inside}
    return schema


def elements(body: object, subject: str) -> Iterator[tuple[str, object]]:
    """The pointer and value of each root that rules speak of: the body, or an array's elements."""
    if not subject.startswith("/*"):
        yield "", body
    elif isinstance(body, list):
        for index, element in enumerate(body):
            yield f"/{index}", element


def values_at(answer: Any, place: str) -> Iterator[Any]:
    """The values at a place such as `data[].cost`; nothing where it is not there."""
    step, _, rest = place.partition(".")
    below = answer.get(step.removesuffix("[]")) if isinstance(answer, dict) else None
    if below is None:
        return
    for each in below if step.endswith("[]") and isinstance(below, list) else [below]:
        if rest:
            yield from values_at(each, rest)
        else:
            yield each


def brief_text(value: object, limit: int = 60) -> str:
    """A value as one short piece of text, for messages."""
    if value is ABSENT:
        return "nothing"
    text = _quoted(value, limit) if isinstance(value, str) else _json(value, limit)
    return cut(text, limit)


def _quoted(text: str, limit: int) -> str:
    return f'"{printable(text[:limit])}"'


def _json(value: object, limit: int, depth: int = 0) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, list | dict) and depth > 3:
        return "…"
    if isinstance(value, list):
        inside = [_json(each, limit, depth + 1) for each in value[:8]]
        return "[" + ", ".join(inside) + (", …]" if len(value) > 8 else "]")
    if isinstance(value, dict):
        pairs = islice(value.items(), 8)
        inside = [f"{_quoted(k, limit)}: {_json(v, limit, depth + 1)}" for k, v in pairs]
        return "{" + ", ".join(inside) + "}"
    return _quoted(value, limit) if isinstance(value, str) else repr(value)
