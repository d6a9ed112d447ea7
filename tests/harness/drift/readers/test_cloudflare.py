"""The reader of Cloudflare's pages: what it reads, what it takes no notice of, what it refuses."""

from __future__ import annotations

from collections.abc import Mapping
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
from tests.harness.drift.page_changes import COSMETIC, cuts, names, page, stated
from tests.harness.drift.render_cloudflare import render

GROK = page("cloudflare", "grok-imagine-image.md")
RATIOS = [
    *("1:1", "3:4", "4:3", "9:16", "16:9", "2:3", "3:2"),
    *("9:19.5", "19.5:9", "9:20", "20:9", "1:2", "2:1", "auto"),
]


def facts(text: str) -> Facts:
    return read("cloudflare", text.encode())


def schemas(found: Facts) -> Mapping[str, dict[str, Any]]:
    return {fact.name: fact.schema for fact in found.parameters}


def parameter(found: Facts, name: str) -> ParameterFact:
    return next(fact for fact in found.parameters if fact.name == name)


def test_every_parameter_of_the_sample_is_read() -> None:
    assert schemas(facts(GROK)) == {
        "prompt": {"type": "string"},
        "n": {"type": "integer", "minimum": 1, "maximum": 10},
        "aspect_ratio": {"enum": RATIOS},
        "quality": {"enum": ["low", "medium", "high"]},
        "resolution": {"enum": ["1k", "2k"]},
        "response_format": {"enum": ["url", "b64_json"]},
        "user": {"type": "string"},
        "image": {"type": "object"},
        "images": {"type": "array", "maxItems": 10},
        "mask": {"type": "object"},
    }


def test_only_the_prompt_is_required_and_nothing_has_a_default() -> None:
    found = facts(GROK).parameters

    assert [fact.name for fact in found if fact.required] == ["prompt"]
    assert {fact.default for fact in found} == {ABSENT}


def test_model_endpoint_answer_and_address_are_read() -> None:
    found = facts(GROK)

    assert [fact.id for fact in found.models] == ["xai/grok-imagine-image"]
    (endpoint,) = found.endpoints
    assert (endpoint.operation, endpoint.method) == ("generate", "POST")
    assert endpoint.host == "api.cloudflare.com"
    assert endpoint.path == "/client/v4/accounts/{account_id}/ai/run"
    assert endpoint.content == ("application/json",)
    assert {fact.path: fact.shown for fact in found.outputs} == {
        "state": ("Completed",),
        "result": (),
        "result.image": (),
        "gatewayMetadata": (),
        "gatewayMetadata.keySource": ("Unified",),
    }
    assert {fact.required for fact in found.outputs} == {UNKNOWN}
    assert found.url == "https://developers.cloudflare.com/ai/models/xai/grok-imagine-image/"


def test_facts_know_the_headings_that_they_stand_under() -> None:
    found = facts(GROK)

    assert {fact.section for fact in found.parameters} == {"Parameters > Input"}
    assert found.endpoints[0].section == "Usage"


def test_the_sample_says_what_is_recorded() -> None:
    told = compare(contract_facts.facts(load.recorded("cloudflare").contracts[0]), facts(GROK))

    assert (told.findings, told.unread) == ((), ())


@pytest.mark.parametrize(
    ("name", "parameter", "schema"),
    [
        ("imagen-4.md", "aspect_ratio", {"enum": ["1:1", "3:4", "4:3", "9:16", "16:9"]}),
        (
            "imagen-4.md",
            "person_generation",
            {"enum": ["dont_allow", "allow_adult", "allow_all"]},
        ),
        ("seedream-4-5.md", "max_images", {"type": "integer", "minimum": 1, "maximum": 15}),
        (
            "seedream-4-5.md",
            "image_input",
            {"type": "array", "items": {"type": "string", "format": "url"}},
        ),
        ("krea-2-medium.md", "resolution", {"enum": ["1K"]}),
        ("krea-2-medium.md", "seed", {"type": ["number", "null"]}),
        ("krea-2-medium.md", "intensity", {"type": "integer", "minimum": -100, "maximum": 100}),
        ("gpt-image-1-5.md", "images", {"type": "array", "minItems": 1, "maxItems": 16}),
    ],
)
def test_other_models_are_read(name: str, parameter: str, schema: dict[str, Any]) -> None:
    assert schemas(facts(page("cloudflare", name)))[parameter] == schema


def test_marks_and_descriptions_that_run_together_are_told_apart() -> None:
    found = facts(page("cloudflare", "krea-2-medium.md"))

    assert [fact.name for fact in found.parameters if fact.required] == [
        "prompt",
        "aspect_ratio",
        "resolution",
    ]
    assert parameter(found, "creativity").default == "low"
    assert parameter(found, "intensity").default == 0
    assert parameter(found, "creativity").note == "How freely the prompt is expanded."


def test_output_rows_are_no_parameters_whatever_they_are_called() -> None:
    for name, output in (("seedream-4-5.md", "images"), ("imagen-4.md", "image")):
        found = facts(page("cloudflare", name))

        assert output not in schemas(found)
        assert f"result.{output}" in {fact.path for fact in found.outputs}


def test_a_type_that_is_not_known_is_an_open_point() -> None:
    (point,) = facts(page("cloudflare", "gpt-image-1-5.md")).open_points

    assert point.text == "style one of"


def test_a_word_about_the_models_life_is_its_status() -> None:
    status = facts(page("cloudflare", "krea-2-medium.md")).status

    assert status is not None
    assert status.word == "beta"


@pytest.mark.parametrize("change", COSMETIC)
def test_cosmetic_changes_change_no_fact(change: str) -> None:
    assert stated(facts(COSMETIC[change](GROK))) == stated(facts(GROK))


@pytest.mark.parametrize("count", [24, pytest.param(1500, marks=pytest.mark.campaign)])
def test_what_a_cut_page_does_not_reach_is_not_gone(count: int) -> None:
    whole = facts(GROK)
    assert compare(whole, facts(GROK[: GROK.index("quality\n")])).unread

    for raw in cuts(GROK, count):
        try:
            told = compare(whole, read("cloudflare", raw))
        except Unreadable:
            continue
        assert told.findings == ()


def test_a_missing_chapter_is_not_reached() -> None:
    found = facts(GROK[: GROK.index("## Usage")] + GROK[GROK.index("## Parameters") :])

    assert not found.reaches(Area.OUTPUT)
    assert not found.reaches(Area.ENDPOINTS)
    assert found.reaches(Area.INPUT)


@pytest.mark.parametrize(
    "text",
    [
        "Please sign in to continue with Cloudflare.",
        "# Page not found\n\nThere is nothing here.",
        "# A guide\n\nHow to run `a/model`.\n\n## Usage\n\nLike this.",
        page("runware", "grok-imagine-image.md"),
        page("uniall", "grok-imagine-image.md"),
        page("uniall", "grok-imagine-image.txt"),
        "<html><body>Grok</body></html>",
        "> " * 5000 + "deep",
        GROK.replace("prompt", "pro\x00mpt"),
        "# A\n\n`a/b`\n\n## Parameters\n\n" + "| a | b |\n" * 60_000,
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_page_of_this_kind_is_not_read(text: str) -> None:
    with pytest.raises(Unreadable) as told:
        facts(text)

    assert "\n" not in str(told.value)


@pytest.mark.parametrize("name", names("cloudflare"))
def test_a_page_rendered_from_facts_has_these_facts(name: str) -> None:
    found = facts(page("cloudflare", name))
    told = compare(found, facts(render(found)))

    assert (told.findings, told.unread) == ((), ())
