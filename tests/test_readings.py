"""The readings on record: each decides something, and what is decided is a reading."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.model import Statement

ROOT = Path(__file__).parents[1]
PROVIDERS = load.names()


def statements(recorded: Recorded) -> Iterator[Statement]:
    """Everything on record that may hang on a reading."""
    shared = recorded.provider
    yield from (case.statement for cases in shared.errors.values() for case in cases)
    yield from (shape.statement for shape in shared.refusals)
    yield from (place.statement for place in shared.credential.also)
    yield from (each.statement for each in shared.media.lifetimes)
    yield from (each.statement for each in (shared.browser_pages, shared.encodings) if each)
    for operation in recorded.operations:
        yield from (rule.statement for rule in operation.rules)
        yield from (shape.statement for shape in operation.answers)
        yield from operation.content_readings.values()
        if operation.outcome and operation.outcome.size.tier_statement:
            yield operation.outcome.size.tier_statement


def topics_in_code(provider: str) -> set[str]:
    """The readings that a provider's mock asks for."""
    return {
        str(node.args[0].value)
        for file in (ROOT / "mocks" / provider).glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "reading"
        and isinstance(node.args[0], ast.Constant)
    }


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_reading_decides_something_and_every_decision_is_a_reading(provider: str) -> None:
    recorded = load.recorded(provider)
    asked = {each.reading for each in statements(recorded) if each.reading}
    asked |= {f"{provider}.{topic}" for topic in topics_in_code(provider)}

    assert asked == set(recorded.readings)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_default_and_the_strict_choice_are_choices(provider: str) -> None:
    for reading in load.recorded(provider).readings.values():
        assert reading.default in reading.choices
        assert reading.strict is None or reading.strict in reading.choices
        assert len(set(reading.choices)) == len(reading.choices) > 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_strict_choice_refuses_something(provider: str) -> None:
    recorded = load.recorded(provider)
    refusing = {
        (rule.statement.reading, rule.statement.choice)
        for operation in recorded.operations
        for rule in operation.rules
    }
    accepting = {
        (each.reading, each.choice)
        for operation in recorded.operations
        for each in operation.content_readings.values()
    }
    decoding = recorded.provider.encodings
    if decoding is not None:
        accepting.add((decoding.statement.reading, decoding.statement.choice))
    for reading in recorded.readings.values():
        others = {(reading.id, choice) for choice in reading.choices if choice != reading.strict}

        assert reading.strict is None or (
            (reading.id, reading.strict) in refusing or others & accepting
        ), reading.id
