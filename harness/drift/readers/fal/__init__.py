"""Reads fal's API reference of a model: Markdown with `<Tab>` for each endpoint and `<ParamField>`.

A tab (or a page without tabs) is an operation. It is named by the last part of its endpoint, by its
title where that says more, and is `generate` or `edit` by whether it demands a picture otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from imagine_harness.harness.drift.facts import (
    UNKNOWN,
    EndpointFact,
    ExampleFact,
    ModelFact,
    OpenPoint,
    OutputFact,
    ParameterFact,
    RuleFact,
    answer_schema,
)
from imagine_harness.harness.drift.page_facts import Area, Facts
from imagine_harness.harness.drift.readers.fal.components import events
from imagine_harness.harness.drift.readers.fal.fields import FILE, ParamField
from imagine_harness.harness.drift.readers.fal.parser import SECTIONS, PageParser, Scope
from imagine_harness.harness.drift.unreadable import Unreadable

MODES: Mapping[str, str] = MappingProxyType(
    {
        **{"text-to-image": "generate", "generate": "generate"},
        **{"edit": "edit", "image-to-image": "edit", "edit-image": "edit"},
        **{mode: mode for mode in ("inpaint", "inpainting", "outpaint", "remix", "reframe")},
        **{mode: mode for mode in ("replace-background", "redux", "upscale", "vectorize", "fill")},
    }
)
"""Words that end an endpoint, or are a tab's title, and the operation that each names."""

MOST_ENDPOINTS = 100
"""Tabs with an endpoint beyond which a page is no page."""


def read(text: str) -> Facts:
    """The facts of a page of fal's API reference.

    Raises:
        Unreadable: it has no endpoint, or nests or lists more than any page.
    """
    parser = PageParser()
    for event in events(text):
        parser.take(event)
    parser.end()
    scopes = [scope for scope in parser.scopes if scope.called]
    if len(scopes) > MOST_ENDPOINTS:
        raise Unreadable(f"{len(scopes)} endpoints, expected a page of at most {MOST_ENDPOINTS}")
    if not scopes:
        raise Unreadable("no `**Endpoint:**`, expected an API reference of fal in Markdown")
    return _facts(parser, dict(zip(operations(scopes), scopes, strict=True)))


def operations(scopes: list[Scope]) -> list[str]:
    """The operation that each scope is; every name once."""
    ids = [scope.called for scope in scopes]
    names = [_mode(scope, ids) for scope in scopes]
    for place, scope in enumerate(scopes):
        if not names[place]:
            edits = any(each.required and _takes_picture(each) for each in scope.parameters)
            names[place] = "edit" if edits and "edit" not in names else "generate"
    taken: set[str] = set()
    for place, scope in enumerate(scopes):
        own = _slug(scope.called.rpartition("/")[2])
        choices = (names[place], own, _slug(scope.called), f"{own}-{place}")
        names[place] = next(name for name in choices if name not in taken)
        taken.add(names[place])
    return names


def _mode(scope: Scope, ids: list[str]) -> str:
    last = scope.called.rpartition("/")[2]
    for word in (last, _slug(scope.title)):
        if word in MODES:
            return MODES[word]
    parents = [other for other in ids if scope.called.startswith(f"{other}/")]
    return _slug(scope.called.removeprefix(max(parents, key=len))) if parents else ""


def _takes_picture(each: ParamField) -> bool:
    items = each.schema.get("items", {})
    return "image-url" in (each.schema.get("format"), items.get("format"))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _facts(parser: PageParser, named: Mapping[str, Scope]) -> Facts:
    first = named.get("generate") or next(iter(named.values()))
    base, _, last = first.called.rpartition("/")
    resolved = [_resolved(name, scope) for name, scope in named.items()]
    return Facts(
        title=parser.title.removesuffix(" API"),
        models=(ModelFact(base if last in MODES and base else first.called, first.title),),
        endpoints=tuple(_endpoint(name, scope) for name, scope in named.items()),
        parameters=tuple(fact for parameters, _ in resolved for fact in parameters),
        rules=tuple(fact for _, rules in resolved for fact in rules),
        outputs=tuple(fact for name, scope in named.items() for fact in _outputs(name, scope)),
        examples=tuple(
            ExampleFact(name, body, where)
            for name, scope in named.items()
            for where, body in scope.examples
        ),
        open_points=tuple(_open_points(parser.scopes)),
        reached=frozenset(_reached(parser, named)),
    )


def _endpoint(name: str, scope: Scope) -> EndpointFact:
    method, host, path = scope.endpoint or (UNKNOWN, UNKNOWN, UNKNOWN)
    content = tuple(dict.fromkeys(scope.content)) or UNKNOWN
    return EndpointFact(name, scope.title, method, host, path, content)


def _resolved(name: str, scope: Scope) -> tuple[list[ParameterFact], list[RuleFact]]:
    """The parameters of one operation, and the rules that their descriptions state."""
    facts = []
    for each in _once(scope.parameters):
        where = scope.where("Input Schema")
        scope.statements.add(each.statements, where, each.name)
        facts.append(
            ParameterFact(
                name,
                each.name,
                where,
                each.schema,
                required=each.required,
                default=each.default,
                whole=each.whole,
                note=each.note,
            )
        )
    return scope.statements.resolve(facts)


def _outputs(name: str, scope: Scope) -> Iterator[OutputFact]:
    section = scope.where("Output Schema")
    for each in _once(scope.results):
        kept = answer_schema(each.schema)
        yield OutputFact(name, each.name, section, kept, required=each.required)
        listed = kept.get("type") == "array"
        if FILE.search(each.word.rpartition("<")[2].partition(">")[0]):
            path = f"{each.name}{'[]' if listed else ''}.url"
            yield OutputFact(name, path, section, {"type": "string"})


def _once(fields: Iterable[ParamField]) -> Iterable[ParamField]:
    """The fields that have a name; of a name that is given twice the last one."""
    return {each.name: each for each in fields if each.name}.values()


def _open_points(scopes: Iterable[Scope]) -> Iterator[OpenPoint]:
    for scope in scopes:
        where = scope.where("Input Schema")
        if scope.inputs and not scope.called:
            yield OpenPoint(where, "no endpoint is stated for these fields")
        for each in scope.parameters:
            if not each.name:
                yield OpenPoint(where, f"a field without a name: {each.note}")
            yield from (OpenPoint(where, text) for text in each.open)
        yield from scope.statements.points
        for section, text in scope.unread:
            yield OpenPoint(scope.where(section), text)
        for each in scope.results:
            if not each.schema:
                yield from (OpenPoint(scope.where("Output Schema"), text) for text in each.open)


def _reached(parser: PageParser, named: Mapping[str, Scope]) -> Iterator[tuple[Area, str | None]]:
    for name, scope in named.items():
        read_to_their_end = scope.ended - scope.broken
        if "Input Schema" in read_to_their_end:
            yield Area.INPUT, name
            yield Area.RULES, name
        if "Output Schema" in read_to_their_end:
            yield Area.OUTPUT, name
    outside = parser.scopes[0]
    in_tabs = any(scope is not outside for scope in named.values())
    ended = parser.tabs_ended if in_tabs else bool(outside.ended & set(SECTIONS))
    if ended and not any(scope.inputs and not scope.called for scope in parser.scopes):
        yield Area.ENDPOINTS, None
        yield Area.MODELS, None
