"""Path templates such as `/tasks/{task_id}`: matched against paths, and filled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_PLACEHOLDER = re.compile(r"\{(\w+)\}")

ANY_STEP = "[^/]+"
"""What a placeholder matches of which nothing else is known: one step of a path."""

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PathTemplate:
    """A path template, ready to be matched.

    Attributes:
        names: of its placeholders, in order.
        pattern: has the group `pN` for the placeholder of number N, from 0 on.
    """

    names: tuple[str, ...]
    pattern: re.Pattern[str]

    def match(self, path: str) -> dict[str, str] | None:
        """What each placeholder stands for in a path; None where that is another one."""
        found = self.pattern.fullmatch(path)
        if found is None:
            return None
        return {name: found[f"p{number}"] for number, name in enumerate(self.names)}


def template(text: str, steps: Mapping[str, str] = _NOTHING) -> PathTemplate:
    """A template by its text; `steps` are patterns that placeholders match, by their names."""
    parts = _PLACEHOLDER.split(text)
    names = tuple(parts[1::2])
    groups = [f"(?P<p{n}>{steps.get(name, ANY_STEP)})" for n, name in enumerate(names)]
    parts[::2] = map(re.escape, parts[::2])
    parts[1::2] = groups
    return PathTemplate(names, re.compile("".join(parts)))


def match(text: str, path: str) -> dict[str, str] | None:
    """What each placeholder of a template stands for in a path; None where that is another one."""
    return template(text).match(path)


def fill(text: str, values: Mapping[str, str]) -> str:
    """A template with values in place of placeholders; one without a value stays as it is."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def stem(path: str) -> str:
    """The name of the file that a path ends with, up to its first dot."""
    return path.rpartition("/")[2].partition(".")[0]


def stem_at(address: str) -> str:
    """The same of an address, which may have a query and a fragment."""
    return stem(address.partition("?")[0].partition("#")[0])
