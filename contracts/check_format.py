"""The form of a contract file: its TOML against our own JSON Schema, with errors for people."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Mapping
from datetime import date, time
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jsonschema_rs

from contracts.model import ContractError

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
    for broken in _validator(kind).iter_errors(plain):
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
        files("contracts").joinpath("format.schema.json").read_text(encoding="utf-8")
    )
    return loaded


@cache
def _validator(kind: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(
        {**_schema(), "$ref": f"#/$defs/{kind}"}, validate_formats=True
    )


def _told(error: jsonschema_rs.ValidationError) -> str:
    where = ".".join(map(str, error.instance_path)) or "the file"
    if error.schema_path[-1] == "enum":
        listed: Any = _schema()
        for step in error.schema_path:
            listed = listed[step]
        return f"{where}: {error.instance!r} is none of {', '.join(map(str, listed))}"
    if error.schema_path[-1] != "additionalProperties":
        return f"{where}: {error.message}"
    above: Any = _schema()
    for step in error.schema_path[:-1]:
        above = above[step]
    known = sorted(above["properties"])
    found: Any = error.instance
    unexpected = next(key for key in found if key not in known)
    near = difflib.get_close_matches(unexpected, known, n=1)
    meant = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
    return f"{where}: unknown key {unexpected!r}, {meant}"


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
