"""The sentences in which Runware's pages state rules, as one table of small named patterns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from imagine_harness.contracts.fields import Schema

Entry = Mapping[str, Any]
Names = list[str]
Group = str | list[str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """What one sentence states.

    Attributes:
        rules: (rule type, entry) as a contract writes them.
        keywords: parameter name -> JSON Schema keywords that it is given.
        defaults: (parameter, other parameter, its value, default then).
    """

    rules: tuple[tuple[str, Entry], ...] = ()
    keywords: Mapping[str, Schema] = field(default_factory=dict)
    defaults: tuple[tuple[str, str, object, object], ...] = ()


def groups(text: str) -> list[Group]:
    """The groups of parameters that a part of a sentence names: `width/height` is one of two."""
    found: list[Group] = []
    for code in re.findall(r"`([^`]+)`", text):
        names = [name.strip() for name in code.split("/")]
        found.append(names[0] if len(names) == 1 else names)
    return found


def flat(text: str) -> Names:
    """The parameters that a part of a sentence names, one by one."""
    found = groups(text)
    return [name for group in found for name in ([group] if isinstance(group, str) else group)]


def value(text: str) -> object:
    """A value as sentences write it: `true`, `4`, `URL`."""
    plain = text.strip("`\"' ")
    if plain in {"true", "false"}:
        return plain == "true"
    return int(plain) if re.fullmatch(r"-?\d{1,18}", plain) else plain


def _one_of(found: re.Match[str], _name: str) -> Sentence:
    return Sentence((("one_of", {"groups": groups(found["any"])}),))


def _excludes(found: re.Match[str], _name: str) -> Sentence:
    named = [*groups(found["any"]), *groups(found.groupdict().get("other") or "")]
    return Sentence((("excludes", {"groups": named}),))


def _together(found: re.Match[str], _name: str) -> Sentence:
    return Sentence((("together", {"fields": flat(found["any"])}),))


def _requires(found: re.Match[str], _name: str) -> Sentence:
    when = {"given": flat(found["when"])}
    return Sentence((("requires_when", {"when": when, "groups": groups(found["any"])}),))


def _requires_if(found: re.Match[str], _name: str) -> Sentence:
    field = flat(found["when"])[0]
    when = {"equals": {field: value(found["value"])}}
    return Sentence((("requires_when", {"when": when, "groups": groups(found["any"])}),))


def _allowed_with(found: re.Match[str], _name: str) -> Sentence:
    when = {"given": flat(found["when"] or found["given"])}
    field = flat(found["any"])[0]
    return Sentence((("allowed_when", {"field": field, "when": when}),))


def _allowed_if(found: re.Match[str], _name: str) -> Sentence:
    field = flat(found["any"])[0]
    when = {"equals": {flat(found["when"])[0]: value(found["value"])}}
    return Sentence((("allowed_when", {"field": field, "when": when}),))


def _items(found: re.Match[str], _name: str) -> Sentence:
    word = "minItems" if found["bound"] == "at least" else "maxItems"
    count = int(found["count"])
    return Sentence(keywords={name: {word: count} for name in flat(found["any"])})


def _between(found: re.Match[str], _name: str) -> Sentence:
    low, high = int(found["low"]), int(found["high"])
    return Sentence(
        keywords={name: {"minimum": low, "maximum": high} for name in flat(found["any"])}
    )


def _bound(found: re.Match[str], _name: str) -> Sentence:
    field = flat(found["when"])[0]
    other = flat(found["any"])[0]
    when = {"equals": {other: value(found["must"])}}
    entry = {"field": field, "values": [value(found["value"])], "when": when}
    return Sentence((("allowed_when", entry),))


def _either(found: re.Match[str], _name: str) -> Sentence:
    return Sentence((("one_of", {"groups": [*groups(found["when"]), *groups(found["any"])]}),))


_CODE = r"`[^`]+`"
_SOME = rf"{_CODE}(?:(?:,? (?:and|or|with)|,) {_CODE})*"
_CANNOT = (
    r"(?:cannot|can not|must not|can['\u2019]t|may not|should not) be "
    r"(?:used|combined|provided|specified|set)(?: together)?"
)
_THERE = r"(?:is|are) (?:provided|specified|set|used|present|given)"
_VALUE = rf"(?P<when>{_CODE}) is (?:set to )?(?P<value>{_CODE})"
_ONLY = (
    r"(?:(?:can|may) only be (?:used|provided|specified|set)|"
    r"is only (?:available|supported|allowed))"
)

SENTENCES: Final[tuple[tuple[str, str, Callable[[re.Match[str], str], Sentence]], ...]] = (
    ("one of several", rf"Either (?:provide|specify|use) (?P<any>{_CODE}.*)", _one_of),
    (
        "provide one of several",
        rf"(?:Provide|Specify|Use) (?:either|one of|at least one of) (?P<any>{_SOME})",
        _one_of,
    ),
    (
        "at least one",
        rf"(?:At least )?one of (?P<any>{_SOME}) (?:must be|is) "
        r"(?:provided|specified|required|given|set)",
        _one_of,
    ),
    (
        "one without another",
        rf"When (?P<when>{_CODE}) is not (?:provided|specified|set|used), (?P<any>{_CODE}) is "
        r"required",
        _either,
    ),
    ("not with another", rf"(?P<any>{_SOME}) {_CANNOT} with (?P<other>{_SOME})", _excludes),
    (
        "not when another",
        rf"When (?P<other>{_CODE}) {_THERE}, (?P<any>{_SOME}) {_CANNOT}",
        _excludes,
    ),
    (
        "not together",
        rf"(?P<any>{_SOME}) {_CANNOT} (?:together|at the same time|simultaneously)",
        _excludes,
    ),
    (
        "incompatible",
        rf"(?P<any>{_SOME}) (?:is|are) (?:not (?:supported|compatible)|incompatible) with "
        rf"(?P<other>{_SOME})",
        _excludes,
    ),
    ("exclusive", rf"(?P<any>{_SOME}) are mutually exclusive", _excludes),
    (
        "only one",
        rf"Only one of (?P<any>{_SOME}) (?:can|may) be (?:used|provided|specified|set)",
        _excludes,
    ),
    (
        "together",
        rf"(?P<any>{_SOME}) must be (?:used|provided|specified|set) together",
        _together,
    ),
    (
        "items",
        rf"(?:When {_CODE} {_THERE}, )?(?P<any>{_CODE}) "
        r"(?:requires|accepts|supports|must have) (?P<bound>at least|at most|up to) "
        r"(?P<count>\d{1,9}) (?:items?|values?|images?|elements?)",
        _items,
    ),
    (
        "required with a value",
        rf"(?P<any>{_SOME}) (?:is|are) required when {_VALUE}",
        _requires_if,
    ),
    (
        "required with another",
        rf"(?P<any>{_SOME}) (?:is|are) required when (?P<when>{_SOME}) {_THERE}",
        _requires,
    ),
    (
        "a value requires another",
        rf"When {_VALUE}, (?P<any>{_SOME}) (?:is|are) (?:also )?required",
        _requires_if,
    ),
    (
        "another is required",
        rf"When (?P<when>{_SOME}) {_THERE}, (?P<any>{_SOME}) (?:is|are) (?:also )?required",
        _requires,
    ),
    ("requires", rf"(?P<when>{_CODE}) requires (?P<any>{_SOME})", _requires),
    (
        "a value binds another",
        rf"When {_VALUE}, (?P<any>{_CODE}) must be (?:set to )?(?P<must>{_CODE})",
        _bound,
    ),
    ("only with a value", rf"(?P<any>{_CODE}) {_ONLY} when {_VALUE}", _allowed_if),
    (
        "only with another",
        rf"(?P<any>{_CODE}) {_ONLY} (?:with (?P<when>{_SOME})|when (?P<given>{_SOME}) {_THERE})",
        _allowed_with,
    ),
    (
        "between",
        rf"(?P<any>{_SOME}) must (?:each )?be between `?(?P<low>\d{{1,9}})`? and "
        r"`?(?P<high>\d{1,9})`?(?: pixels)?",
        _between,
    ),
)
"""Where only rules stand: name, pattern of the whole sentence, what it states."""


def _unique(_found: re.Match[str], name: str) -> Sentence:
    return Sentence((("unique", {"field": name}),))


def _applies(found: re.Match[str], name: str) -> Sentence:
    when = {"equals": {flat(found["when"])[0]: value(found["value"])}}
    return Sentence((("ignored_when", {"field": name, "when": when}),))


def _defaults(found: re.Match[str], name: str) -> Sentence:
    other = ".".join((*name.split(".")[:-1], found["word"]))
    return Sentence(defaults=((other, name, found["state"] == "enabled", value(found["value"])),))


DESCRIPTIONS: Final[tuple[tuple[str, str, Callable[[re.Match[str], str], Sentence]], ...]] = (
    ("unique", r"must be unique\b", _unique),
    (
        "without effect",
        r"(?:only (?:applies|used|valid|takes effect)|applies only) (?:when|if) "
        rf"(?P<when>{_CODE}) is (?:set to )?(?P<value>{_CODE})",
        _applies,
    ),
    (
        "default of another",
        rf"when (?P<state>enabled|disabled), defaults to (?P<value>{_CODE}) (?P<word>\w+)",
        _defaults,
    ),
)
"""Within a parameter's description, most of which states nothing: name, pattern, statement."""

_WHOLE = [(re.compile(pattern + r"\.?", re.IGNORECASE), act) for _, pattern, act in SENTENCES]
_WITHIN = [(re.compile(pattern, re.IGNORECASE), act) for _, pattern, act in DESCRIPTIONS]


def stated(sentence: str) -> Sentence | None:
    """What a sentence that stands where only rules do states; None if no pattern reads it."""
    joined = sentence.replace("`/`", "/")
    for pattern, act in _WHOLE:
        found = pattern.fullmatch(joined)
        if found is not None:
            return act(found, "")
    return None


def described(name: str, texts: Sequence[str]) -> Iterator[Sentence]:
    """What the description of a parameter states beyond describing."""
    for text in texts:
        for pattern, act in _WITHIN:
            for found in pattern.finditer(text):
                yield act(found, name)


def split(paragraph: str) -> list[str]:
    """The sentences of a paragraph, points inside code aside."""
    ends = re.sub(r"`[^`]*`", lambda code: code[0].replace(".", "\0"), paragraph)
    parts = re.split(r"(?<=[.!])\s+(?=[A-Z`])", ends)
    return [part.replace("\0", ".").strip() for part in parts if part.strip()]
