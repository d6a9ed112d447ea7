"""Every regular expression of the product, with the methods that are called on it.

Most are held by a name of a module, or written where they are used. Those that are made from what
a function is given are noted while that function runs.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).parents[1]
FLOORS = ("contracts", "mocks", "harness")

FLAGS = {
    **{"compile": 1, "match": 2, "search": 2, "fullmatch": 2, "findall": 2, "finditer": 2},
    **{"split": 3, "sub": 4, "subn": 4},
}
"""The functions of `re` by name, and which of their arguments is the flags."""

STRICTEST = "finditer"
"""The method that is assumed where none is seen: it tries every place of a text."""

IMPORT = re.compile(r"^ *import re\b(?!\.)", re.M)

DEEPEST = 6
"""Levels of tuples, mappings and dataclasses in which patterns are looked for."""


@dataclass(frozen=True)
class Use:
    """A pattern, the method that is called on it, and where."""

    where: str
    pattern: re.Pattern[str]
    method: str

    @cached_property
    def read(self) -> re.Pattern[str]:
        """The pattern for text, also where it is one for bytes."""
        written: str | bytes = self.pattern.pattern
        if isinstance(written, str):
            return self.pattern
        return re.compile(written.decode("latin-1"), self.pattern.flags | re.ASCII)

    def run(self, text: str) -> object:
        if self.method in {"sub", "subn"}:
            return self.read.sub("", text)
        called = getattr(self.read, self.method)(text)
        return list(called) if self.method == "finditer" else called


@dataclass(frozen=True)
class Module:
    """A module of the product that uses regular expressions."""

    file: str
    tree: ast.Module
    names: Mapping[str, Any]

    @cached_property
    def calls(self) -> Sequence[tuple[ast.expr, str, ast.Call]]:
        """Calls of methods that patterns and `re` have: on what, which, and the call."""
        found = []
        for node in ast.walk(self.tree):
            match node:
                case ast.Call(func=ast.Attribute(value=holder, attr=method)) if method in FLAGS:
                    found.append((holder, method, node))
        return found

    @cached_property
    def called(self) -> Mapping[str, set[str]]:
        """The methods that are called on what has a name, or lies in it by a key."""
        found: dict[str, set[str]] = {}
        for holder, method, _ in self.calls:
            while isinstance(holder, ast.Subscript):
                holder = holder.value
            if isinstance(holder, ast.Name):
                found.setdefault(holder.id, set()).add(method)
        return found


def modules() -> Iterator[Module]:
    for floor in FLOORS:
        for file in sorted((ROOT / floor).rglob("*.py")):
            text = file.read_text(encoding="utf-8")
            if IMPORT.search(text):
                name = file.relative_to(ROOT)
                dotted = ".".join(name.with_suffix("").parts).removesuffix(".__init__")
                yield Module(
                    str(name), ast.parse(text), vars(import_module(f"imagine_harness.{dotted}"))
                )


def held(found: Sequence[Module], methods: Mapping[str, str]) -> Iterator[Use]:
    """The patterns that names hold; `methods` are those of what is called by another name."""
    seen: dict[re.Pattern[str], tuple[str, set[str]]] = {}
    for module in found:
        called = module.called
        for name, value in module.names.items():
            for pattern in () if name.startswith("__") else _inside(value, 0):
                _, own = seen.setdefault(pattern, (f"{module.file}: {name}", set()))
                own |= called.get(name, set())
    for pattern, (where, own) in seen.items():
        for method in sorted(own) or [methods.get(where, STRICTEST)]:
            yield Use(where, pattern, method)


def _inside(value: object, depth: int) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth < DEEPEST and isinstance(value, Mapping | list | tuple | set | frozenset):
        for each in list(value.values()) if isinstance(value, Mapping) else value:
            yield from _inside(each, depth + 1)
    elif depth < DEEPEST and is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _inside(getattr(value, field.name, None), depth + 1)


def written(module: Module) -> Iterator[tuple[ast.Call, Use | None]]:
    """The calls of functions of `re`; without a use where names make it that are no module's."""
    for holder, method, call in module.calls:
        if not (isinstance(holder, ast.Name) and holder.id == "re"):
            continue
        flags = [each.value for each in call.keywords if each.arg == "flags"]
        flags += call.args[FLAGS[method] : FLAGS[method] + 1]
        made = ast.Call(ast.Attribute(holder, "compile", ast.Load()), [call.args[0], *flags], [])
        where = f"{module.file}: {ast.unparse(call.args[0])}"
        code = compile(ast.fix_missing_locations(ast.Expression(made)), where, "eval")
        try:
            yield call, Use(where, eval(code, dict(module.names)), method)
        except NameError:
            yield call, None


@contextmanager
def noted() -> Iterator[dict[tuple[str, int], Use]]:
    """What functions of `re` are called with by the product meanwhile, by file and line."""
    found: dict[tuple[str, int], Use] = {}
    inner: Any = vars(re)["_compile"]

    def note(pattern: Any, flags: Any) -> Any:
        called, caller = sys._getframe(1), sys._getframe(2)
        file = Path(caller.f_code.co_filename).resolve()
        made = inner(pattern, flags)
        if file.is_relative_to(ROOT):
            place = str(file.relative_to(ROOT)), caller.f_lineno
            found[place] = Use(f"{place[0]}: {caller.f_code.co_name}", made, called.f_code.co_name)
        return made

    with patch.object(re, "_compile", note):
        yield found
