"""Cloudflare's model pages as Markdown.

The two tabs of `Parameters` lost their borders: input and output rows follow one another. What the
page's raw responses hold tells where the output begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.harness.drift.facts import (
    UNKNOWN,
    EndpointFact,
    ExampleFact,
    ModelFact,
    OpenPoint,
    OutputFact,
    ParameterFact,
    StatusFact,
    answer_schema,
)
from imagine_harness.harness.drift.page_facts import Area, Facts, reached
from imagine_harness.harness.drift.pages.curl_calls import CurlCall, calls, decoded
from imagine_harness.harness.drift.pages.headings import Chapter, MarkdownPage, page_of
from imagine_harness.harness.drift.pages.json_answers import answer_fields, merged_outputs
from imagine_harness.harness.drift.pages.markdown import Code, Text, code_spans
from imagine_harness.harness.drift.pages.text import kind_of_text
from imagine_harness.harness.drift.phrases.page_statements import PageStatements
from imagine_harness.harness.drift.phrases.statements import read as read_sentences
from imagine_harness.harness.drift.readers.cloudflare.rows import (
    CloudflareRow,
    border,
    default,
    rows,
    schema,
)
from imagine_harness.harness.drift.unreadable import Unreadable

OPERATION = "generate"
MODEL = re.compile(r"@?[\w.-]+(?:/[\w.:@-]+)+")
LIVES = frozenset({"beta", "deprecated", "preview"})
"""Words beside the task and the author that are about the model's life."""


def read(text: str) -> Facts:
    """The facts of a model's page.

    Raises:
        Unreadable: no model id stands below a title.
    """
    page = page_of(text)
    usage, chapter = page.chapter("usage"), page.chapter("parameters")
    models = tuple(_models(page.chapters[0]))
    if not models or not (usage or chapter):
        raise Unreadable(f"{kind_of_text(text)}, expected a model's page of Cloudflare")
    codes = [each for part in (usage, page.chapter("examples")) for each in part.blocks(Code)]
    requests = [(call, place) for code, place in codes for call in calls(code.text)]
    answers = [(answer, place) for code, place in codes for answer in _answers(code.text)]
    found_rows, points = rows(chapter)
    whole = chapter.whole
    statements = PageStatements(points=points)
    first_output = border(found_rows, [answer.get("result") for answer, _ in answers], whole)
    listed = found_rows[first_output:]
    parameters, rules = statements.resolve(
        _parameters(found_rows[:first_output], statements, whole)
    )
    return Facts(
        title=page.title or page.about.get("title", ""),
        models=models,
        endpoints=(_endpoint(requests),),
        parameters=tuple(parameters),
        rules=tuple(rules),
        outputs=merged_outputs(
            (*_outputs(listed, whole), *_example_outputs(answers, listed if whole else None))
        ),
        status=next(_status(page.chapters[0]), None),
        examples=tuple(
            ExampleFact(OPERATION, call.body, place)
            for call, place in requests
            if call.body is not ABSENT
        ),
        open_points=tuple(points),
        reached=reached(
            (Area.MODELS, page.chapters[0].whole),
            (Area.ENDPOINTS, usage.whole),
            (Area.INPUT, whole),
            (Area.RULES, whole),
            (Area.OUTPUT, whole and bool(usage)),
        ),
        url=_address(page),
    )


def _models(head: Chapter) -> Iterator[ModelFact]:
    for block, place in head.blocks(Text):
        ids = code_spans(block.source)
        if len(ids) == 1 and block.text == f"`{ids[0]}`" and MODEL.fullmatch(ids[0]):
            yield ModelFact(ids[0], place)
            return


def _status(head: Chapter) -> Iterator[StatusFact]:
    for block, place in head.blocks(Text):
        for badge in block.text.casefold().split("•") if "•" in block.text else ():
            if badge.strip() in LIVES:
                yield StatusFact(badge.strip(), place)


def _answers(code: str) -> Iterator[dict[str, Any]]:
    if code.lstrip().startswith("{"):
        answer = decoded(code)
        if isinstance(answer, dict) and {"state", "result"} & answer.keys():
            yield answer


def _endpoint(requests: Sequence[tuple[CurlCall, str]]) -> EndpointFact:
    for call, place in requests:
        if call.body is not ABSENT:
            path = re.sub(
                r"\$\{?(?:CLOUDFLARE_)?(\w+)\}?", lambda name: f"{{{name[1].lower()}}}", call.path
            )
            return EndpointFact(
                OPERATION, place, call.method, call.host or UNKNOWN, path, call.content or UNKNOWN
            )
    return EndpointFact(OPERATION, "Usage")


def _parameters(
    inputs: Sequence[CloudflareRow], statements: PageStatements, whole: bool
) -> Iterator[ParameterFact]:
    section = "Parameters > Input"
    names = [row.name for row in inputs]
    for row in inputs:
        required = "required" in row.marks
        if not whole and row is inputs[-1]:
            yield ParameterFact(OPERATION, row.name, section, {}, required, whole=False)
            continue
        stated, unread = schema(row)
        value = default(row)
        known = None if value is ABSENT else value
        found = read_sentences(row.note, row.name, stated, names, default=known)
        statements.add(found, section, row.name)
        statements.points += [OpenPoint(section, f"{row.name} {line}") for line in unread]
        yield ParameterFact(
            OPERATION,
            row.name,
            section,
            found.schema(stated),
            required,
            found.default_as(stated) if value is ABSENT else value,
            note=row.note,
        )


def _outputs(results: Sequence[CloudflareRow], whole: bool) -> Iterator[OutputFact]:
    for row in results:
        cut = not whole and row is results[-1]
        full = {} if cut else schema(row)[0]
        path = f"result.{row.name}"
        yield OutputFact(OPERATION, path, "Parameters > Output", answer_schema(full))


def _example_outputs(
    answers: Sequence[tuple[dict[str, Any], str]], listed: Sequence[CloudflareRow] | None
) -> Iterator[OutputFact]:
    """What the examples show; of a result only what the whole list of outputs has, too."""
    known = None if listed is None else {row.name for row in listed}
    for answer, place in answers:
        for fact in answer_fields(OPERATION, answer, place):
            inside = re.match(r"result\.(\w+)", fact.path)
            if known is None or inside is None or inside[1] in known:
                yield fact


def _address(page: MarkdownPage) -> str:
    """The page's own address, from the linked data at its end."""
    codes = (block.text for block in page.sections[-1].blocks if isinstance(block, Code))
    for line in (line for code in codes for line in code.splitlines()):
        data = decoded(line)
        if isinstance(data, dict) and isinstance(data.get("url"), str):
            return str(data["url"])
    return ""
