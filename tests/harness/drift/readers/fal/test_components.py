"""The components of fal's pages: how they may be laid out, and what of them cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest

from imagine_harness.harness.drift.comparing.comparison import compare
from tests.harness.drift.page_changes import unmoved
from tests.harness.drift.readers.fal.pages import GROK, RECORDED, facts


def outside_code(text: str, change: Callable[[str], str]) -> str:
    parts = re.split(r"( *```[^`]*```)", text)
    return "".join(part if n % 2 else change(part) for n, part in enumerate(parts))


COSMETIC: Mapping[str, Callable[[str], str]] = {
    "at the margin": lambda text: outside_code(text, lambda part: re.sub(r"(?m)^ +", "", part)),
    "further in": lambda text: re.sub(r"(?m)^(?=.)", "     ", text),
    "tabs for blanks": lambda text: outside_code(text, lambda part: part.replace("    ", "\t")),
    "more empty lines": lambda text: text.replace("\n\n", "\n\n\n\n"),
    "lines end in CR LF": lambda text: text.replace("\n", "\r\n"),
    "lines end in blanks": lambda text: text.replace("\n", "  \n"),
    "shorter lines": lambda text: outside_code(
        text, lambda part: re.sub(r"(?m)^( ++)((?!<|\*|#)[^\n]{30,}?) (?=\w|`)", r"\1\2\n\1", part)
    ),
    "fields on one line": lambda text: re.sub(
        r"(<ParamField[^\n]*>)\n\s+([^\n]*)\n\s*(</ParamField>)", r"\1\2\3", text
    ),
    "tags on several lines": lambda text: re.sub(
        r" (type|required|default)\b(?=[=>])", r"\n    \1", text
    ),
    "attributes in another order": lambda text: re.sub(
        r'body="(\w+)" type="([^"]*)"', r"type='\2' body='\1'", text
    ),
    "braces for quotes": lambda text: re.sub(r'default="(\d+|false)"', r"default={\1}", text),
    "other words": lambda text: re.sub(
        r"(<ParamField[^\n]*>\n\s+)[A-Z][^.`\n]*\.", r"\1Said in other words.", text
    ),
    "other addresses": lambda text: text.replace("v3b.fal.media", "elsewhere.example"),
    "another playground": lambda text: re.sub(r"(?s) *<Card.*?</Card>\n", "", text),
    "underscores for stars": lambda text: re.sub(r"\*\*(Endpoint[^*]*)\*\*", r"__\1__", text),
    "tabs in another order": lambda text: re.sub(
        r"(?s)(<Tabs>\n)(.*?</Tab>\n)\n(.*?</Tab>\n)(</Tabs>)", r"\1\3\n\2\4", text
    ),
    "sections in another order": lambda text: re.sub(
        r"(?s)( +### Input Schema\n.*?)( +### Output Schema\n.*?)(?= +### Input Ex)", r"\2\1", text
    ),
    "fields in another order": lambda text: re.sub(
        r"(?s)( +<ParamField body=\"prompt\".*?</ParamField>\n\n)(.*?)(?= +### Output)",
        r"\2\1",
        text,
    ),
    "limitations said elsewhere": lambda text: text[: text.index("## Limitations")] + "## Notes\n",
    "headings among the fields": lambda text: text.replace(
        "    ### Output Schema", "    #### And\n\n    More.\n\n    ### Output Schema"
    ).replace("The shape of the picture.", "The shape.\n\n      ## Shapes\n\n      All of it."),
    "a gallery of pictures": lambda text: text.replace(
        "    ### Input Schema",
        "    ## Examples\n\n    > a heron\n\n    <Frame>\n      <img src='https://a.b/c' />\n"
        "    </Frame>\n\n    ### Input Schema",
    ),
}
"""Changes of a page that change none of its facts."""


@pytest.mark.parametrize("change", COSMETIC)
def test_what_is_no_fact_changes_none(change: str) -> None:
    changed = COSMETIC[change](GROK)

    assert changed != GROK
    assert unmoved(facts(GROK), facts(changed))


def test_a_tag_that_is_none_is_an_open_point_and_its_field_not_gone() -> None:
    broken = GROK.replace(
        'body="num_images" type="integer"', 'body="num_images" "type="integer"', 1
    )
    found = facts(broken)

    (point,) = found.open_points
    assert point.section == "Grok Imagine Image > Input Schema"
    assert point.text.startswith('a tag that cannot be read: <ParamField body="num_images" "type=')
    assert compare(RECORDED, found).unread == ("generate.num_images",)
    assert compare(RECORDED, found).findings == ()


def test_fields_inside_a_field_are_open_points_and_no_parameters() -> None:
    inner = (
        '<Expandable title="properties">\n<ParamField body="width" type="integer">\n'
        "How wide.\n\nRange: `1` to `9`\n</ParamField>\n</Expandable>\n"
    )
    text = GROK.replace("How many pictures to make.", f"How many pictures to make.\n\n{inner}", 1)
    found = facts(text)

    assert unmoved(facts(GROK), found)
    assert [point.text for point in found.open_points] == [
        "num_images.width stands inside another field"
    ]
