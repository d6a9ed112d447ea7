"""Seconds to look at pages of 1, 2 and 4 MB, for every reader and many shapes of a page.

A page is a real one with something much too large in it; it is read and compared, or refused. Run
it as `PYTHONPATH=. python tests/bench/pages.py [--sizes MB ...] [--seconds N] [PROVIDER ...]`; it
prints what takes longer than a moment, and asserts nothing. It says so where the last size takes
longer for a byte than the first.
"""

from __future__ import annotations

import argparse
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "fixtures" / "pages"
SIZES = (1.0, 2.0, 4.0)
SECONDS = 60
MOMENT = 0.3
GROWN = 1.6

MARKS = "`*_[]<>&\\!|#-=~:.,;\"'(){}+$/@x0 \t"

PIECES = {
    **{repr(mark): mark for mark in MARKS},
    "word": "abcdefghij",
    "sentence": "A tin robot on the moon. ",
    "codes": "`a`, `b=c` ",
    "open codes": "`a ``b ```c ",
    "links": "[a](b) ",
    "open links": "[a](",
    "brackets": "[a][",
    "emphasis": "*a **b _c ",
    "autolinks": "<http://a",
    "entities": "&amp;&#1;",
    "comments": "<!-- a ",
    "images": "![a](",
    "bars": "a | b | ",
    "tags": '<A b="c"> ',
    "open tags": '<A b="c" ',
    "fields": '<ParamField body="a" type="string">',
    "numbers": "1x1 2K (1:1) $0.02 ",
    "names": "a or b, c and d, ",
    "rules": "`a` and `b` cannot be used together. ",
    "prices": "an image costs ",
    "calls": "curl -X POST https://a.b/c -d '{\"a\": 1}' -F a=b ",
    "endpoints": "POST /a/b GET /c/{d} ",
    "items": "- a ",
    "headings": "## A ",
    "delimiters": "| --- | --- ",
    "quotes": "> ",
}
"""What fills a line, or paragraphs."""

LINES = {
    "words": "A tin robot on the moon.",
    "blank": "",
    "items": "- **Type**: `string`",
    "loose items": "- a\n",
    "quotes": "> a",
    "headings": "## A tin robot",
    "deep headings": "###### a_b",
    "parameters": "##### a\n\n- **Type**: `array of objects`\n\n###### b\n\n- **Type**: `string`\n",
    "rows": "| a | `b` | c | d |",
    "tables": "| Parameter | Type | Required |\n| --- | --- | --- |\n| a | string | no |\n",
    "fences": '```json\n{"a": 1}\n```',
    "calls": "```sh\ncurl https://a.b/c -d '{\"a\": 1}'\n```",
    "open fences": "```",
    "rulers": "---",
    "references": "[a]: b",
    "fields": '<ParamField body="a" type="string">\nA robot.\n</ParamField>',
    "begun tags": '<ParamField body="a"',
    "tabs": '<Tab title="a">\n</Tab>',
    "html": "<div>",
    "names and types": "a string A robot\nT2I Edit",
    "modes": "T2I Edit",
    "heads": "Parameter Type Description Modes",
    "marks": "a\n\n`string`default: bformat: c",
}
"""What fills a page."""

Page = Callable[[int], str]


def shapes(text: str) -> Iterator[tuple[str, Page]]:
    """What pages look like: a name, and what makes the page of so many bytes."""
    yield "repeated", partial(filled, "{}", text)
    yield "with other names each time", partial(varied, text)
    yield "with items ever deeper", partial(deep, inside(text))
    for name, piece in PIECES.items():
        yield f"one line of {name}", partial(filled, inside(text), piece)
        yield f"end of {name}", partial(filled, f"{text.rstrip()} {{}}", piece)
        yield f"paragraphs of {name}", partial(filled, inside(text), paragraph(piece))
    for name, line in LINES.items():
        yield f"lines of {name}", partial(filled, inside(text), f"{line}\n")
    for line in dict.fromkeys(line for line in text.split("\n") if len(line) > 3):
        begun, _, rest = text.partition(line)
        yield f"lines {line!r}", partial(filled, f"{begun}{{}}{rest}", f"{line}\n")


def inside(text: str) -> str:
    """A page with a place in its middle."""
    lines = text.split("\n")
    half = len(lines) // 2
    return "\n".join((*lines[:half], "{}", *lines[half:]))


def filled(page: str, piece: str, size: int) -> str:
    before, _, after = page.partition("{}")
    return before + piece * (size // len(piece)) + after


def paragraph(piece: str) -> str:
    """As long as paragraphs and lines may be that are read."""
    return piece * (19_000 // len(piece)) + "\n\n"


def varied(text: str, size: int) -> str:
    numbered = re.compile(r"\b[a-z]+_[a-z_]+\b")
    copies = range(size // len(text))
    return "\n".join(numbered.sub(partial(_numbered, copy), text) for copy in copies)


def _numbered(copy: int, found: re.Match[str]) -> str:
    return f"{found[0]}{copy}"


def deep(page: str, size: int) -> str:
    return filled(page, "".join(f"{'  ' * depth}- a\n" for depth in range(int(size**0.5))), 1)


class Long(Exception):
    """It takes longer than is waited for."""


def _stop(*_: Any) -> None:
    raise Long


def seconds(provider: str, text: str, most: int) -> tuple[float, str]:
    """How long it takes to look at a page, and what comes of it."""
    from imagine_harness.harness.drift.page_check import check_page

    signal.alarm(most)
    begun = time.process_time()
    try:
        came = check_page(provider, "page", text.encode())
    except Long:
        return float("inf"), "too long"
    finally:
        signal.alarm(0)
    return time.process_time() - begun, came.error or f"{len(came.findings)} findings"


def main() -> None:
    from imagine_harness.harness.drift.readers import names

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("providers", nargs="*", metavar="PROVIDER", default=names())
    parser.add_argument("--sizes", type=float, nargs="+", default=SIZES, metavar="MB")
    parser.add_argument("--seconds", type=int, default=SECONDS)
    chosen = parser.parse_args()
    signal.signal(signal.SIGALRM, _stop)
    for provider in chosen.providers:
        for file in sorted((PAGES / provider).glob("grok-imagine-image.*")):
            for name, page in shapes(file.read_text(encoding="utf-8")):
                sizes = [int(each * 1_000_000) for each in chosen.sizes]
                came = [seconds(provider, page(size), chosen.seconds) for size in sizes]
                spent = [each for each, _ in came]
                grown = spent[-1] * sizes[0] > spent[0] * sizes[-1] * GROWN
                if spent[-1] > MOMENT:
                    times = " ".join(f"{each:7.2f}" for each in spent)
                    said = f"{times}  {name[:40]:42}{came[-1][1][:50]}"
                    end = " GROWS\n" if grown else "\n"
                    sys.stdout.write(f"{file.parent.name}/{file.suffix[1:]:4}{said}{end}")
                    sys.stdout.flush()


if __name__ == "__main__":
    main()
