"""What stands on one of UniAll's pages, section by section: tables, code, sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from imagine_harness.contracts.paths import match
from imagine_harness.harness.drift.facts import UNKNOWN, EndpointFact, OutputFact, SizeFact
from imagine_harness.harness.drift.page_facts import Area
from imagine_harness.harness.drift.pages.curl_calls import CurlCall, calls, decoded
from imagine_harness.harness.drift.pages.headings import Chapter, MarkdownPage
from imagine_harness.harness.drift.pages.json_answers import answer_fields
from imagine_harness.harness.drift.pages.markdown import Block, Code, Grid, Listing, Section, Text
from imagine_harness.harness.drift.phrases.page_statements import EDIT
from imagine_harness.harness.drift.phrases.types import type_of
from imagine_harness.harness.drift.readers.uniall import parameters
from imagine_harness.harness.drift.readers.uniall.parameters import UniAllRow
from imagine_harness.harness.drift.readers.uniall.rules import Remark
from imagine_harness.harness.drift.unreadable import Unreadable

GENERATE, TASK, RESULT = "generate", "task", "task-result"

OPERATIONS: Final = (
    (RESULT, re.compile(r"GET .*/\{\w+\}")),
    (TASK, re.compile(r"POST .*/tasks")),
    (EDIT, re.compile(r"POST .*/edits")),
    (GENERATE, re.compile(r"POST .*/(?:generations|videos|images)")),
)
"""Operations by their method and path."""

OPENAI = re.compile(r"\bOpenAI\b.{0,30}image|image.{0,30}\bOpenAI\b", re.IGNORECASE)
"""Says that the synchronous operations answer in OpenAI's image format."""

MOST_ENDPOINTS = 100
"""Endpoints beyond which a page is not about one model."""

_ENDPOINT = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE)\s+(/[^\s`]+)")
_CONTENT = re.compile(r"\bContent-Type: ([a-z]+/[a-z0-9.+-]+)")
_TASK_ID = re.compile(r"/task_\w+$")
_MODELS = re.compile(r"(?:public )?models?(?: id| name)?")
_ERRORS = re.compile(r"\berrors?\b", re.IGNORECASE)
_RESPONSE = re.compile(r"\b(?:response|return)", re.IGNORECASE)
_NOT_BODY = re.compile(r"\b(?:query|header|path|response)", re.IGNORECASE)
_DIMENSIONS = re.compile(r"`?(\d{1,18})\s*[x*]\s*(\d{1,18})`?")


@dataclass
class UniAllPage:
    """What is found while the sections are walked, in their order.

    Attributes:
        own: the page's title.
        models: their ids, with the section of each.
        rows: the parameters of all operations, by name; `place` is where they stand.
        calls: operation, request and section of each request that is shown.
        remarks: what stands beside tables and code.
        stated: all sentences.
        alike: operations that are written together, and so answer alike.
        current: the operation that was called last.
        content: content types that are stated for all calls.
        openai: whether OpenAI's image format is spoken of.
        cut: whether the page stops inside the table of parameters.
        whole: the areas that were read to their end.
    """

    own: str
    models: dict[str, str] = field(default_factory=dict)
    endpoints: dict[str, EndpointFact] = field(default_factory=dict)
    rows: dict[str, UniAllRow] = field(default_factory=dict)
    place: str = ""
    sizes: list[SizeFact] = field(default_factory=list)
    calls: list[tuple[str, CurlCall, str]] = field(default_factory=list)
    outputs: list[OutputFact] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    stated: set[str] = field(default_factory=set)
    alike: set[tuple[str, ...]] = field(default_factory=set)
    current: str = ""
    content: tuple[str, ...] = ()
    openai: bool = False
    cut: bool = False
    whole: set[Area] = field(default_factory=set)


def walked_page(markdown: MarkdownPage) -> UniAllPage:
    """What the sections of a page state; its endpoints first, which everything else is about."""
    page = UniAllPage(markdown.title)
    for chapter in markdown.chapters:
        known = len(page.endpoints)
        for block, place in chapter.blocks(Code):
            if block.language in {"http", ""}:
                _take_endpoints(page, block.text, place)
        if chapter.whole and len(page.endpoints) > known:
            page.whole.add(Area.ENDPOINTS)
    if not page.endpoints:
        _take_called(page, markdown)
    for chapter in markdown.chapters:
        stated = set(_areas(page))
        for section in chapter.sections:
            _walk(page, section, chapter)
        page.whole |= set(_areas(page)) - stated if chapter.whole else set()
    return page


def _take_called(page: UniAllPage, markdown: MarkdownPage) -> None:
    """The endpoints of a page that shows calls alone: what names a task varies."""
    for chapter in markdown.chapters:
        for block, place in chapter.blocks(Code):
            for call in calls(block.text):
                path = _TASK_ID.sub("/{task_id}", call.path)
                _take_endpoints(page, f"{call.method} {path}", place)


def _walk(page: UniAllPage, section: Section, chapter: Chapter) -> None:
    """Take what one section states."""
    place = section.place
    error = bool(_ERRORS.search(chapter.title))
    last = len(section.blocks) - 1 if section.last and not error else len(section.blocks)
    blocks = [kept for n, each in enumerate(section.blocks) for kept in _kept(each, n == last)]
    end = section.blocks[last] if 0 <= last < len(section.blocks) else None
    page.cut = isinstance(end, Grid) and parameters.is_table(end)
    for block in blocks:
        if isinstance(block, Grid):
            _take_table(page, block, section, place)
        elif isinstance(block, Code):
            _take_code(page, block, place, error or bool(_ERRORS.search(section.title)))
        elif isinstance(block, Text | Listing):
            texts = block.items
            page.openai = page.openai or any(
                OPENAI.search(each) for each in (*texts, section.title)
            )
            page.stated.update(each for text in texts for each in re.split(r"\.\s+", text))
            if not error:
                page.remarks += [Remark(each, place) for each in texts]
    if error and section.level > 2:
        text = " ".join(block.text for block in blocks if isinstance(block, Text))
        page.remarks.append(Remark(f"{section.title} {text}", chapter.title, error=True))


def _kept(block: Block, cut: bool) -> Iterator[Block]:
    """A block but what may be cut of it: of a table the last row, of anything else all."""
    if not cut:
        yield block
    elif isinstance(block, Grid) and len(block.sources) > 1:
        yield Grid(block.sources[:-1])


def _areas(page: UniAllPage) -> Iterator[Area]:
    """The areas of which the page has stated something."""
    if page.models or "model" in page.rows:
        yield Area.MODELS
    if page.rows:
        yield Area.INPUT
        yield Area.RULES
    if page.sizes:
        yield Area.SIZES


def _take_table(page: UniAllPage, grid: Grid, section: Section, place: str) -> None:
    head = [cell.casefold() for cell in grid.head]
    if parameters.is_table(grid) and not _NOT_BODY.search(section.title):
        page.place = page.place or place
        for row in parameters.rows(grid):
            page.rows.setdefault(row.name, row)
    elif head and _MODELS.fullmatch(head[0]):
        for cells in grid.sources[1:]:
            found = re.match(r"\s*`([^`]+)`", cells[0])
            if found is not None:
                page.models.setdefault(found[1], place)
    elif head and head[0] == "size" and "ratio" in head:
        _take_sizes(page, grid, head, place)
    elif head[:2] == ["field", "type"] and _RESPONSE.search(section.title) and page.current:
        for cells in grid.rows:
            schema, _ = type_of(cells[1].casefold().strip("` "))
            page.outputs.append(OutputFact(page.current, cells[0].strip("`"), place, schema))


def _take_sizes(page: UniAllPage, grid: Grid, head: Sequence[str], place: str) -> None:
    for row in grid.rows:
        cells = dict(zip(head, row, strict=False))
        found = _DIMENSIONS.fullmatch(cells["size"])
        if found is not None:
            ratio, tier = (cells.get(word, "").strip("`") for word in ("ratio", "tier"))
            label = f"{tier} ({ratio})" if tier else ratio
            page.sizes.append(SizeFact(int(found[1]), int(found[2]), label, place))


def _take_code(page: UniAllPage, code: Code, place: str, error: bool) -> None:
    if code.language in {"http", ""}:
        page.content += tuple(_CONTENT.findall(code.text))
    for call in calls(code.text) if "curl" in code.text else ():
        page.current = _called(page, call)
        page.calls.append((page.current, call, place))
    if code.language != "json" or error:
        return
    answer = decoded(code.text)
    if isinstance(answer, dict) and {"model", "prompt"} <= answer.keys():
        call = CurlCall("POST", "", (), answer)
        page.calls.append((page.current or next(iter(page.endpoints), ""), call, place))
    elif isinstance(answer, dict) and page.current:
        page.outputs += answer_fields(page.current, answer, place)


def _take_endpoints(page: UniAllPage, text: str, place: str) -> None:
    names = []
    for method, path in _ENDPOINT.findall(text):
        line = f"{method} {path}"
        name = next((name for name, pattern in OPERATIONS if pattern.fullmatch(line)), "")
        last = re.sub(r"[^a-z0-9]+", "-", path.lower().rsplit("/", 1)[1]).strip("-")
        name = name or last or method.lower()
        known = page.endpoints.get(name)
        if known is not None and known.path != path:
            name = f"{name}-{last}"
        page.endpoints.setdefault(name, EndpointFact(name, place, method, UNKNOWN, path))
        if method == "POST":
            names.append(name)
    if len(page.endpoints) > MOST_ENDPOINTS:
        raise Unreadable(f"more than {MOST_ENDPOINTS} endpoints, expected a page of one model")
    if len(names) > 1:
        page.alike.add(tuple(names))


def _called(page: UniAllPage, call: CurlCall) -> str:
    """The operation that a request calls, empty if it is none of the page's."""
    for name, fact in page.endpoints.items():
        if fact.method == call.method and match(str(fact.path), call.path) is not None:
            return name
    return ""
