"""One `<ParamField>` of fal's pages: its attributes and sentences as the words of a contract."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from imagine_harness.contracts.fields import ABSENT, Schema
from imagine_harness.harness.drift.pages.markdown import plain
from imagine_harness.harness.drift.phrases.reading import Reading, read
from imagine_harness.harness.drift.phrases.values import kinds_of, typed
from imagine_harness.harness.drift.phrases.words import NUMBER, described, unquoted
from imagine_harness.harness.drift.readers.fal_types import ENUM, kind, value_of, without_enum

IMAGE_ADDRESS = re.compile(r"(?:^|_)(?:image|images|mask|face|photo|reference)_urls?$")
"""Names of what takes the address of a picture: an http or https URL, or a data URI."""

FILE = re.compile(r"(?:^|_)(?:Image|ImageFile|File|Video|VideoFile|Audio|AudioFile)$")
"""fal's own types of what was made: an object with the `url` to fetch it from."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a `<ParamField>` states.

    Attributes:
        word: its type as the page writes it, without blanks.
        default: ABSENT where it has none.
        whole: its end was seen.
        note: the description without what stands behind labels.
        open: what of its type and default could not be read, in words.
        said: what its sentences state.
    """

    name: str
    word: str
    schema: Schema
    default: object
    required: bool
    whole: bool
    note: str
    open: tuple[str, ...]
    said: Reading


@dataclass(frozen=True, slots=True)
class Written:
    """A `<ParamField>` as it stands on the page: the attributes of its tag, and its paragraphs."""

    attributes: Mapping[str, str]
    sources: tuple[str, ...]
    whole: bool = True

    @property
    def name(self) -> str:
        """The parameter's name."""
        return self.attributes.get("body", "").strip()

    def field(self, names: Iterable[str] = ()) -> Field:
        """What it states beside the parameters of these names."""
        text = " ".join(map(plain, self.sources))
        return _Field(self, text, frozenset(names)).stated()


@dataclass(slots=True)
class _Field:
    """A field while it is read; `problems` is what could not be."""

    written: Written
    text: str
    names: frozenset[str]
    problems: list[str] = field(default_factory=list)

    def stated(self) -> Field:
        """All that it states."""
        attributes, name = self.written.attributes, self.written.name
        word = "".join(attributes.get("type", "").split())
        known = kind(word)
        # A sentence may take back what the one before it states: one that is cut short states none.
        said = self._read(known) if self.written.whole else Reading()
        schema = self._typed(word, known, said) | said.keywords
        # A type of listed values that lists none is read otherwise than it is meant.
        unlisted = known is None or (not said.values and ENUM in kinds_of(known))
        if self.written.whole and unlisted and known is not None:
            self.problems.append(f"{name} takes listed values, and the list is not understood")
        default = self._default(schema, said)
        return Field(
            name=name,
            word=word,
            schema=schema,
            default=default,
            required=attributes.get("required", "false") != "false",
            whole=self.written.whole and not unlisted,
            note=described(self.text),
            open=tuple(self.problems),
            said=said,
        )

    def _read(self, known: Schema | None) -> Reading:
        """The sentences of the description; a type of listed values has no limits."""
        schema: Schema = known or {}
        if ENUM in kinds_of(schema):
            schema = {"enum": []}
        default = self.written.attributes.get("default")
        return read(self.text, self.written.name, schema, self.names, default=default)

    def _typed(self, word: str, known: Schema | None, said: Reading) -> Schema:
        if known is None:
            self.problems.append(f"{self.written.name} is of type {word!r}")
            return {}
        inner = known.get("items", known)
        schema = self._with_values(word, inner, said)
        if IMAGE_ADDRESS.search(self.written.name) and "string" in kinds_of(schema):
            schema["format"] = "image-url"
        return {**without_enum(known), "items": schema} if "items" in known else schema

    def _with_values(self, word: str, schema: Schema, said: Reading) -> Schema:
        """A schema with the values that are listed for it."""
        names = set(kinds_of(schema))
        if not said.values:
            return without_enum(schema)
        known = {ENUM, "null"} if ENUM in names else {"string", "integer", "number", "null"}
        if others := sorted(names - known):
            words = f"{' or '.join(others)} or one of these words: {', '.join(said.values)}"
            self.problems.append(f"{self.written.name} takes {words}")
            return without_enum(schema)
        numeric = names & {"integer", "number"} or (
            ENUM in names and word != "Enum" and _counts(said)
        )
        kinds = ("number",) if numeric else ("string",)
        values = [typed(value, kinds) for value in said.values]
        return {"enum": [*values, *([None] if "null" in names else [])]}

    def _default(self, schema: Schema, said: Reading) -> object:
        """The default of the attribute, else of the sentence."""
        text = self.written.attributes.get("default")
        if text is None and said.default is None:
            return ABSENT
        text = unquoted(said.default or "") if text is None else text
        value = value_of(text, schema)
        if value is ABSENT:
            self.problems.append(f"{self.written.name} has the default {text!r}")
        return ABSENT if value is None else value


def _counts(said: Reading) -> bool:
    """Whether a named list of values is one of numbers: its default is written without quotes."""
    numbers = all(re.fullmatch(NUMBER, value) for value in said.values)
    return bool(numbers and said.default and re.fullmatch(NUMBER, said.default))
