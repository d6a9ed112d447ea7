"""Modules that only tests and generators need, imported when they are first used."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any


class Lazy(ModuleType):
    """Stands for a module and imports it at the first attribute."""

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self.__name__), name)
