"""The engine of JSON Schema: its time is linear, and where it fails that is no verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

import jsonschema_rs

from imagine_harness.contracts.model import EngineError

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

    from imagine_harness.contracts.fields import Schema

LINEAR = jsonschema_rs.RegexOptions()
"""Patterns run as automata: without lookaround and backreferences, and on texts of any length."""


class SchemaEngine:
    """One JSON Schema 2020-12, compiled; its formats assert nothing but those that are given."""

    def __init__(
        self, schema: Schema, formats: Mapping[str, Callable[[str], bool]] | None = None
    ) -> None:
        self._compiled = jsonschema_rs.Draft202012Validator(
            schema,
            formats=dict(formats) if formats else None,
            validate_formats=formats is not None,
            pattern_options=LINEAR,
        )

    def is_valid(self, value: object) -> bool:
        """Whether a value obeys.

        Raises:
            EngineError: the engine could not look at it.
        """
        try:
            return self._compiled.is_valid(value)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a panic of the engine is no Exception
            raise _failure(error) from error

    def errors(self, value: object) -> Iterator[ValidationError]:
        """What is wrong with a value.

        Raises:
            EngineError: the engine could not look at it.
        """
        try:
            yield from self._compiled.iter_errors(value)
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as error:
            raise _failure(error) from error


def _failure(error: BaseException) -> EngineError:
    told = f"{type(error).__name__}: {error}".partition("\n")[0]
    return EngineError(f"the engine of JSON Schema failed: {told}")


@cache
def whole(pattern: str) -> SchemaEngine:
    """What says of a text whether the whole of it matches a pattern."""
    return SchemaEngine({"pattern": anchored(pattern)})


def anchored(pattern: str) -> str:
    """A pattern of whole texts for engines that search.

    To all that read patterns as JSON Schema means them `$` is the very end. Python's `re` has it
    also before a last line feed: there the pattern itself is for `fullmatch`.
    """
    return f"^(?:{pattern})$"


def is_linear(pattern: str) -> bool:
    """Whether a pattern can be matched in linear time: lookaround and backreferences cannot."""
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=LINEAR)
    except jsonschema_rs.ValidationError:
        return False
    return True
