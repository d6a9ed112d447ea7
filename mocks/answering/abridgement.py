"""What a task keeps of its request once there is no room for the whole: all but its long texts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from imagine_harness.contracts.model import Violation
from imagine_harness.contracts.secrets import DEEPEST
from imagine_harness.mocks.answer import Wording

LONGEST = 10_000
"""Characters of one text that are kept."""


def abridged(value: Any, depth: int = 0) -> Any:
    """A decoded value, or the wording of a refusal, with its long texts cut: pictures, mostly."""
    if isinstance(value, str):
        return value if len(value) <= LONGEST else f"{value[:LONGEST]}..."
    if isinstance(value, dict | list) and depth > DEEPEST:
        return "..."
    if isinstance(value, dict):
        return {key: abridged(below, depth + 1) for key, below in value.items()}
    if isinstance(value, list):
        return [abridged(below, depth + 1) for below in value]
    if isinstance(value, tuple):
        return tuple(abridged(below, depth + 1) for below in value)
    if isinstance(value, Wording):
        return replace(value, root=abridged(value.root), violation=abridged(value.violation))
    if isinstance(value, Violation):
        return replace(value, got=abridged(value.got))
    return value
