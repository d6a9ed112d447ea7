"""No regular expression of the product backtracks: doubling a text doubles the time, no more."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache

import pytest

from imagine_harness.contracts.examples import recorded_examples
from imagine_harness.contracts.judge.routes import Plan, Routes
from imagine_harness.contracts.loading import load
from imagine_harness.harness.drift import readers
from imagine_harness.harness.suites.promises import envelopes
from tests.growth import Attack, Drawing, slow
from tests.patterns import ROOT, STRICTEST, Module, Use, held, modules, noted, written

METHODS: Mapping[str, str] = {
    "harness/drift/recording/draft_operation.py: _RATIO": "fullmatch",
    "harness/drift/recording/draft_operation.py: _SIZE": "fullmatch",
    "harness/drift/readers/cloudflare/rows.py: MARKS": "match",
    "harness/drift/readers/uniall/page.py: OPERATIONS": "fullmatch",
}
"""How patterns are used that are called by another name than the one that holds them."""

ON_RECORD = "credential.form"
"""The end of what is written where a pattern is no code but data."""


def _routes() -> None:
    for name in load.mocked():
        recorded = load.recorded(name)
        Routes(Plan(each, _defaults(name)) for each in recorded.operations)


def _defaults(name: str) -> dict[str, str]:
    return {topic: each.default for topic, each in load.recorded(name).readings.items()}


def _paths() -> None:
    for name in load.mocked():
        exchanges = list(recorded_examples(name))
        for operation in load.recorded(name).operations:
            for exchange in exchanges:
                exchange.path_values(operation)


def _pages() -> None:
    for file in sorted((ROOT / "fixtures" / "pages").glob("*/grok-imagine-image.*")):
        readers.read(file.parent.name, file.read_bytes())


def _templates() -> None:
    _routes()
    _paths()
    _pages()


MAKERS: Mapping[str, Callable[[], object]] = {
    "contracts/paths.py": _templates,
    "harness/suites/promises/envelopes.py": lambda: envelopes._is_in("n", "no seed"),
}
"""What lets functions make patterns of what they are given, by their files."""


AREAS = (
    *("contracts", "mocks", "harness/judging", "harness/suites", "harness/drift/readers/fal"),
    *("harness/drift/readers/lumenfall", "harness/drift/readers/runware"),
    *(
        "harness/drift/phrases",
        "harness/drift/readers/uniall",
        "harness/drift/readers",
        "harness/drift",
        "harness",
    ),
)
"""Beginnings of files' names; a pattern is of the first that fits."""

SLOW = (
    *(r"(?:ab|abab)*c", r"a*a*b", r"\s+$", r"\w+@", r"\s*,\s*", r"#+ ?Response:"),
    *(r"(`+)[^`]*+\1", r"^.*<|>.*$", r"--data(?:-raw)? '(.*)'\s*$", r"x(?=.*y)"),
    *(r"\bimages?\b[^.$]*\bcosts? \$(\d+)", r"`(\d+)`\s*(?:to|and|-)?\s*`(\d+)`"),
    r"\$+ [·•] (?:from )?(?:\$(\d+(?:\.\d+)?)|(\d+(?:\.\d+)?) ?¢)",
    r"(?=.*\buuid\b)(?=.*\burl\b)(?=.*\bdata uri\b)(?=.*\bbase64\b)",
    r"`(?P<field>\w+)=(?P<value>[^`]+)`.*?`(?P=value)`[^.`]*\bimage editing",
    r"((?:auth\w*|token|\w*session\w*)[^A-Za-z0-9]{1,12}(?:name=[^A-Za-z0-9]{1,4})?)[^\s&<>,;}\]]+",
)
"""Patterns that take more than linear time to be found everywhere, most of them once ours."""

SLOW_AT_ONCE = (
    *(r"[a-z]\w*__\w+", r"(.*)\s*,?\s*x"),
    r"[▶▼▸▾\s]*([A-Za-z_$][\w$.-]*?)\s*(?:\{\}|\[\])?(?:\s+(?=`)|$)",
    r"\s*default:\s*(.*?)(?=\s*(?:minimum|format):|\s*$)",
)
"""Patterns that do even where they are only tried at a text's start."""

LINEAR = (
    *(r"abc", r"\w+", r"(?<!\w)\w++@", r"\bEndpoint: `([^\s`]+)`", r'"[^"]*"', r",\s*+"),
    *(r"\bOpenAI\b.{0,30}image|image.{0,30}\bOpenAI\b", r"(?:\| *:?-{2,}:? *)+\|"),
)


@cache
def found() -> list[Module]:
    return list(modules())


@cache
def made() -> Mapping[tuple[str, int], Use]:
    with noted() as seen:
        for make in dict.fromkeys(MAKERS.values()):
            make()
    return dict(seen)


def made_in_functions(module: Module) -> Iterator[int]:
    """The lines on which functions make patterns of what they are given."""
    spans = [
        range(node.lineno, (node.end_lineno or node.lineno) + 1)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef)
    ]
    for call, use in written(module):
        on_record = ast.unparse(call.args[0]).endswith(ON_RECORD)
        if use is None and not on_record and any(call.lineno in span for span in spans):
            yield call.lineno


@cache
def uses() -> tuple[Use, ...]:
    """Every pattern of the product by the methods that are called on it."""
    every = [*held(found(), METHODS)]
    names = {use.pattern for use in every}
    for module in found():
        for _, use in written(module):
            if use and use.method != "compile":
                every.append(use)
            elif use and use.pattern not in names:
                every.append(replace(use, method=METHODS.get(use.where, STRICTEST)))
    every += [use for use in made().values() if use.method != "compile"]
    for name in load.names():
        form = load.provider(name).credential.form
        every.append(Use(f"contracts/{name}: form", re.compile(form), "fullmatch"))
    return tuple({(use.pattern, use.method): use for use in every}.values())


def area(use: Use) -> str:
    return next(each for each in AREAS if use.where.startswith(each))


def attack(pattern: str, method: str) -> Attack | None:
    use = Use("", re.compile(pattern), method)
    return slow(use.run, Drawing(use.read).attacks())


@pytest.mark.parametrize("place", AREAS)
def test_no_pattern_of_the_product_takes_more_than_linear_time(place: str) -> None:
    tried = [use for use in uses() if area(use) == place]
    found = [(use, slow(use.run, Drawing(use.read).attacks())) for use in tried]

    assert tried != []
    assert [(use.where, use.method, by) for use, by in found if by] == []


def test_every_pattern_that_is_made_of_what_a_function_is_given_is_tried() -> None:
    sites = [(module, line) for module in found() for line in made_in_functions(module)]
    missed = [(module.file, line) for module, line in sites if (module.file, line) not in made()]

    assert missed == []
    assert {module.file for module, _ in sites} == set(MAKERS)
    assert len(uses()) > 200


@pytest.mark.parametrize("where", METHODS)
def test_a_method_is_named_for_patterns_that_are_there_and_not_seen_to_be_called(
    where: str,
) -> None:
    assert METHODS[where] in {use.method for use in held(found(), METHODS) if use.where == where}
    assert STRICTEST in {use.method for use in held(found(), {}) if use.where == where}


@pytest.mark.parametrize("pattern", SLOW)
def test_a_pattern_that_takes_more_than_linear_time_is_found_out(pattern: str) -> None:
    assert attack(pattern, "finditer") is not None


@pytest.mark.parametrize("pattern", SLOW_AT_ONCE)
def test_a_pattern_that_does_at_one_place_is_found_out(pattern: str) -> None:
    assert attack(pattern, "match") or attack(pattern, "fullmatch")


@pytest.mark.parametrize("pattern", LINEAR)
def test_a_pattern_that_takes_linear_time_is_not_accused(pattern: str) -> None:
    assert attack(pattern, "finditer") is None
