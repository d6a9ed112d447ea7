"""The picture of a failing report is what a failing report looks like today."""

from __future__ import annotations

import re

from tests.picture import FILE, drawn, text_of
from tests.readme import ROOT, SUITES, TOP

SHOWN = FILE.read_text(encoding="utf-8")


def test_the_picture_shows_what_a_check_of_that_client_says() -> None:
    assert text_of(SHOWN) == text_of(drawn()), "draw it anew: python -m tests.picture"


def test_the_picture_fetches_nothing() -> None:
    assert re.findall(r"""(?:href|src)=|url\((?!#)|@import|<script""", SHOWN) == []


def test_the_first_page_and_the_suites_show_it() -> None:
    for readme in (TOP, SUITES):
        [path] = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", readme.text)

        assert (ROOT / readme.path).parent / path == FILE
