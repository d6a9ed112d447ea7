"""The HTML page: whole by itself, sound, and safe whatever is in it."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest

from imagine_harness.harness.reports.html import render
from imagine_harness.harness.reports.report import OtherFailure, Report
from imagine_harness.harness.results.results import PromiseVerdict, Result, Side
from imagine_harness.harness.results.waivers import Standing, Use, Waiver
from tests.exchanges import reported as exchange

Reported = Callable[..., Report]
PICTURE = "data:image/png;base64,AAAA"
VOID = {"br", "col", "img", "input", "meta", "link"}


class Page(HTMLParser):
    """Every element with its attributes, and the text outside of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.inside: dict[str, str] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("script", "style"):
            self.inside[self.open[-1]] = data
        else:
            self.texts.append(data)

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag == name]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


@pytest.fixture(scope="module")
def page(whole: Report) -> Page:
    return Page(render(whole))


def test_every_element_is_closed_and_every_id_is_its_own(page: Page) -> None:
    ids = [each["id"] for _, each in page.elements if "id" in each]

    assert page.open == []
    assert len(ids) == len(set(ids)) == 7


def test_the_page_needs_nothing_but_itself(page: Page) -> None:
    fetched = [each for _, each in page.elements if {"src", "href"} & each.keys()]
    loaded = [each["src"] for each in page.all("img")]

    assert {tag for tag, _ in page.elements} & {
        "link",
        "iframe",
        "object",
        "embed",
        "base",
    } == set()
    assert loaded == [next(src for src in loaded if str(src).startswith("data:image/png;base64,"))]
    assert all("src" not in each for each in page.all("script"))
    assert len(fetched) == len(loaded) + len(page.all("a"))
    assert "url(" not in page.inside["style"]
    assert "@import" not in page.inside["style"]


def test_only_the_pages_own_script_may_run(page: Page) -> None:
    (policy,) = (
        each["content"]
        for each in page.all("meta")
        if each.get("http-equiv") == "Content-Security-Policy"
    )
    digest = hashlib.sha256(page.inside["script"].encode()).digest()

    assert str(policy).startswith("default-src 'none'; ")
    assert f"script-src 'sha256-{base64.b64encode(digest).decode()}'" in str(policy)


def test_whatever_a_client_said_is_text(page: Page) -> None:
    assert len(page.all("script")) == 1
    assert "alert" not in page.inside["script"]
    assert page.text.count("<script>alert('x')</script>") >= 3
    assert not [name for _, each in page.elements for name in each if name.startswith("on")]
    assert not [each for each in page.all("a") if not str(each["href"]).startswith("https://")]
    assert "javascript:alert(1)" in page.text


def test_nothing_unprintable_is_in_it(whole: Report) -> None:
    assert all(letter.isprintable() or letter == "\n" for letter in render(whole))


def test_a_failure_shows_its_facts_its_bodies_and_how_to_see_it_again(page: Page) -> None:
    for told in (
        "failed",
        "2 broken, 1 warning, 1 waived, 1 skipped, 2 kept",
        "seed 7",
        "fal.generate.num_images.maximum",
        "certainty documented",
        "expected 4 got 9",
        "answered 422",
        "x-own: ",
        '"msg": "too many"',
        "See it again: curl",
        "curl -X POST 'http://x'",
        "waits for <2.0>",
        "Other tests that failed",
        "test_b.py::test_other",
    ):
        assert told in page.text
    assert page.all("a")[0]["href"] == "https://fal.ai/docs/page#:~:text=Input%20Schema"


def test_lines_that_differ_are_marked_with_more_than_colour(whole: Report) -> None:
    text = render(whole)
    rows = re.findall(r'<tr class="differs">(.*?)</tr>', text, re.S)

    assert [re.findall(r"<pre>(.*?)</pre>", html.unescape(row)) for row in rows] == [
        ['-   "num_images": 4', '+   "num_images": 9']
    ]


def test_a_broken_promise_is_open_and_what_has_nothing_to_show_cannot_be(page: Page) -> None:
    promises = {
        tag: [each for name, each in page.elements if name == tag and "data-standing" in each]
        for tag in ("details", "div")
    }

    assert [each["data-standing"] for each in promises["details"] if "open" in each] == [
        "broken",
        "broken",
    ]
    assert {each["data-standing"] for each in promises["div"]} == {"kept"}


def test_every_rule_has_its_verdict_and_its_exercises(whole: Report) -> None:
    text = render(whole)
    row = next(
        row
        for row in re.findall(r"<tr.*?</tr>", text, re.S)
        if "<td><code>fal.generate.num_images.maximum</code>" in row
    )
    cells = [re.sub(r"<.*?>", "", cell) for cell in re.findall(r"<td.*?</td>", row, re.S)]

    assert cells[:6] == ["fal.generate.num_images.maximum", "broken", "yes", "-", "yes", "yes"]
    assert cells[7] == "documented"
    assert "never touched" in text
    assert "Documented errors: 0 of " in text
    assert "Readings: 0 of " in text


def test_a_run_without_a_fault_passed(reported: Reported) -> None:
    kept = Result("client.conforms", "it conforms", "client of fal.generate", PromiseVerdict.KEPT)
    page = Page(render(reported((kept,))))

    assert "passed" in page.text
    assert "Rule coverage" not in page.text
    assert "Nothing was tried." in Page(render(reported(()))).text


@pytest.mark.parametrize(
    ("source", "link"),
    [
        ("https://a.example/b#C & D", "https://a.example/b#:~:text=C%20%26%20D"),
        ("https://a.example/b", "https://a.example/b"),
        ("javascript:alert(1)#x", None),
        ("traffic of 2026", None),
    ],
)
def test_only_a_web_address_is_a_link(reported: Reported, source: str, link: str | None) -> None:
    page = Page(render(reported((Result("a", "b", "c", PromiseVerdict.BROKEN, source=source),))))

    assert [each["href"] for each in page.all("a")] == ([link] if link else [])
    assert f"source {source}" in page.text


def test_pictures_stand_side_by_side(reported: Reported) -> None:
    label = '\'" onerror=alert(1) x="'
    sides = (Side(label, picture=PICTURE), Side("returned", {"b64_json": ""}))
    page = Page(render(reported((Result("a", "b", "c", PromiseVerdict.BROKEN, sides=sides),))))

    assert page.all("img") == [{"src": PICTURE, "alt": label}]
    assert f'{label} returned {{ "b64_json": "" }}' in page.text


def test_hostile_text_is_text_wherever_it_stands(reported: Reported) -> None:
    evil = "</pre>\"'><img src=x onerror=alert(1)>{{ 7 * 7 }}{% set a = 1 %}<script>"
    seen = exchange(evil, evil, {evil: evil}, evil.encode(), 422, evil.encode(), ending=evil)
    texts: dict[str, Any] = dict.fromkeys(
        ("message", "rule", "source", "certainty", "excuse"), evil
    )
    sides = [Side(evil, evil), Side(evil, {evil: evil})]
    results = [
        Result(evil, evil, evil, PromiseVerdict.BROKEN, seen=(seen,), steps={evil: evil}, **texts)
    ]
    results += [
        Result(evil, evil, evil, PromiseVerdict.BROKEN, sides=(*sides[:n], *sides)) for n in (0, 1)
    ]
    made = replace(
        reported(tuple(results)),
        title=evil,
        seed=evil,
        versions={evil: evil},
        uses=(Use(Waiver(evil, evil, date(2027, 1, 31), "", evil, 1), Standing.USED, 1),),
        others=(OtherFailure(evil, evil),),
    )
    page = Page(render(made))
    plain = Page(render(reported(())))

    assert page.all("img") == []
    assert page.all("script") == plain.all("script")
    assert page.inside["script"] == plain.inside["script"]
    assert not [name for _, each in page.elements for name in each if name.startswith("on")]
    assert "49" not in page.text
    assert page.text.count(evil) > 30


def test_a_long_body_is_cut_and_says_so(reported: Reported) -> None:
    seen = exchange("POST", "http://x", {}, b"", 200, b"y" * 30_000)
    text = render(reported((Result("a", "b", "c", PromiseVerdict.BROKEN, seen=(seen,)),)))

    assert "<pre>no body</pre>" in text
    assert "y" * 20_000 in text
    assert "y" * 20_001 not in text
    assert "cut, it has 30000 bytes" in text


def test_an_exchange_without_an_answer_says_so(reported: Reported) -> None:
    seen = exchange("POST", "http://x", {}, b"", 0, b"", ending="client left after 1.0 s")
    text = render(reported((Result("a", "b", "c", PromiseVerdict.BROKEN, seen=(seen,)),)))

    assert "http://x, without an answer, client left after 1.0 s" in text
    assert "<h4>No answer</h4>" in text


def test_only_what_has_more_than_a_line_can_be_opened(reported: Reported) -> None:
    seen = exchange("POST", "http://x", {}, b"", 200, b"")
    results = (
        Result("a", "b", "c", PromiseVerdict.KEPT),
        Result("a", "b", "c", PromiseVerdict.KEPT, seen=(seen,)),
        Result("a", "b", "c", PromiseVerdict.SKIPPED),
    )
    page = Page(render(reported(results)))

    assert [tag for tag, each in page.elements if "data-standing" in each and "id" in each] == [
        "div",
        "details",
        "details",
    ]
