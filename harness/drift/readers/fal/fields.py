"""One `<ParamField>` of fal's pages: its attributes and sentences as the words of a contract."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from imagine_harness.contracts.fields import ABSENT, Schema
from imagine_harness.harness.drift.pages.markdown import visible_text
from imagine_harness.harness.drift.phrases.sentences import NUMBER, unquoted, without_labelled
from imagine_harness.harness.drift.phrases.statements import Statements, read
from imagine_harness.harness.drift.phrases.values import kinds_of, typed
from imagine_harness.harness.drift.readers.fal.types import ENUM, kind, value_of, without_enum

IMAGE_ADDRESS = re.compile(r"(?:^|_)(?:image|images|mask|face|photo|reference)_urls?$")
"""Names of what takes the address of a picture: an http or https URL, or a data URI."""

FILE = re.compile(r"(?:^|_)(?:Image|ImageFile|File|Video|VideoFile|Audio|AudioFile)$")
"""fal's own types of what was made: an object with the `url` to fetch it from."""


@dataclass(frozen=True, slots=True)
class ParamField:
    """What a `<ParamField>` states.

    Attributes:
        word: its type as the page writes it, without blanks.
        default: ABSENT where it has none.
        whole: its end was seen.
        note: the description without what stands behind labels.
        open: what of its type and default could not be read, in words.
        statements: what its sentences state.
    """

    name: str
    word: str
    schema: Schema
    default: object
    required: bool
    whole: bool
    note: str
    open: tuple[str, ...]
    statements: Statements


@dataclass(frozen=True, slots=True)
class FieldSource:
    """A `<ParamField>` as it stands on the page: the attributes of its tag, and its paragraphs."""

    attributes: Mapping[str, str]
    sources: tuple[str, ...]
    whole: bool = True

    @property
    def name(self) -> str:
        """The parameter's name."""
        return self.attributes.get("body", "").strip()

    def field(self, names: Iterable[str] = ()) -> ParamField:
        """What it states beside the parameters of these names."""
        text = " ".join(map(visible_text, self.sources))
        return _FieldReader(self, text, frozenset(names)).parsed()


@dataclass(slots=True)
class _FieldReader:
    """A field while it is read; `problems` is what could not be."""

    source: FieldSource
    text: str
    names: frozenset[str]
    problems: list[str] = field(default_factory=list)

    def parsed(self) -> ParamField:
        """All that it states."""
        attributes, name = self.source.attributes, self.source.name
        word = "".join(attributes.get("type", "").split())
        known = kind(word)
        # A sentence may take back what the one before it states: one that is cut short states none.
        found = self._read(known) if self.source.whole else Statements()
        schema = self._typed(word, known, found) | found.keywords
        # A type of listed values that lists none is read otherwise than it is meant.
        unlisted = known is None or (not found.values and ENUM in kinds_of(known))
        if self.source.whole and unlisted and known is not None:
            self.problems.append(f"{name} takes listed values, and the list is not understood")
        default = self._default(schema, found)
        return ParamField(
            name=name,
            word=word,
            schema=schema,
            default=default,
            required=attributes.get("required", "false") != "false",
            whole=self.source.whole and not unlisted,
            note=without_labelled(self.text),
            open=tuple(self.problems),
            statements=found,
        )

    def _read(self, known: Schema | None) -> Statements:
        """The sentences of the description; a type of listed values has no limits."""
        schema: Schema = known or {}
        if ENUM in kinds_of(schema):
            schema = {"enum": []}
        default = self.source.attributes.get("default")
        return read(self.text, self.source.name, schema, self.names, default=default)

    def _typed(self, word: str, known: Schema | None, found: Statements) -> Schema:
        if known is None:
            self.problems.append(f"{self.source.name} is of type {word!r}")
            return {}
        inner = known.get("items", known)
        schema = self._with_values(word, inner, found)
        if IMAGE_ADDRESS.search(self.source.name) and "string" in kinds_of(schema):
            schema["format"] = "image-url"
        return {**without_enum(known), "items": schema} if "items" in known else schema

    def _with_values(self, word: str, schema: Schema, found: Statements) -> Schema:
        """A schema with the values that are listed for it."""
        names = set(kinds_of(schema))
        if not found.values:
            return without_enum(schema)
        known = {ENUM, "null"} if ENUM in names else {"string", "integer", "number", "null"}
        if others := sorted(names - known):
            words = f"{' or '.join(others)} or one of these words: {', '.join(found.values)}"
            self.problems.append(f"{self.source.name} takes {words}")
            return without_enum(schema)
        numeric = names & {"integer", "number"} or (
            ENUM in names and word != "Enum" and _counts(found)
        )
        kinds = ("number",) if numeric else ("string",)
        values = [typed(value, kinds) for value in found.values]
        return {"enum": [*values, *([None] if "null" in names else [])]}

    def _default(self, schema: Schema, found: Statements) -> object:
        """The default of the attribute, else of the sentence."""
        text = self.source.attributes.get("default")
        if text is None and found.default is None:
            return ABSENT
        text = unquoted(found.default or "") if text is None else text
        value = value_of(text, schema)
        if value is ABSENT:
            self.problems.append(f"{self.source.name} has the default {text!r}")
        return ABSENT if value is None else value


def _counts(found: Statements) -> bool:
    """Whether a named list of values is one of numbers: its default stands without quotes."""
    numbers = all(re.fullmatch(NUMBER, value) for value in found.values)
    return bool(numbers and found.default and re.fullmatch(NUMBER, found.default))
