"""The reader of UniAll's pages, flattened or not: what it reads, ignores and refuses."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.loading import load
from imagine_harness.harness.drift import contract_facts
from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.facts import UNKNOWN
from imagine_harness.harness.drift.page_facts import Area, Facts
from imagine_harness.harness.drift.readers import read
from imagine_harness.harness.drift.unreadable import Unreadable
from tests.harness.drift.page_changes import COSMETIC, cuts, names, page, stated
from tests.harness.drift.render_uniall import flattened, render, render_flat

GROK = page("uniall", "grok-imagine-image.md")
FLAT = page("uniall", "grok-imagine-image.txt")
IMAGE = {"type": "string", "format": "image-url"}
IMAGES = {"type": "array", "items": IMAGE}
FIELDS = ["image", "image_url", "images", "image_urls"]

TABLE = "| Parameter | Type | Required |\n| --- | --- | --- |\n| `a` | string | Yes |\n"


def facts(text: str) -> Facts:
    return read("uniall", text.encode())


def schemas(found: Facts, operation: str) -> dict[str, Any]:
    return {fact.name: fact.schema for fact in found.parameters if fact.operation == operation}


def rules(found: Facts, operation: str) -> list[tuple[str, Any]]:
    return [(fact.type, fact.entry) for fact in found.rules if fact.operation == operation]


@pytest.mark.parametrize("text", [GROK, FLAT], ids=["markdown", "flattened"])
def test_every_parameter_of_the_sample_is_read(text: str) -> None:
    shared = {
        "prompt": {"type": "string"},
        "aspect_ratio": {"enum": ["1:1", "16:9", "9:16", "4:3", "3:4", "auto"]},
        "resolution": {"enum": ["1k", "2k"]},
        "output_format": {"enum": ["jpeg", "png", "webp"]},
        "num_images": {"type": "integer", "minimum": 1, "maximum": 4},
        "n": {"type": "integer"},
        "response_format": {"type": "string"},
    }
    inputs = {"image": IMAGE, "images": IMAGES, "image_url": IMAGE, "image_urls": IMAGES}
    found = facts(text)

    assert schemas(found, "generate") == shared
    assert schemas(found, "edit") == {**shared, **inputs}
    kinds = {"task_type": {"enum": ["text2image", "image2image"]}}
    assert schemas(found, "task") == {**shared, **inputs, **kinds}
    assert {fact.name for fact in found.parameters if fact.required} == {"prompt"}
    assert {fact.name for fact in found.parameters if fact.default is not ABSENT} == {"n"}


@pytest.mark.parametrize("text", [GROK, FLAT], ids=["markdown", "flattened"])
def test_models_and_endpoints_are_read(text: str) -> None:
    found = facts(text)

    assert [fact.id for fact in found.models] == [
        "grok-imagine-image",
        "grok-imagine-image-quality",
    ]
    assert [(fact.operation, fact.method, fact.path) for fact in found.endpoints] == [
        ("task", "POST", "/v1/images/tasks"),
        ("task-result", "GET", "/v1/images/tasks/{task_id}"),
        ("generate", "POST", "/v1/images/generations"),
        ("edit", "POST", "/v1/images/edits"),
    ]
    assert {fact.host for fact in found.endpoints} == {UNKNOWN}
    assert found.endpoints[3].content == ("application/json", "multipart/form-data")
    assert found.url == "https://docs.uniall.ai/models/video/grok/grok-imagine-image"


@pytest.mark.parametrize("text", [GROK, FLAT], ids=["markdown", "flattened"])
def test_rules_are_read_in_list_table_and_errors(text: str) -> None:
    found = facts(text)

    assert rules(found, "edit") == [
        ("excludes", {"groups": FIELDS}),
        ("one_of", {"groups": FIELDS}),
    ]
    assert rules(found, "generate") == [
        ("allowed_when", {"field": "aspect_ratio", "values": ["auto"]})
    ]
    assert rules(found, "task")[1:] == [
        ("requires_when", {"when": {"equals": {"task_type": "image2image"}}, "groups": FIELDS}),
        (
            "allowed_when",
            {
                "field": "aspect_ratio",
                "values": ["auto"],
                "when": {"given": ["image", "images", "image_url", "image_urls"]},
            },
        ),
    ]


def test_answers_are_read_where_they_are_shown() -> None:
    outputs = {(fact.operation, fact.path): fact for fact in facts(GROK).outputs}

    assert outputs["task", "status"].shown == ("queued",)
    assert outputs["task", "error"].schema == {}
    assert outputs["task-result", "data.status"].shown == ("succeeded",)
    assert outputs["task-result", "data.metadata.result_count"].schema == {"type": "integer"}
    assert outputs["generate", "data[].b64_json"].schema == {"type": "string"}
    assert outputs["edit", "created"].schema == {"type": "integer"}


def test_facts_know_the_headings_that_they_stand_under() -> None:
    for found in (facts(GROK), facts(FLAT)):
        assert {fact.section for fact in found.parameters} == {"4. Parameter Reference"}
        assert {fact.section for fact in found.rules} == {
            "4. Parameter Reference",
            "6. Common Errors",
        }


@pytest.mark.parametrize("text", [GROK, FLAT], ids=["markdown", "flattened"])
def test_the_sample_says_what_is_recorded(text: str) -> None:
    told = compare(contract_facts.facts(load.recorded("uniall").contracts[0]), facts(text))

    assert (told.findings, told.unread) == ((), ())


@pytest.mark.parametrize("name", [name for name in names("uniall") if name.endswith(".md")])
def test_a_page_says_the_same_without_its_line_breaks(name: str) -> None:
    text = page("uniall", name)

    assert stated(facts(flattened(text))) == stated(facts(text))


@pytest.mark.parametrize("name", [name for name in names("uniall") if name.endswith(".txt")])
def test_a_page_as_served_to_agents_says_the_same(name: str) -> None:
    markdown = page("uniall", name.replace(".txt", ".md"))

    assert stated(facts(page("uniall", name))) == stated(facts(markdown))


@pytest.mark.parametrize(
    ("name", "operation", "parameter", "schema"),
    [
        ("gpt-image-2.md", "generate", "n", {"type": "integer", "minimum": 1, "maximum": 8}),
        ("gpt-image-2.md", "generate", "quality", {"enum": ["low", "medium", "high"]}),
        (
            "gpt-image-2.md",
            "edit",
            "size",
            {"enum": ["1024x768", "768x1024", "1024x1024", "1920x1080", "3840x2160"]},
        ),
        ("gpt-image-2.md", "edit", "image", {"type": ["string", "object"]}),
        (
            "async-image-generation.md",
            "task",
            "guidance",
            {"type": "number", "minimum": 0.5, "maximum": 10},
        ),
        ("async-image-generation.md", "task", "images", {**IMAGES, "maxItems": 6}),
        ("seedream.md", "generate", "n", {"type": "integer", "minimum": 1, "maximum": 6}),
        ("seedream.md", "edit", "image_urls", {"type": "array"}),
        ("legacy-create-video.md", "generate", "duration", {"enum": ["6", "10"]}),
        ("legacy-create-video.md", "generate", "image", IMAGE),
    ],
)
def test_other_models_are_read(
    name: str, operation: str, parameter: str, schema: dict[str, Any]
) -> None:
    assert schemas(facts(page("uniall", name)), operation)[parameter] == schema


def test_one_end_of_a_range_may_be_stated_alone() -> None:
    note = "pictures to make,`1-4`; the field that tasks prefer"
    found = facts(GROK.replace(note, "pictures to make, at least `2`"))

    assert schemas(found, "task")["num_images"] == {"type": "integer", "minimum": 2}


def test_an_answer_that_is_shown_is_not_another_operations() -> None:
    answer = '```json\n{"created": 1, "data": [{"url": "https://a.b/c", "seed": 4}]}\n```\n'
    found = facts(GROK.replace("## 4. Parameter", f"{answer}\n## 4. Parameter"))
    seeds = [fact.operation for fact in found.outputs if fact.path == "data[].seed"]

    assert seeds == ["edit"]


def test_an_error_that_is_shown_is_no_answer() -> None:
    error = '\n\n```json\n{"error": {"code": "bad"}}\n```\n\n### fields of tasks'
    found = facts(GROK.replace("\n\n### fields of tasks", error))

    assert stated(found) == stated(facts(GROK))


def test_listed_sizes_have_their_tier_and_ratio() -> None:
    sizes = facts(page("uniall", "gpt-image-2.md")).sizes

    assert [(size.width, size.height, size.label) for size in sizes][:2] == [
        (1024, 768, "1K (4:3)"),
        (768, 1024, "1K (3:4)"),
    ]


def test_a_query_table_states_no_parameter_of_the_body() -> None:
    assert "Authorization" not in schemas(
        facts(page("uniall", "legacy-create-video.md")), "generate"
    )


def test_a_page_of_calls_alone_has_their_endpoints() -> None:
    start, end = GROK.index("## 2. "), GROK.index("## 3. ")
    found = facts(GROK[:start] + GROK[end:])

    assert {fact.operation for fact in found.endpoints} == {
        "task",
        "task-result",
        "generate",
        "edit",
    }
    assert not found.reaches(Area.ENDPOINTS)


def test_a_warning_that_names_no_parameters_is_an_open_point() -> None:
    unread = "do not mix `oil` and `water`."
    found = facts(GROK.replace("- use for single-image input `image`.", f"- {unread}"))

    assert [point.text for point in found.open_points] == [unread]


@pytest.mark.parametrize("change", COSMETIC)
def test_cosmetic_changes_change_no_fact(change: str) -> None:
    assert stated(facts(COSMETIC[change](GROK))) == stated(facts(GROK))


def test_a_flattened_page_may_be_wrapped() -> None:
    words = FLAT.split(" ")
    wrapped = "\n".join(" ".join(words[n : n + 12]) for n in range(0, len(words), 12))

    assert stated(facts(wrapped)) == stated(facts(FLAT))


@pytest.mark.parametrize("count", [24, pytest.param(1500, marks=pytest.mark.campaign)])
@pytest.mark.parametrize("text", [GROK, FLAT], ids=["markdown", "flattened"])
def test_what_a_cut_page_does_not_reach_is_not_gone(text: str, count: int) -> None:
    whole = facts(text)
    assert compare(whole, facts(text[: text.index("| `output_format`")])).unread

    for raw in cuts(text, count):
        try:
            told = compare(whole, read("uniall", raw))
        except Unreadable:
            continue
        assert told.findings == ()


@pytest.mark.parametrize(
    "text",
    [
        "Please sign in to UniAll with your account.",
        "# Service unavailable\n\n503",
        "# UniAll\n\nHow to pay for `{BASE_URL}/v1` calls.",
        page("cloudflare", "grok-imagine-image.md"),
        page("runware", "grok-imagine-image.md"),
        f"# X\n\n```http\nPOST /v1/images\n```\n\n{TABLE}",
        "<html>UniAll</html>",
        "# UniAll " + "## a - " * 20_000 + "| --- |",
        FLAT.replace("prompt", "pro\x00mpt"),
        GROK.replace("| `n`|", "| `m` | string | No | |\n" * 60_000 + "| `n`|"),
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_page_of_this_kind_is_not_read(text: str) -> None:
    with pytest.raises(Unreadable) as told:
        facts(text)

    assert "\n" not in str(told.value)


@pytest.mark.parametrize("form", [render, render_flat])
@pytest.mark.parametrize("name", ["grok-imagine-image.md", "async-image-generation.md"])
def test_a_page_rendered_from_facts_has_these_facts(name: str, form: Any) -> None:
    found = facts(page("uniall", name))
    told = compare(found, facts(form(found)))

    assert (told.findings, told.unread) == ((), ())
