"""A loader of YAML that makes the values of JSON, texts and bytes, and never an object."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:
    from yaml import SafeLoader  # type: ignore[assignment]

from imagine_harness.harness.traffic.readers.tagged_values import Tagged

STANDARD = "tag:yaml.org,2002:"
"""What the tags begin with that are written with `!!`."""

PYTHON = f"{STANDARD}python/"
"""What the tags of Python's own dumper begin with."""

LIST_KEY = "(no text)"
"""Stands for a key that is a list or an object."""


class Loader(SafeLoader):
    """Plain scalars are what JSON has, all else is text; an unknown tag is kept as `Tagged`."""

    # the tables of a loader are those of its class, and none is taken over
    yaml_implicit_resolvers = {}  # noqa: RUF012
    yaml_constructors = {}  # noqa: RUF012
    yaml_multi_constructors = {}  # noqa: RUF012


NUMBER = r"-?(?:0|[1-9][0-9]{0,400})"
"""How a whole number is written; with a nought before it, it is text."""

_SCALARS: Mapping[str, tuple[str, list[str]]] = {
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "bool": (r"true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    "int": (NUMBER, [*"-0123456789"]),
    "float": (rf"{NUMBER}(?:\.[0-9]{{1,400}})?(?:[eE][-+]?[0-9]{{1,4}})?", [*"-0123456789"]),
}
"""What a plain scalar is, by how it is written and begins; the first that fits."""

for _kind, (_written, _begins) in _SCALARS.items():
    Loader.add_implicit_resolver(f"{STANDARD}{_kind}", re.compile(f"^(?:{_written})$"), _begins)


def _text(told: str) -> str:
    return told


def _bool(told: str) -> bool:
    return {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}[
        told.lower()
    ]


def _bytes(told: str) -> bytes:
    return base64.b64decode("".join(told.split()), validate=True)


def _null(_: str) -> None:
    return None


_FROM_TEXT: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys(("str", "unicode", "bytes", "timestamp", "value", "merge"), _text),
    **dict.fromkeys(("null", "none"), _null),
    **dict.fromkeys(("int", "long"), int),
    "bool": _bool,
    "float": float,
    "binary": _bytes,
}
"""What is made of a scalar, by its tag without what it begins with."""

_LOCAL: Mapping[str, Callable[[str], Any]] = {
    "!binary": _bytes,
    **dict.fromkeys(("!", "!str", "!ruby/string", "!ruby/sym", "!ruby/symbol"), _text),
}
"""What is made of a scalar, by a tag of an application."""


def _value_of(loader: Any, node: Any) -> Any:
    """The value of a node. Lists and objects are filled later, so that they may hold themselves."""
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    is_list = isinstance(node, yaml.SequenceNode)
    return (_list if is_list else _object)(loader, node)


def _scalar(node: yaml.ScalarNode) -> Any:
    make = _LOCAL.get(node.tag) or _FROM_TEXT.get(_word(node.tag))
    try:
        return make(node.value) if make is not None else Tagged(_short_tag(node.tag), node.value)
    except (ValueError, KeyError, OverflowError, binascii.Error):
        return Tagged(_short_tag(node.tag), node.value)


def _list(loader: Any, node: yaml.SequenceNode) -> Iterator[Any]:
    made: list[Any] = []
    yield (
        made if _word(node.tag) in ("seq", "list", "tuple") else Tagged(_short_tag(node.tag), made)
    )
    made.extend(loader.construct_object(each) for each in node.value)


def _object(loader: Any, node: yaml.MappingNode) -> Iterator[Any]:
    made: dict[str, Any] = {}
    yield made if _word(node.tag) in ("map", "dict") else Tagged(_short_tag(node.tag), made)
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else LIST_KEY
        made[name] = loader.construct_object(value)


def _word(tag: str) -> str:
    """A standard tag without what it begins with, `""` for any other."""
    for start in (PYTHON, STANDARD):
        if tag.startswith(start):
            return tag.removeprefix(start)
    return ""


def _short_tag(tag: str) -> str:
    return f"!!{tag.removeprefix(STANDARD)}" if tag.startswith(STANDARD) else tag


Loader.add_constructor(None, _value_of)
