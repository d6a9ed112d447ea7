"""A walk over a page of fal's API reference, from top to bottom: what tabs and sections hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.harness.drift.pages.curl_calls import calls, decoded
from imagine_harness.harness.drift.pages.markdown import Code, Html, Text, visible_text
from imagine_harness.harness.drift.phrases.page_statements import PageStatements
from imagine_harness.harness.drift.readers.fal.components import Event, Heading, Tag
from imagine_harness.harness.drift.readers.fal.fields import FieldSource, ParamField

SECTIONS = ("Input Schema", "Output Schema", "Input Example", "Output Example", "Quick Start")
"""Sections that hold facts; what stands in others is prose."""

_ENDPOINT = re.compile(r"\bEndpoint: `([A-Z]+) https?://([^/\s`]+)(/[^\s`]*)`")
_ENDPOINT_ID = re.compile(r"\bEndpoint ID: `([^\s`]+)`")


@dataclass
class Scope:
    """What stands in a tab, or outside of all tabs.

    Attributes:
        title: the tab's, empty outside.
        endpoint: method, host and path, where they were read.
        id: the endpoint's.
        unread: what could not be read, each with its section.
        broken: sections in which a tag is none.
        ended: sections after which something came.
        statements: what the sentences about its parameters state.
    """

    title: str = ""
    endpoint: tuple[str, str, str] | None = None
    id: str = ""
    content: list[str] = field(default_factory=list)
    inputs: list[FieldSource] = field(default_factory=list)
    outputs: list[FieldSource] = field(default_factory=list)
    examples: list[tuple[str, object]] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    section: str = ""
    level: int = 0
    ended: set[str] = field(default_factory=set)
    statements: PageStatements = field(default_factory=PageStatements)

    def enter(self, section: str, level: int = 0) -> None:
        """Go on to another section, or to none: the one before has been read to its end.

        Sections that hold facts go on below headings of a deeper level.
        """
        name = _section(section)
        if self.section in SECTIONS and level > self.level and name not in SECTIONS:
            return
        self.ended.add(self.section)
        self.section, self.level = name, level

    def where(self, section: str) -> str:
        """The headings down to a section of this scope."""
        return f"{self.title} > {section}" if self.title else section

    @cached_property
    def parameters(self) -> list[ParamField]:
        """The fields of the input; asked for when the page has been walked."""
        names = frozenset(each.name for each in self.inputs)
        return [each.field(names) for each in self.inputs]

    @cached_property
    def results(self) -> list[ParamField]:
        """The fields of the output."""
        return [each.field() for each in self.outputs]

    @property
    def called(self) -> str:
        """The endpoint's id, from its address where the page does not state it."""
        return self.id or (self.endpoint[2].strip("/") if self.endpoint else "")


def _section(title: str) -> str:
    return next((name for name in SECTIONS if name.lower() == title.lower()), title)


@dataclass(slots=True)
class PageParser:
    """A page on its way from top to bottom.

    Attributes:
        open: the scopes that one stands in, the innermost last.
        field: the tag's attributes and the paragraphs of the field that one stands in.
        inner: how deep one stands in what that field expands to.
    """

    title: str = ""
    scopes: list[Scope] = field(default_factory=lambda: [Scope()])
    open: list[Scope] = field(default_factory=list)
    field: tuple[Mapping[str, str], list[str]] | None = None
    inner: int = 0
    tabs_ended: bool = False

    def __post_init__(self) -> None:
        self.open = [self.scopes[0]]

    @property
    def here(self) -> Scope:
        return self.open[-1]

    def take(self, event: Event) -> None:
        """Read one thing of the page."""
        match event:
            case Tag():
                self._tag(event)
            case Heading(title) if self.field is None or _section(title) in SECTIONS:
                self._heading(event)
            case Text(source) | Heading(source) if self.field is not None:
                if not self.inner:
                    self.field[1].append(source)
            case Text(text) | Html(text) if "<ParamField" in text:
                problem = f"a tag that cannot be read: {' '.join(text.split())[:200]}"
                self.here.unread.append((self.here.section, problem))
                self.here.broken.add(self.here.section)
            case Text(source):
                self._endpoint(source)
            case Code(language, text):
                self._code(language, text)

    def end(self) -> None:
        """The page stops."""
        self._end_field(whole=False)

    def _heading(self, heading: Heading) -> None:
        self._end_field(whole=False)
        if _section(heading.title) in self.here.ended & set(SECTIONS):
            self._restart()
        self.here.enter(heading.title, heading.level)
        if heading.level == 1 and not self.title:
            self.title = heading.title

    def _tag(self, tag: Tag) -> None:
        if self.field is not None and (tag.name == "Expandable" or self.inner):
            self._inner_tag(tag, self.field[0])
        elif tag.name == "ParamField":
            if tag.opens:
                self._end_field(whole=False)
                self.field = (tag.attributes, [])
            if tag.closes:
                self._end_field(whole=True)
        elif tag.name == "Tab":
            self._tab(tag)
        elif tag.name == "Tabs" and tag.closes:
            self.tabs_ended = True

    def _inner_tag(self, tag: Tag, outer: Mapping[str, str]) -> None:
        """A tag in what a field expands to: its own keys, which are no parameters."""
        self.inner = max(0, self.inner + tag.opens - tag.closes)
        if tag.name == "ParamField" and tag.opens:
            name = f"{outer.get('body')}.{tag.attributes.get('body')}"
            self.here.unread.append((self.here.section, f"{name} stands inside another field"))

    def _tab(self, tag: Tag) -> None:
        self._end_field(whole=False)
        if tag.opens and not tag.closes:
            self.open.append(Scope(tag.attributes.get("title", "")))
            self.scopes.append(self.here)
        elif tag.closes and len(self.open) > 1:
            self.here.enter("")
            self.open.pop()

    def _restart(self) -> None:
        """Another endpoint begins where no tab does: what was read so far is not its."""
        self.here.enter("")
        self.open[-1] = Scope()
        self.scopes.append(self.here)

    def _end_field(self, *, whole: bool) -> None:
        if self.field is None:
            return
        (attributes, sources), self.field, self.inner = self.field, None, 0
        fields = {"Input Schema": self.here.inputs, "Output Schema": self.here.outputs}
        if self.here.section in fields:
            fields[self.here.section].append(FieldSource(attributes, tuple(sources), whole))

    def _endpoint(self, source: str) -> None:
        if "Endpoint" not in source:
            return
        text = visible_text(source)
        if found := _ENDPOINT.search(text):
            endpoint = (found[1], found[2], found[3].rstrip("/") or "/")
            if self.here.endpoint not in (None, endpoint):
                self._restart()
            self.here.endpoint = endpoint
        if named := _ENDPOINT_ID.search(text):
            self.here.id = named[1].strip("/")

    def _code(self, language: str, text: str) -> None:
        if self.here.section == "Input Example" and language == "json":
            self._example(decoded(text))
        elif self.here.section == "Quick Start":
            for call in calls(text):
                self.here.content += call.content
                self._example(call.body)

    def _example(self, body: object) -> None:
        if body is not ABSENT:
            self.here.examples.append((self.here.where(self.here.section), body))
