"""HTML made of functions."""

from __future__ import annotations

from imagine_harness.harness.reports.markup import Markup, joined, tag


def test_texts_are_escaped_and_elements_are_not() -> None:
    assert tag("p", "<b>&\"'", tag("b", "x")) == "<p>&lt;b&gt;&amp;&quot;&#x27;<b>x</b></p>"
    assert joined(["a<", (tag("br"), None)], Markup("<i>")) == "a&lt;<br><i>"


def test_attributes_are_escaped_named_and_left_out() -> None:
    told = tag("a", class_="x", data_shows='"><script>', open=True, id=None, hidden=False, name="n")

    assert told == ('<a class="x" data-shows="&quot;&gt;&lt;script&gt;" open name="n"></a>')


def test_an_element_without_an_end_has_none() -> None:
    assert tag("img", src="data:,") == '<img src="data:,">'
