"""What Schemathesis writes, in as few lines as show what is wrong and how to see it again."""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST_LETTERS = 2_000
"""Letters of a report that are handed on where it has no finding."""

_MOST_FINDINGS = 5
"""Findings of one run that are written in full."""


def shortest(text: str) -> str:
    """The useful part of a report: on its first line what is wrong, then how to see each again."""
    found = list(_findings(text))
    if not found:
        start = max(text.find("WARNINGS"), 0)
        return f"Schemathesis is not content\n{text[start : start + MOST_LETTERS]}"
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    lines = [line for each in found[:_MOST_FINDINGS] for line in each]
    return "\n".join([f"Schemathesis: {found[0][0]}{more}", *lines])


def _findings(text: str) -> Iterator[list[str]]:
    """The findings of a report: a title, what was wrong, the status and a curl line each."""
    _, *blocks = re.split(r"^_+ (.+) _+$", text, flags=re.MULTILINE)
    for label, block in zip(blocks[::2], blocks[1::2], strict=True):
        here = re.split(r"^=+ ", block, maxsplit=1, flags=re.MULTILINE)[0]
        for case in re.split(r"^\d+\. Test Case ID: .*$", here, flags=re.MULTILINE):
            lines = [line.strip() for line in case.splitlines() if line.strip()]
            if lines:
                title, *rest = lines
                kept = [line for line in rest if line.startswith(("- ", "curl ", "["))]
                yield [f"{label}: {title.removeprefix('- ')}", *(f"  {e}" for e in rest[:1] + kept)]
