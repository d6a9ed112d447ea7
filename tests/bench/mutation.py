"""How many small mistakes in a module its tests notice, and which they do not.

Cosmic Ray makes the mistakes, one at a time, in a copy of the project; those in annotations change
nothing and are left out, and of the mistakes at one place one is made. Run it as `.ci/mutation
[--most N] [--seed N] [MODULE ...]`; it prints every mistake that no test noticed, and then a score
for each module. It asserts nothing.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]

PROMISES = "harness/suites/promises"

ROOMS = {
    "contracts": ("tests/contracts/test_differential.py",),
    "contracts/rules": (
        "tests/contracts/rules/test_base.py",
        "tests/contracts/rules/test_types.py",
        "tests/contracts/rules/test_new_type.py",
        "tests/harness/coverage/test_exercise.py",
        "tests/contracts/test_recorded_rules.py",
    ),
    "contracts/judge": (
        "tests/contracts/judge/test_judge.py",
        "tests/mocks/test_gates.py",
        "tests/mocks/test_decoding.py",
        "tests/mocks/test_exchanges.py",
    ),
    PROMISES: (
        "tests/harness/suites/cases/test_client.py",
        "tests/harness/suites/cases/test_server.py",
        "tests/harness/suites/cases/test_gateway.py",
    ),
}
"""Whose modules are tried, and the tests that try them beside those of a module's own file."""

PATIENCE = 4
"""How many times as long as without a mistake the tests may take, which else noticed it."""

UNTELLING = ("Eq_Is", "Is_Eq", "NotEq_IsNot", "IsNot_NotEq", "RemoveDecorator")
"""Operators that change nothing for most values, and one without which nothing is imported."""


class Mistake(NamedTuple):
    """One change that Cosmic Ray can make: its operator, which of its places, and the line."""

    operator: str
    occurrence: int
    line: int


def modules() -> list[str]:
    """Every file of the rooms with code of its own, by its path below the project."""
    return [
        f"{room}/{file.name}"
        for room in ROOMS
        for file in sorted((ROOT / room).glob("*.py"))
        if file.name != "__init__.py"
    ]


def files_of(module: str) -> list[str]:
    """The files of tests that try a module, its own first.

    Of subjects' cases only those that name the module, where any of them does.
    """
    room, _, name = module.rpartition("/")
    own, others = f"tests/{room}/test_{name}", ROOMS[room]
    if room == PROMISES:
        word = re.compile(rf"\b{name.removesuffix('.py')}\b")
        others = tuple(path for path in others if word.search(_subject(path))) or others
    return [path for path in (own, *others) if (ROOT / path).is_file()]


def _subject(path: str) -> str:
    """The source that a file of tests is about."""
    product = path.removeprefix("tests/").replace("/test_", "/")
    return (ROOT / product).read_text(encoding="utf-8")


def annotated(source: str) -> set[tuple[int, int]]:
    """The lines and columns of annotations and decorators, and of `TYPE_CHECKING` and `strict`."""
    inside: set[tuple[int, int]] = set()
    for node in ast.walk(ast.parse(source)):
        parts = [getattr(node, name, None) for name in ("annotation", "returns")]
        if isinstance(node, ast.keyword) and node.arg == "strict":
            parts.append(node.value)
        if isinstance(node, ast.Name) and node.id == "TYPE_CHECKING":
            parts.append(node)
        for part in (*parts, *getattr(node, "decorator_list", ())):
            if isinstance(part, ast.expr):
                inside |= {
                    (each.lineno, each.col_offset)
                    for each in ast.walk(part)
                    if isinstance(each, ast.expr)
                }
                inside |= {(part.end_lineno or 0, column) for column in _columns(part)}
    return inside


def _columns(part: ast.expr) -> range:
    return range(part.col_offset, (part.end_col_offset or 0) + 1)


def mistakes(source: str) -> list[Mistake]:
    """Every change that may be seen from outside, in the order of the operators."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator, operator_names

    nodes, hidden = list(ast_nodes(get_ast(source))), annotated(source)
    found = []
    for name in operator_names():
        operator = get_operator(name)
        if operator.arguments() or name.endswith(UNTELLING):
            continue
        places = (place for node in nodes for place in operator().mutation_positions(node))
        for occurrence, (start, _) in enumerate(places):
            if tuple(start) not in hidden:
                found.append(Mistake(name, occurrence, start[0]))
    return found


def picked(source: str, most: int, seed: int) -> list[Mistake]:
    """So many of them at most, by a seed: one of a family of operators on each line."""
    chance = random.Random(seed)
    every = mistakes(source)
    chance.shuffle(every)
    alike = {(each.line, each.operator.partition("_")[0]): each for each in every}
    return sorted(list(alike.values())[:most], key=lambda each: each.line)


def changed(source: str, mistake: Mistake) -> str:
    """The source with a mistake in it."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    text = mutate_code(source, get_operator(mistake.operator)(), mistake.occurrence)
    assert isinstance(text, str)
    return text


def difference(before: str, after: str) -> Iterator[str]:
    """The lines that a mistake changes."""
    for line in difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""):
        if not line.startswith(("---", "+++", "@@")):
            yield f"    {line[0]} {line[1:].strip()}"


class Bench:
    """A copy of the project, in which the tests of a module run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "copy"
        unwanted = shutil.ignore_patterns(".*", "*.egg-info", "build", "dist")
        shutil.copytree(ROOT, self.folder, ignore=unwanted)
        shutil.copytree(ROOT / ".src", self.folder / ".src", symlinks=True)

    def put(self, module: str, source: str) -> None:
        """Write a module; what was compiled of it might pass for it within the same second."""
        file = self.folder / module
        file.write_text(source, encoding="utf-8")
        for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
            compiled.unlink()

    def notice(self, files: Sequence[str], seconds: float | None) -> bool:
        """Whether the tests fail, or take longer than that."""
        options = ("-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist")
        with suppress(subprocess.TimeoutExpired):
            done = subprocess.run(
                [sys.executable, "-m", "pytest", *options, *files],
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(self.folder / ".src")},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                check=False,
            )
            return done.returncode != 0
        return True


def say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def tried(bench: Bench, module: str, most: int, seed: int) -> tuple[int, int]:
    """How many mistakes were made in a module, and how many of them its tests noticed."""
    source, files = (bench.folder / module).read_text(encoding="utf-8"), files_of(module)
    start = time.monotonic()
    if bench.notice(files, None):
        raise SystemExit(f"{module}: its tests fail as it is: {' '.join(files)}")
    patience = PATIENCE * (time.monotonic() - start) + 10
    made, noticed = picked(source, most, seed), 0
    for mistake in made:
        text = changed(source, mistake)
        bench.put(module, text)
        if bench.notice(files, patience):
            noticed += 1
        else:
            say(f"{module}:{mistake.line} {mistake.operator}", *difference(source, text))
    bench.put(module, source)
    return len(made), noticed


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--most", type=int, default=10_000, help="mistakes a module")
    parser.add_argument("--seed", type=int, default=1, help="which mistakes, if not all")
    parser.add_argument("modules", nargs="*", default=modules(), metavar="MODULE")
    given = parser.parse_args()
    if unknown := set(given.modules) - set(modules()):
        parser.error(f"no module of {', '.join(ROOMS)}: {', '.join(sorted(unknown))}")
    scores = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        for module in given.modules:
            made, noticed = tried(bench, module, given.most, given.seed)
            scores.append(f"{noticed:4} of {made:4} noticed  {module}")
            say(scores[-1])
    say("", *scores)


if __name__ == "__main__":
    main()
