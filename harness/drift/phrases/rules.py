"""The sentences that state rules across parameters, as one table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from imagine_harness.harness.drift.phrases.sentences import CONDITION
from imagine_harness.harness.drift.phrases.tokens import TOKEN, Group, Tokens, tokenise

Rule = tuple[str, Mapping[str, Any]]
Default = tuple[str, str, object, object]


@dataclass(slots=True)
class SentenceRules:
    """What a sentence states across parameters.

    Attributes:
        rules: (rule type, entry) as a contract writes them.
        defaults: (parameter, other parameter, its value, default then).
    """

    rules: list[Rule] = field(default_factory=list)
    defaults: list[Default] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """A phrase in a sentence about the parameter `name`; empty where it is about none."""

    match: re.Match[str]
    tokens: Tokens
    name: str

    def part(self, group: str) -> str:
        """The part of a name, empty where the sentence has none."""
        return self.match.groupdict().get(group) or ""

    def groups(self, *parts: str) -> list[Group]:
        """The groups of parameters in some parts."""
        return [group for part in parts for group in self.tokens.groups(self.part(part))]

    @property
    def about(self) -> list[Group]:
        """What the phrase is about: the parameters before it, else the described one."""
        return self.groups("any") or ([self.name] if self.name else [])

    @property
    def when(self) -> dict[str, Any]:
        """The condition: another parameter has a value, or is given."""
        named = self.tokens.flat(self.part("when"))
        if self.part("value"):
            return {"equals": {named[0]: self.tokens.value(self.part("value"))}}
        return {"given": named}

    @property
    def one(self) -> str:
        """The first parameter of what the phrase is about."""
        first = self.about[0]
        return first if isinstance(first, str) else first[0]

    def entries(self, kind: str) -> list[dict[str, Any]]:
        """The entries of a rule type that the phrase states; none where it is another sentence."""
        if not self.about:
            return []
        match kind:
            case "one_of":
                return _several("groups", [*self.about, *self.groups("other", "without")])
            case "excludes" if self.part("other"):
                return self._pairs()
            case "excludes":
                return _several("groups", self.groups("any"))
            case "together":
                return _several("fields", self.tokens.flat(self.part("any")))
            case "requires_when":
                return [{"when": self.when, "groups": self.about}]
            case "precedence":
                return self._precedence()
            case "allowed_when" if self.part("must"):
                when = {"equals": {self.one: self.tokens.value(self.part("must"))}}
                ((field_, value),) = self.when["equals"].items()
                return [{"field": field_, "values": [value], "when": when}]
            case "allowed_when" | "ignored_when":
                return [{"field": self.one, "when": self.when}]
        return [{"field": self.one}]

    def _pairs(self) -> list[dict[str, Any]]:
        """Each of some never beside each of others; a pair may be named at either of its two."""
        pairs = [[one, other] for one in self.about for other in self.groups("other")]
        plain = [pair for pair in pairs if all(isinstance(each, str) for each in pair)]
        return [
            {"groups": sorted(pair, key=str) if pair in plain else pair}
            for pair in pairs
            if pair[0] != pair[1]
        ]

    def _precedence(self) -> list[dict[str, Any]]:
        """The other one takes the lead; a sentence that says so may name it twice."""
        (other, *_) = self.tokens.flat(self.part("when"))
        if self.part("winner") and self.tokens.flat(self.part("winner")) != [other]:
            return []
        names = self.tokens.flat(self.part("any")) or [self.name]
        return [{"groups": [other, each]} for each in names if each not in ("", other)]


def _several(key: str, named: list[Any]) -> list[dict[str, Any]]:
    return [{key: named}] if len(named) > 1 else []


_SOME = rf"{TOKEN}(?:(?:,? (?:and|or|nor|with)(?: (?:provide|specify|use))?|,) ?{TOKEN}){{0,12}}"
_ANY, _OTHER, _WHEN = (rf"(?P<{name}>{_SOME})" for name in ("any", "other", "when"))
_GIVEN = r"(?:provided|specified|set|used|present|given|combined|sent|passed)"
_IS = r"(?:is|are)(?: also)?"
_CANNOT = rf"(?:cannot|can not|must not|can['\u2019]t|may not|should not) be {_GIVEN}"
_WITH = r"(?: together| in conjunction| at the same time)? (?:with|as) "
_EQUALS = rf"(?P<when>{TOKEN}) is (?:set to )?(?P<value>{TOKEN}|true\b|false\b|-?\d{{1,18}}\b)"
_THERE = rf"{_WHEN} {_IS} {_GIVEN}\b(?! to)"
_IF = r"(?:when|if)"
_MUST = r"(?:must be|is|has to be|needs to be)"
_ONLY = rf"(?:(?:can|may) only be {_GIVEN}|(?:is )?only (?:available|supported|allowed))"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that states a rule.

    Attributes:
        kind: the type of the rule.
        example: a sentence about `a` that states the rule.
    """

    name: str
    pattern: str
    kind: str
    example: str


PHRASES: Final = (
    Phrase("either", rf"\bEither (?:provide |specify |use )?{_ANY}(?: (?:must|has to|needs to) be "
            rf"{_GIVEN})?", "one_of", "Either `a` or `b` must be provided."),
    Phrase("provide one of", rf"\b(?:Provide|Specify|Use) (?:either|(?:at least )?one of) {_ANY}",
            "one_of", "Provide either `a` or `b`."),
    Phrase("at least one", rf"\b(?:at least )?one of {_ANY} {_MUST} (?:required|{_GIVEN})\b",
            "one_of", "At least one of `a` or `b` must be provided."),
    Phrase("one without another",
           rf"\b{_IF} (?P<any>{TOKEN}) is not {_GIVEN}, (?P<other>{TOKEN}) is required\b",
            "one_of", "When `a` is not provided, `b` is required."),
    Phrase("not when another", rf"\b{_IF} {_OTHER} {_IS} {_GIVEN}, {_ANY} {_CANNOT}", "excludes",
            "When `b` is provided, `a` cannot be used."),
    Phrase("not with another", rf"(?:{_ANY} )?{_CANNOT}{_WITH}{_OTHER}", "excludes",
            "`a` cannot be used with `b`."),
    Phrase("not together",
           rf"{_ANY} {_CANNOT}(?: together| at the same time| simultaneously)?\b(?! with)",
            "excludes", "`a` and `b` cannot be used together."),
    Phrase("incompatible", rf"{_ANY} (?:is|are) (?:not (?:supported|compatible)|incompatible) "
            rf"with {_OTHER}", "excludes", "`a` is not compatible with `b`."),
    Phrase("exclusive with another",
           rf"(?:{_ANY} (?:is|are) )?\bmutually exclusive with {_OTHER}", "excludes",
            "Mutually exclusive with `b`."),
    Phrase("exclusive", rf"{_ANY} are mutually exclusive\b", "excludes",
            "`a` and `b` are mutually exclusive."),
    Phrase("only one", rf"\bOnly one of {_ANY} (?:can|may) be {_GIVEN}\b", "excludes",
            "Only one of `a` and `b` may be used."),
    Phrase("do not", rf"\bdo not (?:(?:pass|send|combine|mix|use|set) )?{_ANY}"
            r"(?: together| at the same time)?", "excludes", "Do not combine `a` and `b`."),
    Phrase("together", rf"{_ANY} must be {_GIVEN} together\b", "together",
            "`a` and `b` must be used together."),
    Phrase("required without another",
           rf"(?:{_ANY} {_IS} )?\brequired (?:unless {_OTHER} {_IS} {_GIVEN}\b"
           rf"|{_IF} (?P<without>{_SOME}) {_IS} not {_GIVEN}\b)", "one_of",
           "`a` is required unless `b` is provided."),
    Phrase("a value requires another", rf"\b{_IF} {_EQUALS}, {_ANY} {_IS} required\b",
           "requires_when",
            "When `b` is `true`, `a` is required."),
    Phrase("another is required", rf"\b{_IF} {_THERE}, {_ANY} {_IS} required\b", "requires_when",
            "When `b` is provided, `a` is required."),
    Phrase("required with a value", rf"(?:{_ANY} {_IS} )?\brequired {_IF} {_EQUALS}",
           "requires_when",
            "`a` is required when `b` is `true`."),
    Phrase("required with another", rf"(?:{_ANY} {_IS} )?\brequired {_IF} {_THERE}",
           "requires_when",
            "Required when `b` is given."),
    Phrase("requires", rf"(?P<when>{TOKEN}) requires {_ANY}", "requires_when", "`b` requires `a`."),
    Phrase("a value binds another",
           rf"\b{_IF} {_EQUALS}, (?P<any>{TOKEN}) must be (?:set to )?(?P<must>{TOKEN})",
           "allowed_when",
            "When `b` is `pro`, `a` must be `4K`."),
    Phrase("only with a value", rf"(?:(?P<any>{TOKEN}) )?{_ONLY} {_IF} {_EQUALS}", "allowed_when",
            "`a` can only be used when `b` is `pro`."),
    Phrase("only when another", rf"(?:(?P<any>{TOKEN}) )?{_ONLY} {_IF} {_THERE}", "allowed_when",
            "`a` is only available when `b` is provided."),
    Phrase("only with another", rf"(?:(?P<any>{TOKEN}) )?{_ONLY} with {_WHEN}", "allowed_when",
            "`a` can only be used with `b`."),
    Phrase("without effect", rf"(?:(?P<any>{TOKEN}) )?\b(?:only (?:applies|used|valid|takes "
            rf"effect)|applies only) {_IF} {_EQUALS}", "ignored_when",
            "Only applies when `b` is `true`."),
    Phrase("ignored", rf"(?:{_ANY} {_IS} )?\bignored {_IF} {_THERE}", "precedence",
            "`a` is ignored when `b` is provided."),
    Phrase("wins", rf"\b{_IF} {_THERE}, (?P<winner>{TOKEN}) takes (?:precedence|priority|the lead)",
            "precedence", "If `b` is also provided, `b` takes precedence."),
    Phrase("unique", rf"(?:(?P<any>{TOKEN}) )?\bmust be unique\b", "unique", "Must be unique."),
    Phrase("nearest", r"\bmapped to (?:the|its) (?:nearest|closest) supported\b", "nearest",
            "Any value is mapped to the nearest supported one."),
)  # fmt: skip
"""Phrases that state rules, the longer ones first."""

_PATTERNS = tuple((re.compile(phrase.pattern, re.IGNORECASE), phrase) for phrase in PHRASES)

_NAMED = re.compile(rf"{TOKEN}|\b(?:unique|mapped)\b", re.IGNORECASE)
"""What is in every phrase that states a rule."""

DEFAULT_WHEN = re.compile(
    rf"\b{_IF} (?P<state>enabled|disabled), defaults to (?P<value>{TOKEN}) (?P<word>{TOKEN}|\w+)",
    re.IGNORECASE,
)
"""In a switch's description: the default of what stands beside it."""


def consume_rules(sentence: str, name: str, names: frozenset[str], stated: SentenceRules) -> str:
    """What of a sentence states no rule; the rules of the rest are noted.

    Args:
        sentence: as it is written.
        name: the parameter that is described, empty where none is.
        names: all parameters of the operation.
        stated: where rules are noted.
    """
    line = tokenise(sentence, names)
    text = DEFAULT_WHEN.sub(
        lambda match: _default(PhraseMatch(match, line, name), stated), line.text
    )
    for pattern, phrase in _PATTERNS if _NAMED.search(text) else ():
        condition = max((found.start() for found in CONDITION.finditer(text)), default=-1)

        def consume(
            match: re.Match[str], kind: str = phrase.kind, condition: int = condition
        ) -> str:
            made = PhraseMatch(match, line, name).entries(kind)
            if not made or condition >= match.end() or not all(map(line.are_known, made)):
                return match[0]
            stated.rules += [(kind, entry) for entry in made]
            return "\0"

        text = pattern.sub(consume, text)
    return line.restored(text)


def _default(found: PhraseMatch, stated: SentenceRules) -> str:
    if not found.name:
        return found.match[0]
    word = found.tokens.restored(found.part("word")).strip("`")
    other = ".".join((*found.name.split(".")[:-1], word))
    enabled = found.part("state").lower() == "enabled"
    stated.defaults.append((other, found.name, enabled, found.tokens.value(found.part("value"))))
    return "\0"
