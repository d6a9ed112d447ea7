"""The reader of Lumenfall's model pages: the facts that they state."""

from __future__ import annotations

import pytest

from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.facts import UNKNOWN
from imagine_harness.harness.drift.page_facts import Area
from tests.harness.drift.page_changes import names, page, parameter
from tests.harness.drift.readers.lumenfall.pages import GROK, RECORDED, facts, sample
from tests.harness.drift.render_lumenfall import render

RATIOS = {
    *("1:1", "3:4", "4:3", "9:16", "16:9", "2:3", "3:2"),
    *("9:19.5", "19.5:9", "9:20", "20:9", "1:2", "2:1"),
}


def test_the_sample_states_what_is_recorded() -> None:
    found = compare(RECORDED, facts(GROK))

    assert (found.findings, found.unread) == ((), ())


def test_the_rules_of_the_sample_are_read() -> None:
    rules = facts(GROK).rules
    stated = {
        (r.operation, r.type, str(r.entry.get("groups", r.entry.get("field")))) for r in rules
    }

    assert stated == {
        ("edit", "excludes", "['image', 'images']"),
        ("edit", "one_of", "['image', 'images']"),
        *(
            (operation, kind, about)
            for operation in ("generate", "edit")
            for kind, about in (
                ("precedence", "['size', 'aspect_ratio']"),
                ("precedence", "['size', 'resolution']"),
                ("nearest", "aspect_ratio"),
                ("nearest", "resolution"),
            )
        ),
    }
    listed = {r.entry["field"]: r.entry["listed"] for r in rules if r.type == "nearest"}
    assert set(listed["aspect_ratio"]) == RATIOS
    assert listed["resolution"] == ["auto", "1k", "1K", "2k", "2K"]


def test_sizes_price_model_endpoints_and_answers_of_the_sample_are_read() -> None:
    found = facts(GROK)

    assert len(found.sizes) == 26
    assert {s.label for s in found.sizes} == {f"{t}K ({r})" for t in (1, 2) for r in RATIOS}
    assert (1508, 696, "1K (19.5:9)") in {(s.width, s.height, s.label) for s in found.sizes}
    assert {(s.operation, s.fields) for s in found.sizes} == {(None, ())}
    assert [(p.of, p.amount) for p in found.prices] == [("image", 0.02)]
    assert [m.id for m in found.models] == ["grok-imagine-image"]
    assert found.title == "Grok Imagine Image"
    host, edit = "api.lumenfall.ai", "/openai/v1/images/edits"
    assert {e.operation: (e.method, e.host, e.path, e.content) for e in found.endpoints} == {
        "generate": (UNKNOWN, host, UNKNOWN, UNKNOWN),
        "edit": ("POST", host, edit, ("multipart/form-data",)),
    }
    assert {(o.operation, o.path): (o.schema["type"], o.required) for o in found.outputs} == {
        (operation, path): (kind, UNKNOWN)
        for operation in ("generate", "edit")
        for path, kind in (
            ("created", "integer"),
            ("data", "array"),
            ("data[].url", "string"),
            ("data[].b64_json", "string"),
            ("data[].revised_prompt", "string"),
        )
    }


def test_facts_know_the_headings_that_they_stand_under() -> None:
    found = facts(GROK)

    assert parameter(found, "user").section == "Parameter Reference > Additional Parameters"
    assert found.sizes[0].section == "Parameter Reference > Size & Layout"
    assert found.outputs[0].section == found.examples[0].section == "Code Examples > Image Edit"
    assert found.prices[0].section == "Header"


@pytest.mark.parametrize(
    ("name", "operations", "price", "own"),
    [
        ("flux.1-dev", ("generate", "edit"), 0.025,
         {"generate.go_fast": "replicate", "edit.prompt_strength": "replicate"}),
        ("flux1.1-pro", ("generate",), 0.04, {"generate.prompt_upsampling": "replicate"}),
        ("gpt-image-1.5", ("generate", "edit"), 0.009,
         {"generate.moderation": "openai", "edit.input_fidelity": "openai", "edit.mask": None}),
        ("qwen-image-edit", ("edit",), 0.03, {"edit.negative_prompt": None}),
        ("seedream-4.5", ("generate", "edit"), 0.04, {"generate.max_images": "fal"}),
    ],
)  # fmt: skip
def test_other_models_are_read_with_their_operations(
    name: str, operations: tuple[str, ...], price: float, own: dict[str, str | None]
) -> None:
    found = facts(sample(name))
    upstreams = {f"{p.operation}.{p.name}": p.upstream for p in found.parameters}

    assert [fact.id for fact in found.models] == [name]
    assert {e.operation for e in found.endpoints} == set(operations)
    assert [fact.amount for fact in found.prices] == [price]
    assert own.items() <= upstreams.items()
    assert {(Area.INPUT, operation) for operation in operations} <= found.reached
    for shown in found.endpoints:
        assert shown.path in ("/openai/v1/images/generations", "/openai/v1/images/edits")


@pytest.mark.parametrize("name", ["recorded", *names("lumenfall")])
def test_a_page_rendered_from_facts_states_these_facts(name: str) -> None:
    stated = RECORDED if name == "recorded" else facts(page("lumenfall", name))
    found = facts(render(stated))

    there, back = compare(stated, found), compare(found, stated)
    assert (there.findings, there.unread, back.findings) == ((), (), ())
