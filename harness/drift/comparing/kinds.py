"""Kinds of findings, as data: where each stands, how much it matters, whether it breaks a client.

The words are oasdiff's where it has one for the thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

PLACES = ("input", "output", "rule", "size", "endpoint", "model", "price", "status", "docs")
"""Where on a contract a finding stands."""

BREAKING, NON_BREAKING, NONE, UNKNOWN = "breaking", "non-breaking", "none", "unknown"
"""Severities: the first two of a finding, all four of a page."""


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One kind of finding.

    Attributes:
        where: one of `PLACES`.
        level: `error`, `warning` or `info`.
        severity: `breaking` or `non-breaking` for a client that is written to the recorded page.
        says: what happened, to follow the parameter's name.
        judged: whether the severity is the one of a request that shows it, where there is one.
    """

    where: str
    level: str
    severity: str
    says: str
    judged: bool = False


def _breaking(where: str, says: str, *, level: str = "error", judged: bool = False) -> FindingKind:
    return FindingKind(where, level, BREAKING, says, judged)


def _harmless(where: str, says: str, *, level: str = "info", judged: bool = False) -> FindingKind:
    return FindingKind(where, level, NON_BREAKING, says, judged)


def _lower_limit(name: str, says: str) -> Iterator[tuple[str, FindingKind]]:
    yield f"{name}-set", _breaking("input", f"has a {says} now")
    yield f"{name}-unset", _harmless("input", f"has no {says} any more")
    yield f"{name}-increased", _breaking("input", f"has a higher {says}")
    yield f"{name}-decreased", _harmless("input", f"has a lower {says}")


def _upper_limit(name: str, says: str) -> Iterator[tuple[str, FindingKind]]:
    yield f"{name}-set", _breaking("input", f"has a {says} now")
    yield f"{name}-unset", _harmless("input", f"has no {says} any more")
    yield f"{name}-increased", _harmless("input", f"has a higher {says}")
    yield f"{name}-decreased", _breaking("input", f"has a lower {says}")


KINDS: Mapping[str, FindingKind] = MappingProxyType(
    {
        "new-required-request-parameter": _breaking("input", "is new and required"),
        "new-optional-request-parameter": _harmless("input", "is new"),
        "request-parameter-removed": _breaking("input", "is gone"),
        "request-parameter-became-required": _breaking("input", "is required now"),
        "request-parameter-became-optional": _harmless("input", "is optional now"),
        "request-parameter-type-changed": _breaking("input", "has another type"),
        "request-parameter-type-specialized": _breaking("input", "takes fewer types"),
        "request-parameter-type-generalized": _harmless("input", "takes more types"),
        "request-parameter-enum-value-removed": _breaking("input", "lost a value"),
        "request-parameter-enum-value-added": _harmless("input", "gained a value"),
        "request-parameter-became-enum": _breaking("input", "takes listed values only"),
        "request-parameter-became-not-enum": _harmless("input", "takes other values, too"),
        "request-parameter-format-set": _breaking("input", "has a form now"),
        "request-parameter-format-unset": _harmless("input", "has no set form any more"),
        "request-parameter-format-changed": _breaking("input", "has another form", judged=True),
        **dict(_lower_limit("request-parameter-min", "minimum")),
        **dict(_upper_limit("request-parameter-max", "maximum")),
        **dict(_lower_limit("request-parameter-min-length", "least length")),
        **dict(_upper_limit("request-parameter-max-length", "greatest length")),
        **dict(_lower_limit("request-parameter-min-items", "least number of items")),
        **dict(_upper_limit("request-parameter-max-items", "greatest number of items")),
        "request-parameter-default-value-changed": _breaking("input", "has another default"),
        "request-parameter-default-value-removed": _breaking("input", "has no default any more"),
        "request-parameter-default-value-added": _harmless(
            "input", "has a default now", judged=True
        ),
        "request-parameter-upstream-changed": _harmless(
            "input", "is understood by another upstream", level="warning"
        ),
        "request-rule-added": _breaking("rule", "is new"),
        "request-rule-removed": _harmless("rule", "is gone"),
        "request-rule-tightened": _breaking("rule", "is stricter"),
        "request-rule-loosened": _harmless("rule", "is less strict"),
        "request-rule-changed": _breaking("rule", "is another one", judged=True),
        "request-behaviour-added": _harmless("rule", "says what happens now", level="warning"),
        "request-behaviour-removed": _breaking("rule", "says no more what happens"),
        "request-behaviour-changed": _breaking(
            "rule", "says otherwise what happens", level="warning"
        ),
        "listed-size-removed": _breaking("size", "is not listed any more"),
        "listed-size-added": _harmless("size", "is newly listed"),
        "listed-size-changed": _breaking("size", "is of other pixels"),
        "listed-size-relabelled": _harmless("size", "has another label"),
        "response-required-property-removed": _breaking("output", "is gone"),
        "response-optional-property-removed": _breaking("output", "is gone", level="warning"),
        "response-required-property-added": _harmless("output", "is new"),
        "response-optional-property-added": _harmless("output", "is new"),
        "response-property-became-optional": _breaking("output", "may be missing now"),
        "response-property-type-changed": _breaking("output", "has another type"),
        "response-property-enum-value-added": _breaking(
            "output", "may have another value", level="warning"
        ),
        "response-property-enum-value-removed": _harmless("output", "never has this value"),
        "endpoint-removed": _breaking("endpoint", "is gone"),
        "endpoint-added": _harmless("endpoint", "is new"),
        "endpoint-moved": _breaking("endpoint", "is elsewhere"),
        "endpoint-method-changed": _breaking("endpoint", "is called by another method"),
        "request-body-media-type-removed": _breaking("endpoint", "does not take this content"),
        "request-body-media-type-added": _harmless("endpoint", "takes this content, too"),
        "model-removed": _breaking("model", "has lost an id"),
        "model-added": _harmless("model", "has another id, too"),
        "price-increased": _harmless("price", "is higher", level="warning"),
        "price-decreased": _harmless("price", "is lower"),
        "price-added": _harmless("price", "is told now"),
        "price-removed": _harmless("price", "is not told any more"),
        "status-changed": _harmless("status", "has another status", level="warning"),
    }
)
"""Every kind. The only list."""
