"""Runware's model pages as Markdown: a heading, a list of attributes and a text per parameter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from imagine_harness.contracts.fields import Schema
from imagine_harness.harness.drift.facts import (
    UNKNOWN,
    EndpointFact,
    ExampleFact,
    ModelFact,
    OpenPoint,
    OutputFact,
    ParameterFact,
    PriceFact,
    SizeFact,
    StatusFact,
    answer_schema,
)
from imagine_harness.harness.drift.page_facts import Area, Facts, reached
from imagine_harness.harness.drift.pages.curl_calls import decoded
from imagine_harness.harness.drift.pages.headings import Chapter, page_of
from imagine_harness.harness.drift.pages.markdown import Code, Grid, Listing, Text
from imagine_harness.harness.drift.pages.text import kind_of_text
from imagine_harness.harness.drift.phrases.page_statements import PageStatements
from imagine_harness.harness.drift.phrases.sentences import sentences
from imagine_harness.harness.drift.phrases.statements import Statements, read_rule_sentence
from imagine_harness.harness.drift.phrases.statements import read as read_sentences
from imagine_harness.harness.drift.phrases.values import kinds_of, typed
from imagine_harness.harness.drift.readers.runware.blocks import (
    NOT_SAID,
    NestedBlocks,
    ParameterBlock,
    ancestors,
    arrays,
    attributes,
    blocks,
    kind,
    schema,
    with_array_marks,
)
from imagine_harness.harness.drift.unreadable import Unreadable

OPERATION = "task"
RULES, REQUEST, RESPONSE = (
    "compatibility & validation",
    "request parameters",
    "response parameters",
)
ENVELOPE = (("data", True), ("errors", False))
"""Every answer of the platform is an object with these arrays: name, whether it is always there."""

_DIMENSIONS = re.compile(r"(`?)(\d{1,18})\s*[x\u00d7]\s*(\d{1,18})\1")
_PRICE = re.compile(
    r"(?<![^.$])(?>[^.$]*?\bimages?\b)[^.$]*+(?:(?<=\bcost )|(?<=\bcosts ))\$(\d+(?:\.\d+)?)", re.I
)
"""What an image costs, in the part of a sentence that speaks of images."""

_OTHER = re.compile(r"\b(?:video|second|minute|audio|token)s?\b", re.IGNORECASE)
"""Other things than images that are paid for."""

_SURCHARGE = re.compile(r"\+\s*\$(\d+(?:\.\d+)?) (?:for|per) (?:each )?input image")
_AMOUNT = re.compile(r"`\$(\d+(?:\.\d+)?)`")


def read(text: str) -> Facts:
    """The facts of a model's page.

    Raises:
        Unreadable: neither a model's id nor parameters in Runware's form.
    """
    page = page_of(text)
    head, prices, stated = page.chapters[0], page.chapter("pricing"), page.chapter(RULES)
    request, response = page.chapter(REQUEST), page.chapter(RESPONSE)
    facts = dict(attributes(head))
    inputs = list(blocks(request))
    if "id" not in facts or not (request or stated or prices):
        raise Unreadable(f"{kind_of_text(text)}, expected a model's page of Runware")
    statements = PageStatements()
    schemas = {block.name: schema(block)[0] for block in inputs}
    schemas |= {
        ancestor: {} for name in schemas for ancestor in ancestors(name) if ancestor not in schemas
    }
    sizes = tuple(_rules(stated, statements, schemas))
    parameters, rules = statements.resolve([*_parameters(inputs, statements)])
    place = head.sections[-1].place
    return Facts(
        title=page.title or page.about.get("title", "").partition(" | ")[0],
        models=(ModelFact(facts["id"], place),),
        endpoints=(EndpointFact(OPERATION, "Request Parameters"),),
        parameters=tuple(parameters),
        rules=tuple(rules),
        sizes=sizes,
        outputs=tuple(_outputs(response)) if response else (),
        prices=tuple(_prices(prices)),
        status=StatusFact(facts["status"].casefold(), place) if "status" in facts else None,
        examples=tuple(_examples(page.chapter("examples"))),
        open_points=tuple(statements.points),
        reached=reached(
            (Area.MODELS, head.whole),
            (Area.STATUS, head.whole),
            (Area.PRICES, prices.whole),
            (Area.SIZES, stated.whole),
            (Area.INPUT, request.whole),
            (Area.OUTPUT, response.whole),
            (Area.RULES, stated.whole and request.whole),
        ),
        url=page.about.get("url", ""),
    )


def _rules(
    part: Chapter, statements: PageStatements, schemas: Mapping[str, Schema]
) -> Iterator[SizeFact]:
    """The listed sizes of a chapter; its sentences are added to the statements."""
    for block in part.whole_blocks():
        if isinstance(block, Grid):
            yield from _sizes(block, part.place, statements)
        elif isinstance(block, Text | Listing):
            for sentence in (each for text in block.items for each in sentences(text)):
                if not sentence.endswith(":"):
                    statements.add(read_rule_sentence(sentence, schemas), part.place)


def _sizes(grid: Grid, place: str, statements: PageStatements) -> Iterator[SizeFact]:
    for row in grid.rows:
        found = _DIMENSIONS.fullmatch(row[-1]) if row else None
        if found is None:
            statements.points.append(OpenPoint(place, " | ".join(row)))
            continue
        label = row[0].strip("`") if len(row) > 1 else ""
        fields = ("width", "height")
        yield SizeFact(int(found[2]), int(found[3]), label, place, OPERATION, fields)


def _parameters(
    blocks: Sequence[ParameterBlock], statements: PageStatements
) -> Iterator[ParameterFact]:
    declared = {block.name for block in blocks}
    described = {block.name: _described(block, declared) for block in blocks if block.whole}
    lists, nest = arrays(blocks), NestedBlocks(blocks, described)
    for block in blocks:
        if block.name in described:
            statements.add(described[block.name], block.section, block.name)
        if "paired with" in block.attributes and block.whole:
            fields = {"fields": [block.name, block.attributes["paired with"]]}
            statements.rules.append((("together", fields), block.section))
    for block in blocks:
        for ancestor in ancestors(block.name):
            if ancestor not in declared:
                declared.add(ancestor)
                yield ParameterFact(OPERATION, ancestor, block.section, {"type": "object"})
        if block.name != "model" and lists.isdisjoint(ancestors(block.name)):
            yield _parameter(block, nest, statements)


def _described(block: ParameterBlock, names: Iterable[str]) -> Statements:
    """What the sentences of a parameter state."""
    text = "\n\n".join(text for text in block.texts if not NOT_SAID.match(text))
    default = block.attributes.get("default")
    return read_sentences(text, block.name, schema(block)[0], names, default=default)


def _parameter(
    block: ParameterBlock, nest: NestedBlocks, statements: PageStatements
) -> ParameterFact:
    fact = ParameterFact(
        OPERATION,
        block.name,
        block.section,
        {},
        required=block.required,
        whole=block.whole,
        note=next((text for text in block.texts if not text.startswith("Allowed")), ""),
    )
    if not block.whole:
        return fact
    stated, unread = nest.schema(block)
    statements.points += [OpenPoint(block.section, f"{block.name} {line}") for line in unread]
    default = block.attributes.get("default")
    return replace(
        fact,
        schema=stated,
        default=nest.statements(block).default_as(stated)
        if default is None
        else typed(default, kinds_of({"type": kind(block)})),
    )


def _outputs(part: Chapter) -> Iterator[OutputFact]:
    for name, always in ENVELOPE:
        yield OutputFact(OPERATION, name, part.place, {"type": "array"}, required=always)
    found = list(blocks(part))
    lists = arrays(found)
    for block in found:
        yield OutputFact(
            OPERATION,
            f"data[].{with_array_marks(block.name, lists)}",
            block.section,
            answer_schema(schema(block)[0]) if block.whole else {},
            required=block.required if block.whole else UNKNOWN,
        )


def _prices(part: Chapter) -> Iterator[PriceFact]:
    """The list of prices says what an image costs, a sentence what an input adds to it."""
    prices = [*part.whole_blocks()]
    texts = [block.text for block in prices if isinstance(block, Text)]
    sources = (source for block in prices if isinstance(block, Listing) for source in block.sources)
    listed = [source for source in sources if _AMOUNT.search(source)]
    if any(_OTHER.search(text) for text in (*texts, *listed)):
        return
    made = [_amount(source) for source in listed if "editing" not in source.casefold()]
    costs = [float(found[1]) for text in texts if (found := _PRICE.search(text))]
    extra = [float(found[1]) for text in texts if (found := _SURCHARGE.search(text))]
    # Where sentence and list disagree, both are what the page says.
    for cost in dict.fromkeys([min(each) for each in (made, costs) if each]):
        yield PriceFact("image", cost, part.title)
    edited = [_amount(source) for source in listed if "editing" in source.casefold()]
    if extra or (made and edited):
        surcharge = extra[0] if extra else round(min(edited) - min(made), 6)
        yield PriceFact("input", surcharge, part.title)


def _amount(source: str) -> float:
    found = _AMOUNT.search(source)
    return float(found[1]) if found else 0.0


def _examples(part: Chapter) -> Iterator[ExampleFact]:
    for block, place in part.blocks(Code):
        body = decoded(block.text)
        tasks = body if isinstance(body, list) else [body]
        if all(isinstance(task, dict) and "model" in task for task in tasks):
            yield ExampleFact(OPERATION, tasks, place)
