"""The form of a contract file: its TOML against our own JSON Schema, with errors for people."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, time
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from imagine_harness.contracts.engine import SchemaEngine, is_linear
from imagine_harness.contracts.model import ContractError

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

LARGEST = 1_000_000
"""Bytes of a contract file; a larger one is refused unread."""

RULE_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "table": ("fields", "rows"),
        "together": ("fields",),
        "excludes": ("groups",),
        "one_of": ("groups",),
        "requires_when": ("when", "groups"),
        "allowed_when": ("field",),
        "ignored_when": ("field", "when"),
        "unique": ("field",),
        "closed": (),
        "precedence": ("groups",),
        "nearest": ("field", "listed"),
        "constraint": ("field", "schema"),
    }
)
"""The keys that an entry of each rule type must have, beside id, type and source."""

PATTERN = "linear-pattern"
"""The format, in our own JSON Schema, of a regular expression that is matched in linear time."""

_OPTIONAL = {"table": {"labels"}, "allowed_when": {"values", "when"}, "ignored_when": {"values"}}
_COMMON = {"id", "type", "source", "certainty", "reading", "choice", "note"}


def read(path: Path, kind: str) -> dict[str, Any]:
    """The decoded TOML of a contract file of a kind, `provider` or `model`; dates as ISO text.

    Raises:
        ContractError: the file cannot be read, is no TOML, or does not have the form.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ContractError(f"{path}: larger than {LARGEST} bytes, expected a contract")
        decoded = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ContractError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ContractError(f"{path}: is no TOML: {error}") from error
    plain: dict[str, Any] = _plain(decoded)
    for broken in _engine(kind).errors(plain):
        raise ContractError(f"{path}: {_told(broken)}")
    _check_rule_keys(path, plain)
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_plain(below) for below in value]
    return value.isoformat() if isinstance(value, date | time) else value


@cache
def _schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(
        files("imagine_harness.contracts")
        .joinpath("format.schema.json")
        .read_text(encoding="utf-8")
    )
    return loaded


@cache
def _engine(kind: str) -> SchemaEngine:
    return SchemaEngine({**_schema(), "$ref": f"#/$defs/{kind}"}, {PATTERN: is_linear})


def _told(error: ValidationError) -> str:
    where = ".".join(map(str, error.instance_path)) or "the file"
    *above, keyword = error.schema_path
    if keyword == "enum":
        listed = ", ".join(map(str, _stated(error.schema_path)))
        return f"{where}: {error.instance!r} is none of {listed}"
    if keyword == "format" and _stated(error.schema_path) == PATTERN:
        return (
            f"{where}: {error.instance!r} cannot be matched in linear time, expected a regular "
            "expression without lookaround and backreferences"
        )
    if keyword != "additionalProperties":
        return f"{where}: {error.message}"
    known = sorted(_stated(above)["properties"])
    found: Any = error.instance
    unexpected = next(key for key in found if key not in known)
    near = difflib.get_close_matches(unexpected, known, n=1)
    meant = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
    return f"{where}: unknown key {unexpected!r}, {meant}"


def _stated(place: Iterable[str | int]) -> Any:
    """What our own JSON Schema says at a place."""
    stated: Any = _schema()
    for step in place:
        stated = stated[step]
    return stated


def _check_rule_keys(path: Path, plain: dict[str, Any]) -> None:
    for name, operation in plain.get("operation", {}).items():
        for rule in operation.get("rule", ()):
            where = f"{path}: operation.{name}.rule {rule['id']!r}"
            needed = set(RULE_KEYS[rule["type"]])
            for key in sorted(needed - rule.keys()):
                raise ContractError(f"{where}: a rule of type {rule['type']} needs the key {key!r}")
            spare = rule.keys() - needed - _COMMON - _OPTIONAL.get(rule["type"], set())
            for key in sorted(spare):
                raise ContractError(
                    f"{where}: a rule of type {rule['type']} has no key {key!r}, it has "
                    + ", ".join(sorted(needed | _OPTIONAL.get(rule["type"], set()) | _COMMON))
                )
