"""Answers as they may come one day: with more in them, with less, in another order."""

from __future__ import annotations

from typing import Any

from contracts.fields import Schema
from harness.suites.images import digests


def with_new_fields(answer: Any) -> Any:
    """An answer in which every object holds a field that nobody knows."""
    if isinstance(answer, dict):
        known = {key: with_new_fields(value) for key, value in answer.items()}
        return {**known, "x_new_field": {"of": ["later"]}}
    return [with_new_fields(each) for each in answer] if isinstance(answer, list) else answer


def reordered(answer: Any) -> Any:
    """An answer in which the keys of every object stand the other way round."""
    if isinstance(answer, dict):
        return {key: reordered(answer[key]) for key in reversed(list(answer))}
    return [reordered(each) for each in answer] if isinstance(answer, list) else answer


def bare(answer: Any, shape: Schema) -> Any:
    """An answer without the fields that its shape knows and does not require."""
    if isinstance(answer, dict):
        known, required = shape.get("properties", {}), shape.get("required", ())
        return {
            key: bare(value, known.get(key, {}))
            for key, value in answer.items()
            if key in required or key not in known or _is_needed(value)
        }
    if isinstance(answer, list):
        return [bare(each, shape.get("items", {})) for each in answer]
    return answer


def _is_needed(value: Any) -> bool:
    """Whether a field is optional only because another one may stand in its place: an image."""
    return isinstance(value, dict | list) or bool(digests(value, str.encode))


def without_images(answer: Any) -> Any:
    """An answer whose lists are empty."""
    if isinstance(answer, dict):
        return {key: without_images(value) for key, value in answer.items()}
    return [] if isinstance(answer, list) else answer


def an_error(_answer: Any) -> Any:
    """An error in place of the answer, with the status of a success."""
    return {"error": {"message": "the upstream failed", "type": "upstream_error", "code": "failed"}}
