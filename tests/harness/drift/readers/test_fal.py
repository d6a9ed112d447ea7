"""The reader of fal's API reference: the facts that its pages state."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.facts import UNKNOWN
from imagine_harness.harness.drift.page_facts import Area
from tests.harness.drift.page_changes import names, page, parameter
from tests.harness.drift.readers.fal.pages import GROK, RECORDED, facts, sample
from tests.harness.drift.render_fal import render


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


@pytest.mark.parametrize("name", ["recorded", *names("fal")])
def test_a_page_rendered_from_facts_states_these_facts(name: str) -> None:
    stated = RECORDED if name == "recorded" else facts(page("fal", name))
    found = facts(render(stated))

    there, back = compare(stated, found), compare(found, stated)
    assert (there.findings, there.unread, back.findings) == ((), (), ())
