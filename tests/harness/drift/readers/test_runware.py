"""The reader of Runware's pages: what it reads, what it takes no notice of, what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.harness.drift import contract_facts
from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.facts import UNKNOWN, ParameterFact
from imagine_harness.harness.drift.page_facts import Area, Facts
from imagine_harness.harness.drift.readers import read
from imagine_harness.harness.drift.unreadable import Unreadable
from tests.growth import leaps
from tests.harness.drift.page_changes import COSMETIC, cuts, names, page, stated
from tests.harness.drift.render_runware import render

GROK = page("runware", "grok-imagine-image.md")
REFERENCES = {"type": "string", "format": "image-reference"}


def facts(text: str) -> Facts:
    return read("runware", text.encode())


def parameter(found: Facts, name: str) -> ParameterFact:
    return next(fact for fact in found.parameters if fact.name == name)


def rules(found: Facts, kind: str) -> list[Any]:
    return [fact.entry for fact in found.rules if fact.type == kind]


def test_every_parameter_of_the_sample_is_read() -> None:
    assert {fact.name: fact.schema for fact in facts(GROK).parameters} == {
        "taskType": {"enum": ["imageInference"]},
        "taskUUID": {"type": "string", "format": "uuid4"},
        "outputType": {"enum": ["URL", "base64Data", "dataURI"]},
        "outputFormat": {"enum": ["JPG", "PNG", "WEBP"]},
        "outputQuality": {"type": "integer", "minimum": 20, "maximum": 99},
        "webhookURL": {"type": "string", "format": "url"},
        "deliveryMethod": {"enum": ["sync", "async"]},
        "uploadEndpoint": {"type": "string", "format": "url"},
        "safety": {"type": "object"},
        "safety.checkContent": {"type": "boolean"},
        "safety.mode": {"enum": ["none", "fast"]},
        "ttl": {"type": "integer", "minimum": 60},
        "includeCost": {"type": "boolean"},
        "numberResults": {"type": "integer", "minimum": 1, "maximum": 20},
        "inputs": {"type": "object"},
        "inputs.referenceImages": {"type": "array", "items": REFERENCES},
        "positivePrompt": {"type": "string", "minLength": 1},
        "width": {"type": "integer"},
        "height": {"type": "integer"},
        "resolution": {"enum": ["1K"]},
    }


def test_defaults_have_the_type_of_their_parameter() -> None:
    found = facts(GROK)

    assert parameter(found, "outputQuality").default == 95
    assert parameter(found, "includeCost").default is False
    assert parameter(found, "resolution").default == "1K"
    assert parameter(found, "safety.mode").default_when == (("safety.checkContent", True, "fast"),)
    assert [fact.name for fact in found.parameters if fact.required] == [
        "taskType",
        "taskUUID",
        "positivePrompt",
    ]


def test_rules_are_read_in_their_sentences() -> None:
    found = facts(GROK)
    sides = ["width", "height"]

    assert rules(found, "one_of") == [{"groups": ["inputs.referenceImages", sides, "resolution"]}]
    assert rules(found, "excludes") == [{"groups": ["resolution", sides]}]
    assert rules(found, "together") == [{"fields": sides}]
    assert rules(found, "unique") == [{"field": "taskUUID"}]
    assert rules(found, "ignored_when") == [
        {"field": "ttl", "when": {"equals": {"outputType": "URL"}}}
    ]


def test_sizes_have_labels_and_the_parameters_that_take_no_others() -> None:
    sizes = facts(GROK).sizes

    assert len(sizes) == 13
    assert (sizes[1].label, sizes[1].width, sizes[1].height) == ("1K (3:4)", 896, 1280)
    assert {(size.operation, size.fields) for size in sizes} == {("task", ("width", "height"))}


def test_prices_status_and_answers_are_read() -> None:
    found = facts(GROK)

    assert {fact.of: fact.amount for fact in found.prices} == {"image": 0.02, "input": 0.002}
    assert found.status is not None
    assert found.status.word == "live"
    assert {fact.path: fact.schema for fact in found.outputs} == {
        "data": {"type": "array"},
        "errors": {"type": "array"},
        "data[].taskType": {"enum": ["imageInference"]},
        **{f"data[].{name}": {"type": "string"} for name in ("taskUUID", "imageUUID", "imageURL")},
        **{f"data[].{name}": {"type": "string"} for name in ("imageBase64Data", "imageDataURI")},
        "data[].seed": {"type": "integer"},
        "data[].NSFWContent": {"type": "boolean"},
        "data[].cost": {"type": "number"},
    }


def test_facts_know_the_headings_that_they_stand_under() -> None:
    found = facts(GROK)

    assert parameter(found, "safety.mode").section == "Request Parameters > safety > mode"
    assert {size.section for size in found.sizes} == {"Compatibility & Validation"}
    assert found.endpoints[0].host is UNKNOWN


def test_the_sample_says_what_is_recorded() -> None:
    told = compare(contract_facts.facts(load.recorded("runware").contracts[0]), facts(GROK))

    assert (told.findings, told.unread) == ((), ())


@pytest.mark.parametrize(
    ("name", "parameter", "schema"),
    [
        ("flux-1-dev.md", "CFGScale", {"type": "number", "minimum": 0, "maximum": 50}),
        ("flux-1-dev.md", "width", {"type": "integer", "minimum": 128, "maximum": 2048}),
        ("flux-1-dev.md", "scheduler", {"enum": ["Default", "Euler", "DPM++ 2M"]}),
        (
            "flux-1-dev.md",
            "lora",
            {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "model": {"type": "string"},
                        "weight": {"type": "number", "minimum": -4, "maximum": 4},
                    },
                    "required": ["model"],
                },
            },
        ),
        (
            "ideogram-3-0.md",
            "providerSettings.ideogram.magicPrompt",
            {"enum": ["AUTO", "ON", "OFF"]},
        ),
        (
            "ideogram-3-0.md",
            "providerSettings.ideogram.characterReferenceImages",
            {"type": "array", "items": REFERENCES, "minItems": 1, "maxItems": 1},
        ),
        ("klingai-2-1-master.md", "duration", {"enum": [5, 10]}),
        (
            "bytedance-seedream-4-0.md",
            "inputs.referenceImages",
            {"type": "array", "items": REFERENCES, "maxItems": 14},
        ),
    ],
)
def test_other_models_are_read(name: str, parameter: str, schema: dict[str, Any]) -> None:
    found = {fact.name: fact.schema for fact in facts(page("runware", name)).parameters}

    assert found[parameter] == schema


def test_rules_of_other_models_are_read() -> None:
    flux, imagen = (
        facts(page("runware", "flux-1-dev.md")),
        page("runware", "google-imagen-4-preview.md"),
    )
    seedream = facts(page("runware", "bytedance-seedream-4-0.md"))

    assert rules(flux, "allowed_when") == [
        {"field": "strength", "when": {"given": ["inputs.seedImage"]}}
    ]
    assert rules(flux, "requires_when") == [
        {"when": {"given": ["inputs.maskImage"]}, "groups": ["inputs.seedImage"]}
    ]
    assert rules(facts(imagen), "one_of") == [{"groups": [["width", "height"], "aspectRatio"]}]
    assert rules(seedream, "requires_when")[1] == {
        "when": {"equals": {"fitInput": True}},
        "groups": ["resolution"],
    }


def test_a_sentence_that_no_pattern_reads_is_an_open_point() -> None:
    unknown_lines = "`width` must rhyme with `height`."
    found = facts(GROK.replace("`width` and `height` must be used together.", unknown_lines))

    assert [point.text for point in found.open_points] == [unknown_lines]


def test_an_attribute_that_no_keyword_says_is_an_open_point() -> None:
    points = facts(page("runware", "flux-1-dev.md")).open_points

    assert [point.text for point in points] == ["width step: 16", "height step: 16"]


def test_a_price_of_something_else_is_none_of_an_image() -> None:
    assert facts(page("runware", "klingai-2-1-master.md")).prices == ()


@pytest.mark.parametrize("change", COSMETIC)
def test_cosmetic_changes_change_no_fact(change: str) -> None:
    assert stated(facts(COSMETIC[change](GROK))) == stated(facts(GROK))


@pytest.mark.parametrize("count", [24, pytest.param(1500, marks=pytest.mark.campaign)])
def test_what_a_cut_page_does_not_reach_is_not_gone(count: int) -> None:
    whole = facts(GROK)
    assert compare(whole, facts(GROK[: GROK.index("### [ttl]")])).unread

    for raw in cuts(GROK, count):
        try:
            told = compare(whole, read("runware", raw))
        except Unreadable:
            continue
        assert told.findings == ()


def test_a_missing_chapter_is_not_reached() -> None:
    start, end = GROK.index("## Compatibility"), GROK.index("## Request")
    found = facts(GROK[:start] + GROK[end:])

    assert not found.reaches(Area.SIZES)
    assert not found.reaches(Area.RULES)
    assert found.reaches(Area.INPUT)


@pytest.mark.parametrize(
    "text",
    [
        "Please log in with Runware to read on.",
        "# 404\n\nThis page could not be found.",
        "# A guide of Runware\n\n- **ID**: `a:b@c`\n\n## Introduction\n\nRead on.",
        page("cloudflare", "grok-imagine-image.md"),
        page("uniall", "grok-imagine-image.md"),
        "<!doctype html><title>Grok</title>",
        "- " * 5000 + "deep",
        GROK.replace("prompt", "pro\x00mpt"),
        GROK.replace("inputs.referenceImages", "a." * 50_000 + "referenceImages"),
        GROK.replace("| `1K (3:4)`", "| `1K` | `1x1` |\n" * 60_000 + "| `1K (3:4)`"),
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_page_of_this_kind_is_not_read(text: str) -> None:
    with pytest.raises(Unreadable) as told:
        facts(text)

    assert "\n" not in str(told.value)


@pytest.mark.parametrize("name", names("runware"))
def test_a_page_rendered_from_facts_has_these_facts(name: str) -> None:
    found = facts(page("runware", name))
    told = compare(found, facts(render(found)))

    assert (told.findings, told.unread) == ((), ())


def test_parameters_that_are_there_twice_are_read_once_for_each_time() -> None:
    block = "### tags\n\n- **Type**: `array of objects`\n\n#### name\n\n- **Type**: `string`\n\n"
    at = "### [ttl]"

    def tagged(count: int) -> str:
        assert at in GROK
        return GROK.replace(at, f"{block * count}{at}", 1)

    assert parameter(facts(tagged(1)), "tags").schema == parameter(facts(tagged(3)), "tags").schema
    assert parameter(facts(tagged(1)), "tags").schema["items"]["properties"].keys() == {"name"}
    assert not leaps(facts, tagged(80), tagged(320))
