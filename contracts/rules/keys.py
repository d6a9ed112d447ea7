"""The keys of rules' entries in contract files, as our own JSON Schema describes their values."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from imagine_harness.contracts.fields import Schema


def _defined(name: str) -> Schema:
    """What `format.schema.json` says under a name."""
    return {"$ref": f"#/$defs/{name}"}


def keyed(**keys: Schema) -> Mapping[str, Schema]:
    """What the keys of an entry hold, by their names."""
    return MappingProxyType(keys)


TEXT = _defined("text")
NAMES = _defined("names")
GROUPS = _defined("groups")
ROWS = _defined("rows")
CONDITION = _defined("condition")
VALUES = _defined("values")
KEYWORD = _defined("keyword")
