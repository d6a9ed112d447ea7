"""What a value may be and what it is when it is left out: lists, defaults, examples, advice."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from imagine_harness.contracts.fields import ABSENT, Schema
from imagine_harness.harness.drift.pages.curl_calls import decoded
from imagine_harness.harness.drift.phrases.sentences import LIST, NUMBER, QUOTED, quoted


@dataclass(slots=True)
class SentenceValues:
    """What sentences say of a parameter's values, each as it is written.

    Attributes:
        names: parameters, which are no values.
        kinds: the types of the parameter.
        editing: those that are for edits alone.
    """

    names: frozenset[str]
    kinds: Collection[str] = ()
    listed: list[str] = field(default_factory=list)
    editing: list[str] = field(default_factory=list)
    default: str | None = None

    def take(self, kind: str, found: re.Match[str]) -> bool:
        """Note what a phrase of a kind says; whether it is consumed."""
        if kind == "nothing":
            return True
        if kind == "default":
            stated = found["bare"] or found["code"][1:-1]
            # A number beside a text is one of something else.
            fits = self.default in (None, stated) and (found["code"] or "string" not in self.kinds)
            self.default = stated if fits else self.default
            return bool(fits)
        listed = quoted(found["list"])
        plain = len(listed) > 1 and all(map(_VALUE.fullmatch, listed))
        if self.names & {*listed} or (kind == "bare" and not plain):
            return False
        self.listed += listed
        self.editing += listed if kind == "editing" else []
        return True


@dataclass(frozen=True, slots=True)
class ValuePhrase:
    """A phrase about values.

    Attributes:
        kind: what is noted: a `default`; values that are `listed`, that are listed `bare` where
            they look like such, or for `editing` alone; `nothing` where it states none.
        example: a sentence that it consumes whole.
    """

    name: str
    pattern: re.Pattern[str]
    kind: str
    example: str


_MARKED = re.compile(r"[`\"\u201c]|\bdefault", re.IGNORECASE)
"""What is in every phrase about values."""

_VALUE = re.compile(r"[A-Za-z0-9][\w:.+-]*")
_LISTED = rf"(?P<list>{LIST})"
_WHAT = r"(?:values?|formats?|options?|choices|sizes?)"

VALUE_PHRASES: Final = (
    ValuePhrase("example",
         re.compile(rf"\b(?:e\.g\.|for example|for instance|such as),?:?\s*+{LIST}", re.I),
         "nothing", "What it is, such as `one` or `two`."),
    ValuePhrase("advice",
         re.compile(rf"\b(?:recommended|prefer(?:red)?)(?: for| to use|:)?\s*+{LIST}", re.I),
         "nothing", "Recommended: `one`."),
    ValuePhrase("nested", re.compile(rf"\bnested (?:in|inside) the {QUOTED} object\b", re.I),
         "nothing", "What it is, nested inside the `one` object."),
    ValuePhrase("default",
         re.compile(rf"\bdefaults?(?: value)?(?: is| to| of)?:?\s*+(?:(?P<code>{QUOTED})|"
                    rf"(?P<bare>{NUMBER}|(?:true|false)\b))", re.I),
         "default", "Defaults to `two`."),
    ValuePhrase("labelled",
         re.compile(rf"\b(?:possible|allowed|supported|valid|available|accepted|common) {_WHAT}"
                    rf"(?: are| include)?:?\s*+{_LISTED}", re.I),
         "listed", "Possible values: `one`, `two`."),
    ValuePhrase("one of",
         re.compile(rf"\b(?:must be |can be )?(?:one|any) of:?\s*+{_LISTED}", re.I),
         "listed", "Must be one of `one`, `two`."),
    ValuePhrase("must be", re.compile(rf"\b(?:must|can|may) be (?:either )?{_LISTED}", re.I),
         "listed", "Must be `one` or `two`."),
    ValuePhrase("either", re.compile(rf"\beither {_LISTED}", re.I), "bare",
         "Either `one` or `two`."),
    ValuePhrase("listed", re.compile(rf"(?:^|[,:(\uff0c\uff1a])\s*+{_LISTED}(?=\s*+(?:$|[.,;)]))"),
         "bare", "`one`, `two`."),
    ValuePhrase("for edits", re.compile(rf"\b(?:image )?editing(?: only)?:? {_LISTED}", re.I),
         "editing", "What it is, image editing `one`."),
)  # fmt: skip
"""Phrases about values, in the order in which they are tried."""


def typed(text: str, kinds: Collection[str]) -> Any:
    """A value in the type of its parameter: pages write all values alike."""
    value: object = text if "string" in kinds or not kinds else decoded(text)
    if value is ABSENT:
        return text
    return int(value) if isinstance(value, float) and value.is_integer() else value


def with_values(schema: Schema, listed: Sequence[str]) -> Schema | None:
    """A schema with the values that are listed for it; None where none are or it has no such."""
    kinds = kinds_of(schema)
    if not listed or {"object", "boolean"} & {*kinds}:
        return None
    if "array" in kinds:
        inside = kinds_of(schema.get("items", {}))
        return {**schema, "items": {"enum": [typed(value, inside) for value in listed]}}
    return {"enum": [typed(value, kinds) for value in listed]}


def kinds_of(schema: Schema) -> tuple[str, ...]:
    """The types of a schema, none where it does not say."""
    kinds = schema.get("type", ())
    return (kinds,) if isinstance(kinds, str) else tuple(kinds)


def consume_values(text: str, values: SentenceValues) -> str:
    """What of a sentence says nothing of values; what does is noted."""
    for phrase in VALUE_PHRASES if _MARKED.search(text) else ():

        def consume(found: re.Match[str], phrase: ValuePhrase = phrase) -> str:
            return "\0" if values.take(phrase.kind, found) else found[0]

        text = phrase.pattern.sub(consume, text)
    return text
