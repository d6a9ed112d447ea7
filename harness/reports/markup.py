"""HTML made of functions, in which a text is always escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TypeAlias

from imagine_harness.contracts.untrusted.printing import inert

VOID = frozenset({"br", "col", "img", "input", "meta"})
"""Elements without an end tag."""


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child: TypeAlias = "str | Iterable[Child] | None"
"""What an element holds: a text, which is escaped unless it is `Markup`, or several of them."""


def joined(*children: Child) -> Markup:
    """Texts and elements one after the other."""
    return Markup("".join(map(_rendered, children)))


def tag(name: str, /, *children: Child, **attributes: str | bool | None) -> Markup:
    """One element.

    An attribute that ends in `_` is named without it, `_` inside is `-`; one that is True stands
    alone, one that is None or False is left out.
    """
    told = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID:
        return Markup(f"<{name}{told}>")
    return Markup(f"<{name}{told}>{joined(*children)}</{name}>")


def _rendered(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return str(child)
    if isinstance(child, str):
        return html.escape(inert(child))
    return "".join(map(_rendered, child))


def _attribute(key: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{html.escape(inert(value))}"'
