"""Values of YAML with a tag of which nothing is made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Tagged:
    """A value of YAML whose tag nothing here makes, and the plain value that it holds."""

    tag: str
    value: Any


def untagged(value: Any) -> Any:
    """A value without its tag."""
    return value.value if isinstance(value, Tagged) else value
