"""A subject that stands in somebody's own file."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


class LoadError(Exception):
    """A subject could not be loaded; the message says what was expected and what came."""


def load(place: str) -> Callable[..., Any]:
    """The function of `path/to/file.py::function`; the file's folder can be imported from.

    Raises:
        LoadError: there is no such file or function, or importing the file fails.
    """
    path, _, name = place.partition("::")
    file = Path(path).resolve()
    if not name:
        raise LoadError(f"{place!r} names no function, expected path/to/file.py::function")
    if not file.is_file():
        raise LoadError(f"no file {path!r}, expected path/to/file.py::function")
    folder = str(file.parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    spec = importlib.util.spec_from_file_location(f"subject_{file.stem}", file)
    if spec is None or spec.loader is None:
        raise LoadError(f"{path!r} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their annotations up there
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        del sys.modules[spec.name]
        raise LoadError(f"{path}: {type(error).__name__}: {error}") from error
    found = getattr(module, name, None)
    if not callable(found):
        own = {key: value for key, value in vars(module).items() if key[0] != "_"}
        known = [key for key, value in own.items() if _is_of(value, spec.name)]
        raise LoadError(f"{path} has no function {name!r}, it has {', '.join(known) or 'none'}")
    function: Callable[..., Any] = found
    return function


def _is_of(value: object, module: str) -> bool:
    """Whether something can be called and was made in a module, not imported there."""
    return callable(value) and getattr(value, "__module__", None) == module
