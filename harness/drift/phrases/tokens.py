"""Names and values in a sentence as tokens of one form, so that patterns of rules stay short."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imagine_harness.harness.drift.phrases.sentences import QUOTED

TOKEN = "\ue000\\d{1,6}\ue001"
"""A name or a value in a sentence."""

Group = str | list[str]

_WORDS = re.compile(rf"{QUOTED}|(?<!\w)'[^']*'(?!\w)|[A-Za-z_]\w*(?:\.\w+)*")
_TOKEN = re.compile(TOKEN)


@dataclass(frozen=True, slots=True)
class Tokens:
    """A sentence with tokens, and what they stand for, in order.

    Attributes:
        text: the sentence.
        words: as they are written.
        names: the parameters of the operation.
    """

    text: str
    words: tuple[str, ...]
    names: frozenset[str]

    def restored(self, text: str) -> str:
        """A part of the sentence as it was written."""
        return _TOKEN.sub(lambda token: self.words[int(token[0][1:-1])], text)

    def groups(self, text: str) -> list[Group]:
        """The groups of parameters in a part: `width/height` is one of two."""
        found: list[Group] = []
        for token in _TOKEN.finditer(text):
            names = [name.strip() for name in self._word(token).split("/")]
            found.append(names[0] if len(names) == 1 else names)
        return found

    def flat(self, text: str) -> list[str]:
        """The parameters in a part, one by one."""
        return [
            name
            for group in self.groups(text)
            for name in ([group] if isinstance(group, str) else group)
        ]

    def value(self, text: str) -> object:
        """A value in a part: `true`, `4`, `URL`."""
        token = _TOKEN.search(text)
        plain = self._word(token) if token else text
        if plain.lower() in {"true", "false"}:
            return plain.lower() == "true"
        return int(plain) if re.fullmatch(r"-?\d{1,18}", plain) else plain

    def are_known(self, entry: Mapping[str, Any]) -> bool:
        """Whether an entry's groups are all parameters."""
        groups = [[each] if isinstance(each, str) else each for each in entry.get("groups", ())]
        return all(name in self.names for group in groups for name in group)

    def _word(self, token: re.Match[str]) -> str:
        return self.words[int(token[0][1:-1])].strip("`\"'\u201c\u201d ")


def tokenise(sentence: str, names: frozenset[str]) -> Tokens:
    """A sentence with a token for whatever is quoted or a parameter's name."""
    words: list[str] = []

    def token(found: re.Match[str]) -> str:
        word = found[0]
        if word[0] not in "`\"'\u201c" and word not in names:
            return word
        words.append(word)
        return f"\ue000{len(words) - 1}\ue001"

    text = _WORDS.sub(token, re.sub("[\ue000\ue001]", " ", sentence).replace("`/`", "/"))
    return Tokens(text, tuple(words), names)
