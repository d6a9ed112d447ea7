"""The reader of fal's API reference: what it reads, what it takes no notice of, what it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.loading import load
from imagine_harness.harness.drift import contract_facts
from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.facts import UNKNOWN, ParameterFact
from imagine_harness.harness.drift.page_facts import Area, Facts
from imagine_harness.harness.drift.readers import read
from imagine_harness.harness.drift.unreadable import Unreadable

PAGES = Path(__file__).parents[4] / "fixtures" / "pages" / "fal"
SAMPLES = sorted(file.name for file in PAGES.iterdir())
GROK = (PAGES / "grok-imagine-image.md").read_text(encoding="utf-8")
RECORDED = contract_facts.facts(load.recorded("fal").contracts[0])


def sample(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def facts(text: str) -> Facts:
    return read("fal", text.encode())


def parameter(found: Facts, name: str, operation: str = "generate") -> ParameterFact:
    return next(p for p in found.parameters if (p.operation, p.name) == (operation, name))


def unmoved(before: Facts, after: Facts) -> bool:
    """Whether two pages state the same, and reach the same."""
    there, back = compare(before, after), compare(after, before)
    return (there.findings, there.unread, back.findings) == ((), (), ()) and (
        before.reached == after.reached
    )


def outside_code(text: str, change: Callable[[str], str]) -> str:
    parts = re.split(r"( *```[^`]*```)", text)
    return "".join(part if n % 2 else change(part) for n, part in enumerate(parts))


def test_the_sample_states_what_is_recorded() -> None:
    found = compare(RECORDED, facts(GROK))

    assert (found.findings, found.unread) == ((), ())


def test_every_parameter_of_the_sample_is_read() -> None:
    found = facts(GROK)
    ratios = [
        *("2:1", "20:9", "19.5:9", "16:9", "4:3", "3:2", "1:1"),
        *("2:3", "3:4", "9:16", "9:19.5", "9:20", "1:2"),
    ]
    both = {
        "prompt": ({"type": "string"}, ABSENT),
        "num_images": ({"type": "integer", "minimum": 1, "maximum": 4}, 1),
        "resolution": ({"enum": ["1k", "2k"]}, "1k"),
        "output_format": ({"enum": ["jpeg", "png", "webp"]}, "jpeg"),
        "sync_mode": ({"type": "boolean"}, False),
    }
    addresses = {"type": "string", "format": "image-url"}
    own = {
        "generate": {**both, "aspect_ratio": ({"enum": ratios}, "1:1")},
        "edit": {
            **both,
            "image_urls": ({"type": "array", "items": addresses, "maxItems": 3}, ABSENT),
        },
    }

    for operation, wanted in own.items():
        given = {
            p.name: (p.schema, p.default) for p in found.parameters if p.operation == operation
        }
        assert given == wanted
    assert {p.name for p in found.parameters if p.required} == {"prompt"}


def test_model_endpoints_and_answers_of_the_sample_are_read() -> None:
    found = facts(GROK)

    assert found.title == "Xai Grok Imagine Image"
    assert [fact.id for fact in found.models] == ["xai/grok-imagine-image"]
    assert {e.operation: (e.method, e.host, e.path, e.content) for e in found.endpoints} == {
        "generate": ("POST", "fal.run", "/xai/grok-imagine-image", ("application/json",)),
        "edit": ("POST", "fal.run", "/xai/grok-imagine-image/edit", ("application/json",)),
    }
    assert {(o.operation, o.path): (o.schema, o.required) for o in found.outputs} == {
        (operation, path): stated
        for operation in ("generate", "edit")
        for path, stated in (
            ("images", ({"type": "array"}, True)),
            ("images[].url", ({"type": "string"}, UNKNOWN)),
            ("revised_prompt", ({"type": "string"}, True)),
        )
    }
    assert found.open_points == ()


def test_examples_are_read_from_the_command_and_from_the_input_example() -> None:
    shown = [(e.operation, e.section, sorted(e.body)) for e in facts(GROK).examples]  # type: ignore[call-overload]

    assert ("generate", "Grok Imagine Image > Quick Start", ["prompt"]) in shown
    assert shown[-1][:2] == ("edit", "Edit > Input Example")
    assert "image_urls" in shown[-1][2]


def test_facts_know_the_tab_and_the_section_that_they_stand_in() -> None:
    found = facts(GROK)

    assert parameter(found, "prompt").section == "Grok Imagine Image > Input Schema"
    assert parameter(found, "prompt", "edit").section == "Edit > Input Schema"
    assert found.outputs[-1].section == "Edit > Output Schema"
    assert parameter(facts(sample("recraft-v3")), "style").section == "Input Schema"


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


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("flux-dev", "image_size takes object or one of these words: square_hd, square"),
        ("seedream-v4.5", "image_size has the default '[object Object]'"),
    ],
)
def test_what_cannot_be_said_in_a_contract_is_left_open(name: str, said: str) -> None:
    points = facts(sample(name)).open_points

    assert any(point.text.startswith(said) for point in points)
    assert {point.section.rpartition(" > ")[2] for point in points} == {"Input Schema"}


def test_an_unknown_type_is_an_open_point() -> None:
    text = GROK.replace('type="boolean"', 'type="qubit"', 1)

    assert facts(text).open_points[0].text == "sync_mode is of type 'qubit'"


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


def test_a_limit_that_another_sentence_takes_back_is_none() -> None:
    assert "maxItems" not in parameter(facts(sample("seedream-v4.5")), "image_urls", "edit").schema


@pytest.mark.parametrize(
    ("name", "model", "paths"),
    [
        ("flux-dev", "fal-ai/flux/dev", {"generate": "", "edit": "/image-to-image"}),
        (
            "flux-lora",
            "fal-ai/flux-lora",
            {"generate": "", "edit": "/image-to-image", "inpainting": "/inpainting"},
        ),
        ("ideogram-v3", "fal-ai/ideogram/v3", {"generate": "", "edit": "/edit", "remix": "/remix"}),
        ("imagen4-preview", "fal-ai/imagen4/preview", {"generate": ""}),
        ("recraft-v3", "fal-ai/recraft/v3", {"generate": "/text-to-image"}),
        (
            "seedream-v4.5",
            "fal-ai/bytedance/seedream/v4.5",
            {"edit": "/edit", "generate": "/text-to-image"},
        ),
    ],
)
def test_other_models_are_read_with_their_operations(
    name: str, model: str, paths: dict[str, str]
) -> None:
    found = facts(sample(name))

    assert [fact.id for fact in found.models] == [model]
    assert {e.operation: e.path for e in found.endpoints} == {
        operation: f"/{model}{suffix}" for operation, suffix in paths.items()
    }
    assert {(Area.INPUT, operation) for operation in paths} <= found.reached
    assert {(Area.ENDPOINTS, None), (Area.MODELS, None)} <= found.reached


def test_an_endpoint_that_demands_a_picture_is_an_edit_whatever_it_is_called() -> None:
    page = sample("recraft-v3").replace("/text-to-image", "/any")
    picture = '<ParamField body="image_url" type="string" required />\n\n### Output Schema'

    assert facts(page).operations == ("generate",)
    assert facts(page.replace("### Output Schema", picture)).operations == ("edit",)


def test_rules_across_parameters_are_read_once_from_either_side() -> None:
    found = facts(sample("ideogram-v3"))

    assert [(r.operation, r.type, r.entry) for r in found.rules] == [
        (operation, "excludes", {"groups": ["style", "style_codes"]})
        for operation in ("generate", "edit", "remix")
    ]
    assert found.rules[0].section == "V3 > Input Schema"


@pytest.mark.parametrize(
    ("sentence", "rule", "entry"),
    [
        ("It is mutually exclusive with `other`.", "excludes", {"groups": ["it", "other"]}),
        ("Required when other is given.", "requires_when",
         {"groups": ["it"], "when": {"given": ["other"]}}),
        ("Either it or other must be provided.", "one_of", {"groups": ["it", "other"]}),
    ],
)  # fmt: skip
def test_the_sentences_of_rules(sentence: str, rule: str, entry: dict[str, Any]) -> None:
    page = sample("recraft-v3").replace("Cannot be used with style.", sentence)
    page = page.replace('body="style"', 'body="other"').replace('body="style_id"', 'body="it"')

    assert [(r.type, r.entry) for r in facts(page).rules] == [(rule, entry)]


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


@pytest.mark.parametrize("name", ["recorded", *SAMPLES])
def test_a_page_rendered_from_facts_states_these_facts(
    name: str, helper: Callable[[str], Any]
) -> None:
    stated = RECORDED if name == "recorded" else facts((PAGES / name).read_text(encoding="utf-8"))
    found = facts(helper("render_fal").render(stated))

    there, back = compare(stated, found), compare(found, stated)
    assert (there.findings, there.unread, back.findings) == ((), (), ())
