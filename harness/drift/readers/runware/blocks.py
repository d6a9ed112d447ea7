"""The parameters of Runware's pages: a heading, a list of attributes, allowed values and text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from imagine_harness.contracts.fields import Schema
from imagine_harness.harness.drift.pages.headings import Chapter
from imagine_harness.harness.drift.pages.markdown import Listing, Section, Text, code_spans
from imagine_harness.harness.drift.phrases.statements import Statements
from imagine_harness.harness.drift.phrases.types import TYPES, type_of
from imagine_harness.harness.drift.phrases.values import typed

FORMATS: Mapping[str, str] = MappingProxyType({"uri": "url", "url": "url", "uuid v4": "uuid4"})

BOUNDS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("min", "string"): "minLength",
        ("max", "string"): "maxLength",
        ("min", "array"): "minItems",
        ("max", "array"): "maxItems",
        ("min", "integer"): "minimum",
        ("max", "integer"): "maximum",
        ("min", "number"): "minimum",
        ("max", "number"): "maximum",
        **{("min items", kind): "minItems" for kind in ("array", "string")},
        **{("max items", kind): "maxItems" for kind in ("array", "string")},
        ("min length", "string"): "minLength",
        ("max length", "string"): "maxLength",
    }
)
"""An attribute's word and the parameter's type -> the keyword that it is."""

KNOWN: Final = frozenset(
    {"type", "required", "value", "format", "default", "path", "paired with", "title", "nullable"}
) | {word for word, _ in BOUNDS}
REFERENCE = re.compile(r"(?=.*\buuid\b)(?=.*\burl\b)(?=.*\bdata uri\b)(?=.*\bbase64\b)", re.I)
"""The description of an input that may be any of these."""

DEEPEST = 10
"""Levels of nesting beyond which a path is none."""

_ATTRIBUTE = re.compile(r"\*\*([^*]+)\*\*\s*:\s*(.*)", re.DOTALL)
_ALLOWED = re.compile(r"\*\*Allowed values\*\*\s*:?", re.IGNORECASE)
NOT_SAID = re.compile(r"Allowed values\b|Learn more \(\d+ resources?\):?$", re.IGNORECASE)
"""Opens a paragraph that describes nothing, as people see it: it lists values, or links."""


@dataclass(frozen=True, slots=True)
class ParameterBlock:
    """What stands below one parameter's heading.

    Attributes:
        attributes: lower-case word -> value, code without its backticks.
        unknown_lines: attribute lines of an unknown word.
    """

    name: str
    section: str
    attributes: Mapping[str, str]
    allowed: tuple[str, ...]
    texts: tuple[str, ...]
    unknown_lines: tuple[str, ...] = ()
    whole: bool = True

    @property
    def title(self) -> str:
        """Its own name, without those of what holds it."""
        return self.name.rpartition(".")[2]

    @property
    def required(self) -> bool:
        """Whether the page says that it must be there."""
        return self.attributes.get("required", "").casefold() in {"true", "yes"}


def attributes(part: Chapter) -> Iterator[tuple[str, str]]:
    """The attributes in the lists of a chapter, by their lower-case words."""
    for block, _ in part.blocks(Listing):
        yield from _pairs(block)


def _pairs(listing: Listing) -> Iterator[tuple[str, str]]:
    for source in listing.sources:
        found = _ATTRIBUTE.match(source)
        if found is not None:
            inside = code_spans(found[2])
            yield found[1].strip().casefold(), inside[0] if inside else found[2].strip()


def blocks(part: Chapter) -> Iterator[ParameterBlock]:
    """The parameters of a chapter, named from the task on."""
    above: list[tuple[int, str]] = []
    for section in part.sections[1:]:
        above = [each for each in above if each[0] < section.level]
        block = _block(section, above[-1][1] if above else "")
        if block is not None:
            above.append((section.level, block.name))
            yield block


def _block(section: Section, parent: str) -> ParameterBlock | None:
    attributes: dict[str, str] = {}
    unknown_lines: list[str] = []
    for block in section.blocks:
        if isinstance(block, Listing) and "type" in (pairs := dict(_pairs(block))):
            attributes = {word: value for word, value in pairs.items() if word in KNOWN}
            unknown_lines = [
                f"{word}: {value}" for word, value in pairs.items() if word not in KNOWN
            ]
            break
    name = _name(section, attributes.get("path", ""), parent)
    # A heading alone is where the page stops, or none of a parameter.
    if not name or (section.last and not attributes):
        return None
    return ParameterBlock(
        name,
        section.place,
        attributes,
        tuple(_allowed(section)),
        tuple(block.text for block in section.blocks if isinstance(block, Text)),
        tuple(unknown_lines),
        not section.last,
    )


def _name(section: Section, path: str, parent: str) -> str:
    """A parameter's name: its path where that ends in it, else below the heading that holds it."""
    if not re.fullmatch(r"[A-Za-z_]\w*", section.title):
        return ""
    if path.rpartition(".")[2] == section.title and path.count(".") < DEEPEST:
        return path
    return f"{parent}.{section.title}" if parent else section.title


def _allowed(section: Section) -> Iterator[str]:
    """The values listed after `Allowed values`, on its line or as the list that follows."""
    expected = False
    for block in section.blocks:
        if isinstance(block, Text) and (found := _ALLOWED.match(block.source)):
            listed = code_spans(block.source[found.end() :])
            yield from listed
            expected = not listed
        elif expected and isinstance(block, Listing):
            yield from (values[0] for source in block.sources if (values := code_spans(source)))
            expected = False
        else:
            expected = False


def kind(block: ParameterBlock) -> str:
    """A parameter's type in JSON Schema's words, empty where the page's word is unknown."""
    word = block.attributes.get("type", "").casefold()
    return TYPES.get(re.split(r"[\s(]", word, maxsplit=1)[0], "")


def schema(block: ParameterBlock) -> tuple[Schema, list[str]]:
    """A parameter's schema, and the lines of its block of which no keyword could be made."""
    word = kind(block)
    kinds = (word,) if word else ()
    listed = [typed(value, kinds) for value in block.allowed]
    if "value" in block.attributes:
        listed = [typed(block.attributes["value"], kinds)]
    unread = list(block.unknown_lines)
    if not word:
        unread.append(f"type: {block.attributes.get('type', '')}")
    stated: Schema = {"type": word} if word else {}
    if listed and word != "array":
        stated = {"enum": listed}
    if word == "array" and (items := _items(block, listed)):
        stated["items"] = items
    for attribute, value in block.attributes.items():
        keyword = BOUNDS.get((attribute, word))
        if keyword is not None:
            stated[keyword] = typed(value, ("number",))
        elif attribute == "format" and value.casefold() in FORMATS and "enum" not in stated:
            stated["format"] = FORMATS[value.casefold()]
    return stated, unread


class NestedBlocks:
    """Blocks by what holds them: the schema of an array says what its elements hold."""

    def __init__(
        self, found: Sequence[ParameterBlock], statements: Mapping[str, Statements]
    ) -> None:
        self._statements = statements
        self._inside: dict[str, list[ParameterBlock]] = {}
        self._items: dict[str, Schema] = {}
        for block in found:
            self._inside.setdefault(block.name.rpartition(".")[0], []).append(block)

    def schema(self, block: ParameterBlock) -> tuple[Schema, list[str]]:
        """A parameter's schema, and the lines of which no keyword could be made."""
        stated, unread = schema(block)
        stated = self.statements(block).schema(stated)
        if stated.get("type") == "array" and block.name in self._inside:
            if block.name not in self._items:
                self._items[block.name] = self._elements(block.name, unread)
            stated["items"] = self._items[block.name]
        return stated, unread

    def statements(self, block: ParameterBlock) -> Statements:
        """What the sentences of a parameter state."""
        return self._statements.get(block.name) or Statements()

    def _elements(self, name: str, unread: list[str]) -> Schema:
        properties: dict[str, Schema] = {}
        for other in self._inside[name]:
            properties[other.title], more = self.schema(other)
            unread += more
        required = [other.title for other in self._inside[name] if other.required]
        items = {"type": "object", "properties": properties}
        return {**items, "required": required} if required else items


def ancestors(name: str) -> list[str]:
    """The names of what holds a parameter, outermost first."""
    steps = name.split(".")
    return [".".join(steps[:end]) for end in range(1, len(steps))]


def arrays(found: Sequence[ParameterBlock]) -> frozenset[str]:
    """The names of those parameters that are arrays."""
    return frozenset(block.name for block in found if kind(block) == "array")


def with_array_marks(name: str, lists: Collection[str]) -> str:
    """A name with `[]` after each array on its way."""
    steps = [
        step + ("[]" if ancestor in lists else "")
        for step, ancestor in zip(name.split("."), ancestors(name), strict=False)
    ]
    return ".".join((*steps, name.rpartition(".")[2]))


def _items(block: ParameterBlock, listed: Sequence[object]) -> Schema:
    """The schema of an array's elements: `array of strings`, and what the text calls them."""
    if listed:
        return {"enum": list(listed)}
    word = block.attributes["type"].casefold().partition("(")[0]
    items: Schema = type_of(word)[0].get("items", {})
    if items.get("type") == "string" and any(REFERENCE.match(text) for text in block.texts):
        return {**items, "format": "image-reference"}
    return items
