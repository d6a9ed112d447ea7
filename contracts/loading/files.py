"""The form of a contract file: its TOML against our own JSON Schema, with errors for people."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable
from datetime import date, time
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imagine_harness.contracts.engine import SchemaEngine, is_linear
from imagine_harness.contracts.model import ContractError
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.types import in_entries

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

LARGEST = 1_000_000
"""Bytes of a contract file; a larger one is refused unread."""

Types = tuple[tuple[str, type[Rule]], ...]
"""Rule types with their names."""

PATTERN = "linear-pattern"
"""The format, in our own JSON Schema, of a regular expression that is matched in linear time."""


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
    plain: dict[str, Any] = _as_json(decoded)
    for broken in _engine(kind, tuple(in_entries().items())).errors(plain):
        raise ContractError(f"{path}: {_describe(broken)}")
    _check_rule_keys(path, plain)
    return plain


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_as_json(below) for below in value]
    return value.isoformat() if isinstance(value, date | time) else value


@cache
def _format_schema() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(
        files("imagine_harness.contracts")
        .joinpath("format.schema.json")
        .read_text(encoding="utf-8")
    )
    return loaded


@cache
def _schema(types: Types) -> dict[str, Any]:
    """Our own JSON Schema with what the rule types say of their entries."""
    definitions = _format_schema()["$defs"]
    keys: dict[str, Any] = {"type": {"enum": [name for name, _ in types]}}
    for _, made in types:
        keys |= {**(made.needs or {}), **made.takes}
    rule = definitions["rule"]
    whole = {**rule, "properties": {**rule["properties"], **keys}}
    return {**_format_schema(), "$defs": {**definitions, "rule": whole}}


@cache
def _engine(kind: str, types: Types) -> SchemaEngine:
    return SchemaEngine({**_schema(types), "$ref": f"#/$defs/{kind}"}, {PATTERN: is_linear})


def _describe(error: ValidationError) -> str:
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
    stated: Any = _schema(tuple(in_entries().items()))
    for step in place:
        stated = stated[step]
    return stated


def _check_rule_keys(path: Path, plain: dict[str, Any]) -> None:
    common = _format_schema()["$defs"]["rule"]["properties"].keys() | {"type"}
    types = in_entries()
    for name, operation in plain.get("operation", {}).items():
        for rule in operation.get("rule", ()):
            where = f"{path}: operation.{name}.rule {rule['id']!r}"
            made = types[rule["type"]]
            needed = set(made.needs or ())
            for key in sorted(needed - rule.keys()):
                raise ContractError(f"{where}: a rule of type {rule['type']} needs the key {key!r}")
            known = needed | common | made.takes.keys()
            for key in sorted(rule.keys() - known):
                raise ContractError(
                    f"{where}: a rule of type {rule['type']} has no key {key!r}, it has "
                    + ", ".join(sorted(known))
                )
