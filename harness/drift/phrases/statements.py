"""What the sentences about one parameter state, and what of them nobody understands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from imagine_harness.contracts.fields import ABSENT, Schema
from imagine_harness.harness.drift.phrases import limits, rules, values
from imagine_harness.harness.drift.phrases.rules import Default, Rule
from imagine_harness.harness.drift.phrases.sentences import (
    CONDITION,
    may_state_fact,
    sentences,
    unquoted,
)
from imagine_harness.harness.drift.phrases.tokens import TOKEN, tokenise

UNLISTED = "is mapped to the nearest supported value, and none is listed"
"""What is left of a parameter that takes any value where a page lists none."""


@dataclass(slots=True)
class Statements:
    """What a text about one parameter states.

    Attributes:
        keywords: limits, by JSON Schema's keywords.
        values: listed ones, as they are written.
        editing: values that are for edits alone.
        default: as it is written, with its quotes; None where none is stated.
        left: sentences that may hold a fact and are not understood, as they are written.
        about: other parameter -> the keywords that it is given.
        open: whether a sentence among rules may hold a fact that is not understood.
    """

    keywords: Schema = field(default_factory=dict)
    values: list[str] = field(default_factory=list)
    editing: list[str] = field(default_factory=list)
    default: str | None = None
    rules: list[Rule] = field(default_factory=list)
    defaults: list[Default] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    about: dict[str, Schema] = field(default_factory=dict)
    open: bool = False

    def schema(self, stated: Schema) -> Schema:
        """A parameter's schema with what sentences add to it."""
        if "enum" in stated:
            return stated
        return values.with_values(stated, self.values) or {**stated, **self.keywords}

    def default_as(self, schema: Schema) -> object:
        """The default in the type of its parameter; ABSENT where none is stated."""
        if self.default is None:
            return ABSENT
        return values.typed(unquoted(self.default), values.kinds_of(schema))

    @property
    def states(self) -> bool:
        """Whether anything is stated."""
        return bool(self.keywords or self.values or self.rules or self.defaults or self.about)


def read(
    text: str,
    name: str,
    schema: Schema,
    names: Iterable[str] = (),
    listed: Iterable[object] = (),
    default: object = None,
) -> Statements:
    """Read the sentences about one parameter.

    Args:
        text: the description, without Markdown's emphasis.
        name: the parameter's.
        schema: what its type is known to be; an `enum` says that it has no limits.
        names: the parameters of the operation.
        listed: values that the page lists for it elsewhere than in sentences.
        default: what the page says elsewhere.
    """
    about = _About(name, schema, frozenset(names), [*listed], default)
    found = Statements()
    rest = [(sentence, about.take(sentence, found)) for sentence in sentences(text)]
    if limits.LAST_USED.search(text):
        found.keywords.pop("maxItems", None)
    found.values = [*dict.fromkeys(found.values)]
    known = about.known(found.values, found.default)
    others = about.names - {name}
    found.left = [sentence for sentence, left in rest if may_state_fact(left, others, known)]
    _nearest(found, about.listed)
    return found


@dataclass(frozen=True, slots=True)
class _About:
    """The parameter that sentences are about, as far as it is known without them."""

    name: str
    schema: Schema
    names: frozenset[str]
    listed: Sequence[object]
    default: object

    def take(self, sentence: str, found: Statements) -> str:
        """Note what a sentence states, and give what is left of it."""
        stated = rules.SentenceRules()
        noted = values.SentenceValues(self.names, values.kinds_of(self.schema))
        left = limits.LAST_USED.sub("\0", sentence)
        left = rules.consume_rules(left, self.name, self.names, stated)
        left, bounds = limits.consume_limits(left, self.schema)
        left = values.consume_values(left, noted)
        # A rule of which a part is not understood is another one.
        if stated.rules and may_state_fact(
            left, self.names - {self.name}, self.known(noted.listed)
        ):
            return sentence
        found.rules += stated.rules
        found.defaults += stated.defaults
        # What holds in some cases only is no limit and no list.
        conditional = CONDITION.search(left) and (
            bounds or noted.listed or noted.default is not None
        )
        if conditional or self._contradicts(found, bounds, noted):
            return sentence
        found.keywords |= bounds
        found.values += noted.listed
        found.editing += noted.editing
        found.default = found.default if noted.default is None else noted.default
        return left

    def _contradicts(self, found: Statements, bounds: Schema, noted: values.SentenceValues) -> bool:
        """Whether a sentence says otherwise than the page says elsewhere."""
        known = self.schema | found.keywords
        kinds = {*values.kinds_of(self.schema)}
        listed = {str(each) for each in self.schema.get("enum", ())} if noted.listed else set()
        if kinds == {"boolean"} and {each.casefold() for each in noted.listed} <= {"true", "false"}:
            noted.listed = []
        before = self.default if found.default is None else unquoted(found.default)
        return (
            any(known.get(key, bound) != bound for key, bound in bounds.items())
            or bool(listed and listed != {*noted.listed})
            or bool(noted.listed and kinds & {"object", "boolean"})
            or (
                None not in (before, noted.default)
                and str(before).casefold() != unquoted(noted.default or "").casefold()
            )
        )

    def known(self, listed: Sequence[str], default: str | None = None) -> frozenset[str]:
        """The words of values that are listed for it, or its default: they state nothing more."""
        inner = self.schema.get("items", {}).get("enum", ())
        words = [*self.schema.get("enum", ()), *inner, *listed, *self.listed, self.default]
        words += [True, False] if "boolean" in values.kinds_of(self.schema) else []
        words += [] if default is None else [unquoted(default)]
        return frozenset(str(each).casefold() for each in words)


def read_rule_sentence(sentence: str, schemas: Mapping[str, Schema]) -> Statements:
    """Read a sentence that stands where only rules do, about no parameter of its own."""
    stated = rules.SentenceRules()
    left = rules.consume_rules(sentence, "", frozenset(schemas), stated)
    found = Statements(rules=stated.rules, defaults=stated.defaults)
    line = tokenise(left, frozenset(schemas))
    if subject := _SUBJECT.match(line.text):
        bounds = line.restored(line.text[subject.end() :])
        for name in line.flat(subject["any"]):
            left, keywords = limits.consume_limits(bounds, schemas.get(name, {}))
            found.about |= {name: keywords} if keywords else {}
    found.open = may_state_fact(left, frozenset(schemas), frozenset())
    if found.open:
        found.rules, found.defaults, found.about = [], [], {}
    if not found.states:
        found.left = [sentence]
    return found


_SUBJECT = re.compile(
    rf"(?:When {TOKEN} (?:is|are) \w+, )?(?P<any>{TOKEN}(?:(?:,? and|,) {TOKEN}){{0,12}}) "
    r"(?:requires?|accepts?|supports?|takes?|must (?:each )?have|must each|(?=must|can|may))\b",
    re.IGNORECASE,
)
"""What a sentence is about that bounds a parameter."""


def _nearest(found: Statements, listed: Iterable[object]) -> None:
    """Give the rule that takes the nearest listed value these values; without any it is left."""
    for rule in [rule for rule in found.rules if rule[0] == "nearest"]:
        found.rules.remove(rule)
        if values := [*found.values, *listed]:
            found.rules.append(("nearest", {**rule[1], "listed": values}))
            # Any value is taken.
            found.values = []
        else:
            found.left.append(UNLISTED)
