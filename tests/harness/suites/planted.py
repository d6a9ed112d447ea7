"""Planted bugs in mocks: a copy of the mocks in which one file differs, in this very process."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

import imagine_harness
from imagine_harness import contracts
from tests import sketches

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

ROOT = Path(__file__).parents[3]
PACKAGE = "imagine_harness"
COPIED = {"mocks": imagine_harness, "judge": contracts}
"""The rooms that a copy is made of, by the package whose names they are."""

Bug = Mapping[str, str]
"""An entry of `fixtures/bugs`: id, on, promise, file, old, new, why."""


def bugs(name: str) -> list[Bug]:
    """The planted bugs of one file in `fixtures/bugs`, `clients`, `servers` or `gateways`."""
    text = (ROOT / "fixtures" / "bugs" / f"{name}.toml").read_text(encoding="utf-8")
    found: list[Bug] = tomllib.loads(text)["bug"]
    return found


def planted(bug: Bug | None, tasks: str = "immediate", **options: Any) -> Any:
    """The application of mocks that have a bug, or of the mocks as they are.

    Every module of the mocks and of their judge is imported anew, so that no two of them are of
    different copies, and is forgotten again: what was imported before stays in force. Contracts are
    shared by all copies.
    It costs about a tenth of a second. Pictures are sketches, unless the bug is in making them.

    Args:
        bug: its `file` is one below the package, of the mocks or of the judge, and its `old` stands
            there exactly once.
        tasks: what moves tasks, in the words of `mocks.services.tasks.Mode`.
        options: of `mocks.settings.Settings`.
    """
    with _copied(bug):
        settings, modes = (
            import_module("imagine_harness.mocks.settings"),
            import_module("imagine_harness.mocks.services.tasks"),
        )
        made = settings.Settings(seed=1, tasks=modes.Mode(tasks), **options)
        if bug is None or not bug["file"].startswith("mocks/images/"):
            vars(import_module("imagine_harness.mocks.services.media"))["render"] = sketches.render
        return import_module("imagine_harness.mocks.app").App(made)


class Stand:
    """Serves whatever application is in place, so that a server need not start for each."""

    def __init__(self) -> None:
        self.app: Any = None
        self.on_shutdown: Callable[[], None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI connection."""
        await self.app(scope, receive, send)


@contextmanager
def _copied(bug: Bug | None) -> Iterator[None]:
    """Have the names of the mocks stand for a copy of them."""
    before = _taken_out()
    finder = _Finder(bug) if bug else None
    if finder:
        sys.meta_path.insert(0, finder)
    try:
        yield
        assert finder is None or finder.used, f"{bug and bug['file']} is of no use to the mocks"
    finally:
        if finder:
            sys.meta_path.remove(finder)
        _taken_out()
        sys.modules.update(before)
        for name, package in COPIED.items():
            package.__dict__[name] = before[f"{package.__name__}.{name}"]


def _taken_out() -> dict[str, ModuleType]:
    """The modules of the mocks and of their judge, which nobody finds any more."""
    rooms = tuple(f"{package.__name__}.{name}." for name, package in COPIED.items())
    names = [name for name in sys.modules if f"{name}.".startswith(rooms)]
    return {name: sys.modules.pop(name) for name in names}


class _Finder(MetaPathFinder):
    """Finds the module that has the bug."""

    def __init__(self, bug: Bug) -> None:
        steps = [PACKAGE, *Path(bug["file"]).with_suffix("").parts]
        self._name = ".".join(steps[:-1] if steps[-1] == "__init__" else steps)
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
