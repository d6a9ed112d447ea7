"""Reads Lumenfall's model pages: text with headings, code examples and tables of parameters.

One table serves both operations; its rows end with those that take the parameter. Some copies of a
page mark every row with both, so that what takes pictures is of `edit` wherever it is marked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from imagine_harness.harness.drift.facts import (
    ExampleFact,
    ModelFact,
    OpenPoint,
    OutputFact,
    ParameterFact,
    PriceFact,
    RuleFact,
    SizeFact,
)
from imagine_harness.harness.drift.page_facts import Area, Facts
from imagine_harness.harness.drift.pages.json_answers import answer_fields
from imagine_harness.harness.drift.phrases.page_statements import PageStatements
from imagine_harness.harness.drift.phrases.statements import UNLISTED, Statements
from imagine_harness.harness.drift.readers.lumenfall import examples
from imagine_harness.harness.drift.readers.lumenfall.page import (
    EXAMPLE_TITLES,
    MODES,
    LumenfallRow,
    Part,
    parts,
    rows,
    width,
)
from imagine_harness.harness.drift.readers.lumenfall.values import (
    default_of,
    schema_of,
    statements_of,
)
from imagine_harness.harness.drift.unreadable import Unreadable

CORE, LAYOUT, MEDIA = "Core Parameters", "Size & Layout", "Media Inputs"
OUTPUT, ADDITIONAL, LAST = "Output & Format", "Additional Parameters", "Parameter Normalization"

GROUPS = (CORE, LAYOUT, OUTPUT, ADDITIONAL)
"""The tables that together say all that an operation takes; `edit` has one more."""

CARRIER, BASE64 = "response_format", "data[].b64_json"
"""The parameter of OpenAI's images API that asks for pictures in the answer, and where they are."""

PICTURES = frozenset({"image", "images", "mask"})
"""Parameters that take pictures, wherever they stand."""

NUMBER = r"\d+(?:\.\d+)?"
"""How prices are written."""

_PRICE = re.compile(
    rf"(?<!\$)\$++ [·•] (?:from )?(?:\$(?P<dollars>{NUMBER})|(?P<cents>{NUMBER}) ?¢)"
)
_SIZE = re.compile(
    r"(\d{1,5}) ?[x\u00d7] ?(\d{1,5}) \"(\d{1,5})x(\d{1,5})\""
    r"(?: or \"([\d.]+:[\d.]+)\"(?: \+ \"([\w.]+)\")?)?"
)


@dataclass
class LumenfallPage:
    """The parts of a page, and what is read of them.

    Attributes:
        statements: what sentences state, and what could not be read.
        broken: a row of a table is among that.
    """

    parts: list[Part]
    statements: PageStatements = field(default_factory=PageStatements)
    broken: bool = False

    @cached_property
    def named(self) -> Mapping[str, Part]:
        """The parts by their title; of several the first one."""
        return {part.title: part for part in reversed(self.parts)}

    @cached_property
    def rows(self) -> list[tuple[Part, LumenfallRow]]:
        """Every row of every table, with the part it stands in."""
        found, columns = [], width(self.parts)
        for part in self.parts:
            for row in rows(part, columns):
                if isinstance(row, LumenfallRow):
                    found.append((part, row))
                else:
                    self.leave_open(part, row)
        return found

    def leave_open(self, part: Part, row: str) -> None:
        """Note that a row could not be read."""
        self.statements.points.append(OpenPoint(part.section, row))
        self.broken = True

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all rows."""
        return frozenset(row.name for _, row in self.rows)

    @cached_property
    def operations(self) -> list[str]:
        """The operations that any row is of, or any example."""
        modes = {mode for part, row in self.rows for mode in _modes(part, row)}
        shown = {EXAMPLE_TITLES[part.title] for part in self.parts if part.title in EXAMPLE_TITLES}
        return [name for name in MODES.values() if name in modes | shown]

    def example(self, operation: str) -> Part | None:
        """The example of an operation."""
        titles = [title for title, shows in EXAMPLE_TITLES.items() if shows == operation]
        return next((self.named[title] for title in titles if title in self.named), None)

    def labelled(self, label: str) -> str:
        """The line below a label before all headings, empty where there is none."""
        lines = self.parts[0].lines
        for line, below in pairwise(lines):
            if line.rstrip(":") == label:
                return below
            if line.startswith(f"{label} ") and " " not in line.removeprefix(f"{label} "):
                return line.removeprefix(f"{label} ")
        return ""

    def ended(self, *titles: str) -> bool:
        """Whether all these parts are there, and something after each."""
        return all(title in self.named and self.named[title].ended for title in titles)


def read(text: str) -> Facts:
    """The facts of a model's page of Lumenfall.

    Raises:
        Unreadable: it has no table of parameters or names no model, or a line is longer than any.
    """
    page = LumenfallPage(parts(text))
    if not page.rows:
        raise Unreadable("no table `Parameter Type Description Modes`, expected Lumenfall's text")
    shown = [part for name in page.operations if (part := page.example(name))]
    model = page.labelled("Model") or next(filter(None, map(examples.model, shown)), "")
    if not model:
        raise Unreadable("no line below `Model`, expected a model's page of Lumenfall")
    header = page.parts[0].lines
    sizes = tuple(_sizes(page))
    read_rows = [
        (part, row, statements_of(row, page.names, sizes if page.ended(LAYOUT) else ()))
        for part, row in page.rows
    ]
    stated = [fact for each in read_rows for fact in _parameters(page, *each)]
    parameters, rules = _with_alternatives(*page.statements.resolve(stated))
    return Facts(
        title=header[0] if header else "",
        models=(ModelFact(model, "Header"),),
        endpoints=tuple(
            examples.endpoint(name, page.example(name), examples.base(page.labelled("Base URL")))
            for name in page.operations
        ),
        parameters=tuple(parameters),
        rules=tuple(rules),
        sizes=sizes,
        outputs=tuple(fact for name in page.operations for fact in _outputs(page, name)),
        prices=tuple(_prices(header)),
        examples=tuple(
            ExampleFact(EXAMPLE_TITLES[part.title], body, part.section)
            for part in shown
            for body in examples.requests(part)
        ),
        open_points=tuple(page.statements.points),
        reached=frozenset(_reached(page)),
    )


def _modes(part: Part, row: LumenfallRow) -> tuple[str, ...]:
    """The operations that a row is of."""
    if part.title == MEDIA or row.name in PICTURES:
        return ("edit",)
    return row.modes


def _parameters(
    page: LumenfallPage, part: Part, row: LumenfallRow, found: Statements
) -> Iterator[ParameterFact]:
    schema = schema_of(row, found)
    page.statements.add(found, part.section, row.name)
    if schema is None:
        page.leave_open(part, f"{row.name} is of type {row.type}")
        return
    required = row.words.startswith("Required")
    # What comes further down may say that another parameter takes its place.
    unsettled = required and part.title == MEDIA and not page.ended(ADDITIONAL)
    for operation in _modes(part, row):
        yield ParameterFact(
            operation,
            row.name,
            part.section,
            schema,
            required=required and not unsettled,
            whole=not unsettled,
            default=default_of(row, schema, found),
            upstream=row.upstream or (row.badge or None if part.title != OUTPUT else None),
            note=row.words,
        )


def _with_alternatives(
    parameters: Iterable[ParameterFact], rules: list[RuleFact]
) -> tuple[list[ParameterFact], list[RuleFact]]:
    """The parameters and rules where what is called required may not stand beside another.

    It is not required: one of both is.
    """
    beside: dict[tuple[str, str], set[str]] = {}
    for rule in rules:
        for name in rule.names if rule.type == "excludes" else ():
            beside.setdefault((rule.operation, name), set()).update({*rule.names} - {name})
    resolved = []
    for fact in parameters:
        either = beside.get((fact.operation, fact.name), set()) if fact.required else set()
        if either:
            entry = {"groups": [fact.name, *sorted(either)]}
            rules = [*rules, RuleFact(fact.operation, "one_of", entry, fact.section)]
        resolved.append(replace(fact, required=fact.required and not either))
    return resolved, rules


def _sizes(page: LumenfallPage) -> Iterator[SizeFact]:
    """The listed sizes: what comes out for a shape and a scale."""
    part = page.named.get(LAYOUT)
    lines = part.lines if part else []
    start = next((n for n, line in enumerate(lines) if line.startswith("Output size")), len(lines))
    for found in _SIZE.finditer(" ".join(lines[start:])):
        width, height, ratio, tier = int(found[1]), int(found[2]), found[5] or "", found[6]
        if (found[1], found[2]) != (found[3], found[4]):
            page.statements.points.append(OpenPoint(part.section if part else "", found[0]))
        label = f"{tier} ({ratio})" if tier else ratio
        yield SizeFact(width, height, label, part.section if part else "")


def _outputs(page: LumenfallPage, operation: str) -> Iterator[OutputFact]:
    """What the examples' answers show, and the pictures themselves where they may be asked for."""
    shown = [page.example(name) for name in (operation, *page.operations)]
    answers = ((part, examples.answer(part)) for part in shown if part)
    part, answer = next((each for each in answers if each[1]), (Part(()), None))
    fields = answer_fields(operation, answer, part.section)
    found = {fact.path: replace(fact, shown=()) for fact in fields}
    for carrier, row in page.rows:
        if row.name == CARRIER:
            fact = OutputFact(operation, BASE64, carrier.section, {"type": "string"})
            found.setdefault(BASE64, fact)
    yield from found.values()


def _prices(header: Iterable[str]) -> Iterator[PriceFact]:
    for line in header:
        if found := _PRICE.search(line):
            dollars, cents = found["dollars"], found["cents"]
            amount = float(dollars) if dollars else round(float(cents) / 100, 10)
            yield PriceFact("image", amount, "Header")
            return


def _reached(page: LumenfallPage) -> Iterator[tuple[Area, str | None]]:
    if page.parts[0].ended:
        yield from ((Area.MODELS, None), (Area.PRICES, None))
    if page.ended(*GROUPS) and LAST in page.named and not page.broken:
        yield Area.ENDPOINTS, None
        with_media = page.ended(MEDIA) or "edit" not in page.operations
        listed = not any(point.text.endswith(UNLISTED) for point in page.statements.points)
        for operation in MODES.values() if with_media else ("generate",):
            yield Area.INPUT, operation
            if listed:
                yield Area.RULES, operation
    layout = page.named.get(LAYOUT, Part(()))
    if layout.ended and any(line.startswith("Output size") for line in layout.lines):
        yield Area.SIZES, None
    shown = filter(None, map(page.example, page.operations))
    answered = any(part.ended and examples.answer(part) for part in shown)
    if answered and any(row.name == CARRIER for _, row in page.rows):
        yield Area.OUTPUT, None
