"""Sample pages, changes of them that change no fact, and what of their facts is compared."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.facts import ParameterFact
from imagine_harness.harness.drift.page_facts import Facts

PAGES = Path(__file__).parents[3] / "fixtures" / "pages"

NOT_COMPARED = frozenset({"title", "examples", "open_points", "url"})


def page(provider: str, name: str) -> str:
    """A sample page of a provider, by its file's name."""
    return (PAGES / provider / name).read_text(encoding="utf-8")


def names(provider: str) -> list[str]:
    """The sample pages of a provider."""
    return sorted(file.name for file in (PAGES / provider).iterdir())


def parameter(found: Facts, name: str, operation: str = "generate") -> ParameterFact:
    """A parameter that a page states, by its name."""
    return next(p for p in found.parameters if (p.operation, p.name) == (operation, name))


def unmoved(before: Facts, after: Facts) -> bool:
    """Whether two pages state the same, and reach the same."""
    there, back = compare(before, after), compare(after, before)
    return (there.findings, there.unread, back.findings) == ((), (), ()) and (
        before.reached == after.reached
    )


def stated(facts: Facts) -> dict[str, Any]:
    """The facts without sections, descriptions and order."""
    return {
        each.name: _plain(getattr(facts, each.name))
        for each in fields(facts)
        if each.name not in NOT_COMPARED
    }


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | frozenset):
        return sorted(repr(_plain(each)) for each in value)
    if hasattr(value, "section"):
        return replace(value, section="", **({"note": ""} if hasattr(value, "note") else {}))
    return value


def _reordered(text: str) -> str:
    """The chapters between the first and the last one in the opposite order."""
    head, *parts = re.split(r"(?m)^(?=## )", text)
    return head + "".join((*reversed(parts[:-1]), parts[-1]))


def _keys_sorted(text: str) -> str:
    def again(found: re.Match[str]) -> str:
        try:
            return json.dumps(json.loads(found[0]), sort_keys=True, indent=1)
        except ValueError:
            return found[0]

    return re.sub(r"(?m)(?<=\n)\{(?:.|\n)*?\n?\}(?=\n```)", again, text)


def _wrapped(text: str) -> str:
    """Prose on shorter lines; tables, headings, code and lists stay as they are."""
    parts = re.split(r"(```[^`]*```)", text)
    return "".join(
        part if n % 2 else re.sub(r"(?m)^([A-Z][^|#\n]{30,}?) (?=\w)", r"\1\n", part)
        for n, part in enumerate(parts)
    )


COSMETIC: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "lines end in CR LF": lambda text: text.replace("\n", "\r\n"),
        "lines end in a blank": lambda text: re.sub(r"(?m)(?<=\w)$", " ", text),
        "more empty lines": lambda text: text.replace("\n\n", "\n\n\n\n"),
        "another order of chapters": _reordered,
        "another order of keys": _keys_sorted,
        "shorter lines": _wrapped,
        "other stars for lists": lambda text: re.sub(r"(?m)^- ", "+ ", text),
        "other pictures": lambda text: re.sub(
            r"!\[[^]]*\]\([^)]*\)", "![Fig](https://a.b/c)", text
        ),
        "other tab numbers": lambda text: re.sub(r"(?<=#tab-panel-)\d+", "77", text),
        "underscores not escaped": lambda text: text.replace("\\_", "_"),
        "cells padded": lambda text: re.sub(r"(?m)(?<=\S) \| ?(?=\S)", "   |  ", text),
        "a byte order mark": lambda text: "\ufeff" + text,
        "words added": lambda text: text.replace("\n\n## ", "\n\nThe heron flies on.\n\n## ", 1),
    }
)
"""Changes of a page in Markdown that change none of its facts."""


def cuts(text: str, count: int) -> Iterator[bytes]:
    """A page cut short at places spread over it."""
    raw = text.encode()
    for place in range(count):
        yield raw[: (place + 1) * len(raw) // (count + 1) + place]
