"""Every promise by its id, in the words that people read; they stand in `promises.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

_FILE = Path(__file__).with_name("promises.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseText:
    """A promise in the words that people read.

    Attributes:
        id: its subject and its name, as in `client.returns`.
        says: what is promised, as a sentence.
        why: what goes wrong where it is not kept.
        broken: one way to break it.
        documented: what on record states it; "" for a practice, which no page states.
    """

    id: str
    says: str
    why: str
    broken: str
    documented: str = ""

    @property
    def subject(self) -> str:
        """Who keeps it: `client`, `server` or `gateway`."""
        return self.id.partition(".")[0]

    @property
    def basis(self) -> str:
        """What it rests on, in a word: `documented` or `practice`."""
        return "documented" if self.documented else "practice"


def _read() -> Iterator[PromiseText]:
    for subject, promises in tomllib.loads(_FILE.read_text(encoding="utf-8")).items():
        for name, entry in promises.items():
            yield PromiseText(id=f"{subject}.{name}", **entry)


PROMISES: Mapping[str, PromiseText] = MappingProxyType({each.id: each for each in _read()})
"""The promises of all subjects by id, in the order of their file."""
