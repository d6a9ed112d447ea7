"""The walk over a page of fal: what a page that lacks something states, and what is no page."""

from __future__ import annotations

import re

import pytest

from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.page_facts import Area
from imagine_harness.harness.drift.unreadable import Unreadable
from tests.harness.drift.page_changes import parameter
from tests.harness.drift.readers.fal.pages import GROK, RECORDED, facts


@pytest.mark.parametrize("step", [401, pytest.param(157, marks=pytest.mark.campaign)])
def test_a_page_cut_anywhere_states_nothing_that_the_whole_page_does_not(step: int) -> None:
    for place in range(0, len(GROK), step):
        try:
            found = compare(RECORDED, facts(GROK[:place]))
        except Unreadable:
            assert place < GROK.index("</ParamField>")
            continue
        assert found.findings == ()
        if place < GROK.rindex('body="revised_prompt"'):
            assert found.unread


def test_a_page_without_a_section_leaves_its_facts_unknown() -> None:
    start, end = GROK.rindex("    ### Output Schema"), GROK.rindex("    ### Input Example")
    found = facts(GROK[:start] + GROK[end:])

    assert (Area.OUTPUT, "edit") not in found.reached
    assert (Area.OUTPUT, "generate") in found.reached
    assert compare(RECORDED, found).findings == ()


def test_a_field_in_which_the_page_stops_is_known_in_part() -> None:
    end = GROK.index("      Range: `1` to `4`")
    found = parameter(facts(GROK[:end]), "num_images")

    assert not found.whole
    assert found.default == 1
    assert "maximum" not in found.schema


def test_two_endpoints_whose_tabs_are_lost_stay_two() -> None:
    bare = re.sub(r" *</?Tabs?\b[^>]*>\n", "", GROK)
    found = facts(bare)

    assert compare(RECORDED, found).findings == ()
    assert [e.operation for e in found.endpoints] == ["generate", "edit"]
    assert (Area.ENDPOINTS, None) not in found.reached


@pytest.mark.parametrize(
    "text",
    [
        "# A model\n\nIt makes pictures.\n",
        "<!doctype html><html><body>**Endpoint:** `POST https://fal.run/a/b`</body></html>",
        '{"openapi": "3.1.0", "paths": {}}',
        "# Page not found\n\nThe page was not found.\n",
        "# Log in\n\nLog in to see this page.\n",
        "Parameter Type Description Modes\nprompt string Required. Text\nT2I Edit\n",
        GROK.replace("**Endpoint", "**Address"),
        "**Endpoint:** `POST https://fal.run/a/b`\n",
    ],
)
def test_what_is_no_page_of_the_format_cannot_be_read(text: str) -> None:
    with pytest.raises(Unreadable) as raised:
        facts(text)

    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "a\0b" + GROK,
        "> " * 3000 + "x",
        '<Tab title="x">' * 31_000,
        "**Endpoint ID:** `a/b`\n\n### Input Schema\n\n" * 101 + "### Output Schema",
        "<A b={" * 20_000,
        '<ParamField body="a" type="' * 20_000,
        "| a | b |\n| - | - |\n" + "| a | b |\n" * 31_000,
        "```\n" * 100_000,
        "[" * 200_000,
    ],
    ids=["null", "quotes", "tabs", "endpoints", "braces", "attributes", "table", "code", "links"],
)
def test_hostile_pages_cannot_be_read(text: str) -> None:
    with pytest.raises(Unreadable):
        facts(text)
