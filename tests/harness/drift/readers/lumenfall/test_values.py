"""The values of Lumenfall's rows: their types, limits and defaults, and what is left open."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.facts import ParameterFact
from imagine_harness.harness.drift.page_facts import Area
from tests.harness.drift.page_changes import parameter
from tests.harness.drift.readers.lumenfall.pages import GROK, RECORDED, facts, sample


def row(text: str) -> ParameterFact:
    """The parameter `it` that the sample states with one more row."""
    table = "Core Parameters\n\nParameter Type Description Modes\n"
    assert table in GROK
    return parameter(facts(GROK.replace(table, f"{table}{text}\nT2I Edit\n")), "it")


def test_every_parameter_of_the_sample_is_read() -> None:
    found = facts(GROK)
    picture = {"type": "string", "format": "image-url"}
    both = {
        "prompt": {"type": "string"},
        "size": {"type": "string", "format": "size"},
        "aspect_ratio": {"type": "string", "format": "ratio"},
        "resolution": {"type": "string", "format": "tier"},
        "response_format": {"enum": ["b64_json", "url"]},
        "output_format": {"enum": ["png", "jpeg", "gif", "webp", "avif"]},
        "output_compression": {"type": "integer"},
        "n": {"type": "integer"},
        "sync_mode": {"type": "boolean"},
        "storage_options": {"type": "object"},
        "user": {"type": ["string", "null"]},
    }
    own = {
        "image": {"type": ["string", "array"], "format": "image-url", "items": picture},
        "images": {"type": "array"},
    }
    for operation, wanted in (("generate", both), ("edit", {**both, **own})):
        mine = [p for p in found.parameters if p.operation == operation]
        assert {p.name: p.schema for p in mine} == wanted
        assert [p.name for p in mine if p.required] == ["prompt"]
        assert {p.name: p.default for p in mine if p.default is not ABSENT} == {
            "response_format": "url",
            "n": 1,
        }
        upstream = {p.name: p.upstream for p in mine if p.upstream and p.name != "images"}
        assert upstream == {"sync_mode": "fal", "storage_options": "xai", "user": "xai"}


@pytest.mark.parametrize(
    ("text", "schema", "default"),
    [
        ("it number How much\nDefault: 3.5\nRange: 1 to 20", {"minimum": 1, "maximum": 20}, 3.5),
        ("it float How much\nMin: 0.5\nMax: 2", {"minimum": 0.5, "maximum": 2}, ABSENT),
        ("it integer Anything between 1 and 6", {"minimum": 1, "maximum": 6}, ABSENT),
        ("it integer Strength (0-100%)\nDefault: 90", {"minimum": 0, "maximum": 100}, 90),
        ("it string How\nauto low\nDefault: \"auto\"", {"enum": ["auto", "low"]}, "auto"),
        ("it string How strict\non off", {"enum": ["on", "off"]}, ABSENT),
        ("it string What to draw and\nhow to", {"type": "string"}, ABSENT),
        ("it integer How many\n1 2 4\nDefault: 2", {"enum": [1, 2, 4]}, 2),
        ("it integer How many\n1 2 auto", {"enum": [1, 2, "auto"]}, ABSENT),
        ("it boolean Whether\nDefault: true", {"type": "boolean"}, True),
        ("it string Text of at most 800 characters", {"maxLength": 800}, ABSENT),
        ("it array List of up to 5 images", {"maxItems": 5}, ABSENT),
        ("it file Some picture", {"type": "string", "format": "image-url"}, ABSENT),
        ('it ["number", "null"] How much', {"type": ["number", "null"]}, ABSENT),
    ],
)  # fmt: skip
def test_types_limits_and_defaults_of_a_row_are_read(
    text: str, schema: dict[str, Any], default: object
) -> None:
    found = row(text)
    keywords = {"minimum", "maximum", "maxLength", "maxItems", "enum"}

    assert found.schema | schema == found.schema
    assert keywords & found.schema.keys() == keywords & schema.keys()
    assert (type(found.default), found.default) == (type(default), default)


@pytest.mark.parametrize("word", ["qubit", '["qubit", "null"]'])
def test_a_row_of_an_unknown_type_is_an_open_point_and_not_gone(word: str) -> None:
    found = facts(GROK.replace("n integer How many", f"n {word} How many"))

    (point,) = found.open_points
    assert point.section == "Parameter Reference > Output & Format"
    assert "qubit" in point.text
    assert compare(RECORDED, found).unread == ("generate.n", "edit.n")
    assert compare(RECORDED, found).findings == ()


def test_values_that_are_nowhere_listed_are_an_open_point_and_leave_rules_unknown() -> None:
    found = facts(sample("qwen-image-edit"))

    assert [point.text for point in found.open_points if point.text.endswith("none is listed")] == [
        f"{name}: is mapped to the nearest supported value, and none is listed"
        for name in ("aspect_ratio", "resolution")
    ]
    assert not any(area is Area.RULES for area, _ in found.reached)
