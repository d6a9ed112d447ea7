"""The engine of JSON Schema: linear by what it takes, and loud where it fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema_rs
import pytest

from imagine_harness.contracts.engine import SchemaEngine, anchored, is_linear, whole
from imagine_harness.contracts.model import EngineError


class Panic(BaseException):
    """What a panic in the engine arrives as is no `Exception`, either."""


class Failing:
    """An engine that cannot look at anything."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def __call__(self, *_: Any, **__: Any) -> Failing:
        return self

    def is_valid(self, _value: object) -> bool:
        raise self._error

    def iter_errors(self, _value: object) -> Any:
        raise self._error


ASKED: dict[str, Callable[[SchemaEngine], object]] = {
    "is_valid": lambda made: made.is_valid("a"),
    "errors": lambda made: [*made.errors("a")],
}
FAILURES = (ValueError("the stack overflowed"), MemoryError("too much"), Panic("at line 1"))


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED.keys())
@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
def test_a_failure_is_an_error_and_never_a_verdict(
    ask: Callable[[SchemaEngine], object],
    error: BaseException,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jsonschema_rs, "Draft202012Validator", Failing(error))

    with pytest.raises(EngineError, match=f"{type(error).__name__}: {error}"):
        ask(SchemaEngine({}))


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED.keys())
def test_an_interruption_is_none_of_its_failures(
    ask: Callable[[SchemaEngine], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonschema_rs, "Draft202012Validator", Failing(KeyboardInterrupt()))

    with pytest.raises(KeyboardInterrupt):
        ask(SchemaEngine({}))


@pytest.mark.parametrize("value", [{"a set"}, b"bytes", "\ud800"], ids=repr)
def test_a_value_that_is_no_json_is_neither_valid_nor_invalid(value: object) -> None:
    made = SchemaEngine({"type": "array", "pattern": "^a"})

    with pytest.raises(EngineError):
        made.is_valid(value)
    with pytest.raises(EngineError):
        [*made.errors(value)]


@pytest.mark.parametrize("pattern", ["(?=a)a", "(?!a)b", "(?<=a)b", "(?<!a)b", r"(a)\1", "(", "a{"])
def test_a_schema_whose_pattern_would_backtrack_cannot_be_made(pattern: str) -> None:
    assert not is_linear(pattern)
    with pytest.raises(jsonschema_rs.ValidationError):
        SchemaEngine({"properties": {"a": {"pattern": pattern}}})


@pytest.mark.parametrize("pattern", [r"\S+", "^(?:a|b)*$", "[^:]{1,9}", r"\w+(?:-\w+)?"])
def test_other_patterns_are_linear(pattern: str) -> None:
    assert is_linear(pattern)


def test_a_pattern_of_whole_texts_has_its_alternatives_between_its_ends() -> None:
    assert anchored("a|b") == "^(?:a|b)$"
    assert [whole("a|b").is_valid(text) for text in ("a", "b", "ab", "a\n", "xb")] == [
        *(True, True),
        *(False, False, False),
    ]


def test_formats_assert_only_where_they_are_given() -> None:
    schema = {"items": {"format": "loud"}}

    assert SchemaEngine(schema).is_valid(["quiet"])
    assert not SchemaEngine(schema, {"loud": str.isupper}).is_valid(["quiet"])
    assert SchemaEngine(schema, {"loud": str.isupper}).is_valid(["LOUD"])
