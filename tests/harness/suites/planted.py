"""Planted bugs in mocks: copies of the modules that a bug reaches, in this very process."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from starlette.types import Receive, Scope, Send

from imagine_harness.mocks.app import App
from imagine_harness.mocks.services.tasks import Mode
from imagine_harness.mocks.settings import Settings
from tests import sketches

ROOT = Path(__file__).parents[3]
PACKAGE = "imagine_harness"
FLOORS = ("contracts", "mocks")

Bug = Mapping[str, str]
"""An entry of `fixtures/bugs`: id, on, promise, file, old, new, why."""


def bugs(name: str) -> list[Bug]:
    """The planted bugs of one file in `fixtures/bugs`, `clients`, `servers` or `gateways`."""
    text = (ROOT / "fixtures" / "bugs" / f"{name}.toml").read_text(encoding="utf-8")
    found: list[Bug] = tomllib.loads(text)["bug"]
    return found


def planted(bug: Bug | None, tasks: str = "immediate", **options: Any) -> Any:
    """The application of mocks that have a bug, or of the mocks as they are.

    The module with the bug is imported anew, and so is every one that imports it in turn: no two of
    them are of different copies. They are forgotten again; what was imported before stays in force.
    Pictures are sketches, unless the bug is in making them.

    Args:
        bug: its `file` is one of contracts or mocks, and its `old` stands there exactly once.
        tasks: what moves tasks, in the words of `mocks.services.tasks.Mode`.
        options: of `mocks.settings.Settings`.
    """
    if bug is None:
        return App(Settings(seed=1, tasks=Mode(tasks), **options))
    with _copied(bug):
        settings = import_module(f"{PACKAGE}.mocks.settings").Settings
        mode = import_module(f"{PACKAGE}.mocks.services.tasks").Mode
        media = vars(import_module(f"{PACKAGE}.mocks.services.media"))
        if not bug["file"].startswith("mocks/images/"):
            media["render"] = sketches.render
        application = import_module(f"{PACKAGE}.mocks.app").App
        return application(settings(seed=1, tasks=mode(tasks), **options))


class Stand:
    """Serves whatever application is in place, so that a server need not start for each."""

    def __init__(self) -> None:
        self.app: Any = None
        self.on_shutdown: Callable[[], None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI connection."""
        await self.app(scope, receive, send)


@contextmanager
def _copied(bug: Bug) -> Iterator[None]:
    """Have the names of the modules that a bug reaches stand for copies of them."""
    name = _module(Path(bug["file"]))
    reached = _reached(name)
    before = {each: sys.modules.pop(each) for each in reached if each in sys.modules}
    for package, own in _places(before):
        vars(package).pop(own, None)
    finder = _Finder(name, bug)
    sys.meta_path.insert(0, finder)
    try:
        yield
        assert finder.used, f"{bug['file']} is of no use to the mocks"
    finally:
        sys.meta_path.remove(finder)
        for each in reached:
            sys.modules.pop(each, None)
        sys.modules.update(before)
        for package, own in _places(before):
            setattr(package, own, before[f"{package.__name__}.{own}"])


def _places(names: Iterable[str]) -> Iterator[tuple[ModuleType, str]]:
    """The package that holds each module, where it is there, and the module's name in it."""
    for name in names:
        package, _, own = name.rpartition(".")
        if package in sys.modules:
            yield sys.modules[package], own


def _module(file: Path) -> str:
    """The name of the module in a file, given from the project's folder on."""
    steps = [PACKAGE, *file.with_suffix("").parts]
    return ".".join(steps[:-1] if steps[-1] == "__init__" else steps)


def _reached(name: str) -> set[str]:
    """A module and all that import it, in turn, and the mocks' own beginning."""
    importers = _importers()
    found, left = {f"{PACKAGE}.mocks.app"}, [name]
    while left:
        each = left.pop()
        if each not in found:
            found.add(each)
            left += importers.get(each, ())
    return found


@cache
def _importers() -> Mapping[str, set[str]]:
    """For each module of contracts and mocks those that import it, inside functions, too."""
    found: dict[str, set[str]] = {}
    for file in (each for floor in FLOORS for each in (ROOT / floor).rglob("*.py")):
        name = _module(file.relative_to(ROOT))
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.ImportFrom) and node.module:
                for needed in (node.module, *(f"{node.module}.{a.name}" for a in node.names)):
                    found.setdefault(needed, set()).add(name)
    return found


class _Finder(MetaPathFinder):
    """Finds the module that has the bug."""

    def __init__(self, name: str, bug: Bug) -> None:
        self._name = name
        self._bug = bug
        self.used = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's own spec, with a loader that plants the bug; nothing for any other."""
        if fullname != self._name:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        assert spec is not None
        assert spec.origin is not None
        spec.loader = _Loader(fullname, spec.origin, self._bug)
        self.used = True
        return spec


class _Loader(SourceFileLoader):
    """Loads a module with a bug, past all caches of byte code."""

    def __init__(self, fullname: str, path: str, bug: Bug) -> None:
        super().__init__(fullname, path)
        self._bug = bug

    def get_code(self, fullname: str) -> CodeType | None:
        """The compiled module."""
        text = self.get_data(self.path).decode("utf-8")
        old, new = self._bug["old"], self._bug["new"]
        assert text.count(old) == 1, f"{self._bug['id']}: found {text.count(old)} times"
        code: CodeType = compile(text.replace(old, new), self.path, "exec", dont_inherit=True)
        return code
