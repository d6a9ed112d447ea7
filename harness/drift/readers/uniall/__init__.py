"""UniAll's pages, as Markdown and as the one line into which they are flattened for agents.

One table lists the parameters of all operations; what takes which follows from what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from imagine_harness.contracts.fields import ABSENT, Schema
from imagine_harness.harness.drift.facts import (
    UNKNOWN,
    EndpointFact,
    ExampleFact,
    ModelFact,
    OpenPoint,
    OutputFact,
    ParameterFact,
)
from imagine_harness.harness.drift.page_facts import Area, Facts
from imagine_harness.harness.drift.pages.headings import page_of
from imagine_harness.harness.drift.pages.json_answers import merged_outputs
from imagine_harness.harness.drift.pages.text import kind_of_text
from imagine_harness.harness.drift.phrases.page_statements import EDIT, PageStatements
from imagine_harness.harness.drift.readers.uniall import rules as page_rules
from imagine_harness.harness.drift.readers.uniall import unflattening
from imagine_harness.harness.drift.readers.uniall.page import (
    GENERATE,
    TASK,
    UniAllPage,
    walked_page,
)
from imagine_harness.harness.drift.readers.uniall.parameters import UniAllRow
from imagine_harness.harness.drift.unreadable import Unreadable, check_count

_OURS = re.compile(r"uniall|\{BASE_URL\}/v\d", re.IGNORECASE)
_URL = re.compile(r"\bURL:\s*(https?://\S+)")

CONTENTS = ("application/json", "multipart/form-data")
"""Content types in the order in which contracts write them."""

OPENAI_FIELDS: Final[tuple[tuple[str, Schema], ...]] = (
    ("data", {"type": "array"}),
    ("data[].url", {"type": "string"}),
    ("data[].b64_json", {"type": "string"}),
)
"""What an answer in that format holds, one of the two last ones in each element."""


def read(text: str) -> Facts:
    """The facts of a page, flattened or not.

    Raises:
        Unreadable: neither endpoints nor parameters in UniAll's form.
    """
    if unflattening.is_flat(text):
        text = unflattening.unflattened(text)
    markdown = page_of(text)
    page = walked_page(markdown)
    check_count(page.rows, "parameters")
    if _OURS.search(text) is None or not (page.endpoints or page.rows):
        raise Unreadable(f"{kind_of_text(text)}, expected a model's page of UniAll")
    taken = _taken(page)
    # Rules name parameters: half a table of them would make other rules.
    rows = tuple(page.rows.values())
    statements = (
        PageStatements() if page.cut else page_rules.statements(rows, page.remarks, page.place)
    )
    parameters, rules = statements.resolve(_parameters(page, taken))
    if not page.cut:
        rules += page_rules.image_rules(rows, taken, rules, page.remarks, page.place)
        # What values are for comes last.
        rules.sort(key=lambda rule: rule.type == "allowed_when")
    url = _URL.search(markdown.text[:5000])
    return Facts(
        title=page.own,
        models=tuple(ModelFact(name, place) for name, place in _models(page)),
        endpoints=tuple(_content(page, fact) for fact in page.endpoints.values()),
        parameters=tuple(parameters),
        rules=tuple(rules),
        sizes=tuple(page.sizes),
        outputs=merged_outputs(_outputs(page)),
        examples=tuple(
            ExampleFact(name, call.body, place)
            for name, call, place in page.calls
            if call.body is not ABSENT
        ),
        open_points=(
            *(OpenPoint(page.place, row.unread) for row in rows if row.unread),
            *statements.points,
        ),
        reached=frozenset(_reached(page)),
        url=url[1] if url else "",
    )


def _models(page: UniAllPage) -> Iterator[tuple[str, str]]:
    """The models of a table of them, else those that the parameter `model` names."""
    if page.models:
        yield from page.models.items()
    elif "model" in page.rows:
        yield from (
            (name, page.place) for name in re.findall(r"`([^`]+)`", page.rows["model"].note)
        )


def _content(page: UniAllPage, fact: EndpointFact) -> EndpointFact:
    """An endpoint with the content types that calls show and sentences name."""
    if fact.method == "GET":
        return fact
    found = {
        each for name, call, _ in page.calls if name == fact.operation for each in call.content
    } or set(page.content)
    for sentence in page.stated:
        if f"`{fact.path}`" in sentence and "multipart/form-data" in sentence:
            found.add("multipart/form-data")
    listed = tuple(sorted(found, key=lambda each: (each not in CONTENTS, each)))
    return replace(fact, content=listed or UNKNOWN)


def _taken(page: UniAllPage) -> Mapping[str, Mapping[str, UniAllRow]]:
    """The parameters that each operation takes: a generation has no input image where edits are."""
    posts = [name for name, fact in page.endpoints.items() if fact.method == "POST"]
    edited = bool({EDIT, TASK} & set(posts))
    return {
        name: {
            row.name: row
            for row in page.rows.values()
            if row.name != "model"
            and not (row.task_only and TASK in posts and name != TASK)
            and not (row.image and name == GENERATE and edited)
        }
        for name in posts
    }


def _parameters(
    page: UniAllPage, taken: Mapping[str, Mapping[str, UniAllRow]]
) -> Iterator[ParameterFact]:
    listed = [f"{size.width}x{size.height}" for size in page.sizes]
    for operation, rows in taken.items():
        for name, row in rows.items():
            yield ParameterFact(
                operation,
                name,
                page.place,
                {"enum": listed} if row.sized and listed else dict(row.schema),
                required=row.required,
                default=row.default,
                note=row.note,
            )


def _outputs(page: UniAllPage) -> Iterator[OutputFact]:
    """What answers show, and what a format that the page names holds."""
    yield from page.outputs
    yield from _alike(page)
    for name, fact in page.endpoints.items():
        if page.openai and name in {GENERATE, EDIT} and "/images/" in str(fact.path):
            for path, schema in OPENAI_FIELDS:
                yield OutputFact(name, path, fact.section, schema)


def _alike(page: UniAllPage) -> Iterator[OutputFact]:
    """The answers of operations that are written together with one whose answer alone is shown."""
    own = {fact.operation for fact in page.outputs}
    for names in sorted(page.alike):
        others = [name for name in names if name not in own]
        for fact in page.outputs if others else ():
            if fact.operation in names:
                yield from (replace(fact, operation=name) for name in others)


def _reached(page: UniAllPage) -> Iterator[tuple[Area, str | None]]:
    """The areas read to their end; an answer is, where an example of it was seen whole."""
    yield from ((area, None) for area in page.whole)
    yield from ((Area.OUTPUT, fact.operation) for fact in (*page.outputs, *_alike(page)))
