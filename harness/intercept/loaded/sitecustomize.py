"""Loaded by Python before a program: what would have been loaded in its place, then ours."""

import importlib.machinery
import importlib.util
import os
import sys

_elsewhere = [path for path in sys.path if path != os.path.dirname(__file__)]  # noqa: PTH120
_other = importlib.machinery.PathFinder.find_spec("sitecustomize", _elsewhere)
if _other is not None and _other.loader is not None:
    _other.loader.exec_module(importlib.util.module_from_spec(_other))

if sys.version_info >= (3, 9):  # noqa: UP036 (a child's may be older than ours)
    from imagine_harness_interception import install  # type: ignore[import-not-found]

    install()
