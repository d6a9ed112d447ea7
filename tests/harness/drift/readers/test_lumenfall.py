"""The reader of Lumenfall's model pages: what it reads, takes no notice of, and refuses."""

from __future__ import annotations

import re
import textwrap
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

PAGES = Path(__file__).parents[4] / "fixtures" / "pages" / "lumenfall"
SAMPLES = sorted(file.name for file in PAGES.iterdir())
GROK = (PAGES / "grok-imagine-image.txt").read_text(encoding="utf-8")
RECORDED = contract_facts.facts(load.recorded("lumenfall").contracts[0])
TABLES = ("Core Parameters", "Size & Layout", "Media Inputs", "Output & Format")
TITLES = (*TABLES, "How these parameters work", "Additional Parameters", "Parameter Normalization")
RATIOS = {
    *("1:1", "3:4", "4:3", "9:16", "16:9", "2:3", "3:2"),
    *("9:19.5", "19.5:9", "9:20", "20:9", "1:2", "2:1"),
}


def sample(name: str) -> str:
    return (PAGES / f"{name}.txt").read_text(encoding="utf-8")


def facts(text: str) -> Facts:
    return read("lumenfall", text.encode())


def parameter(found: Facts, name: str, operation: str = "generate") -> ParameterFact:
    return next(p for p in found.parameters if (p.operation, p.name) == (operation, name))


def row(text: str) -> ParameterFact:
    """The parameter `it` that the sample states with one more row."""
    table = "Core Parameters\n\nParameter Type Description Modes\n"
    assert table in GROK
    return parameter(facts(GROK.replace(table, f"{table}{text}\nT2I Edit\n")), "it")


def unmoved(before: Facts, after: Facts) -> bool:
    """Whether two pages state the same, and reach the same."""
    there, back = compare(before, after), compare(after, before)
    return (there.findings, there.unread, back.findings) == ((), (), ()) and (
        before.reached == after.reached
    )


def without(text: str, title: str) -> str:
    """A page without the section of a title."""
    start = text.index(f"\n{title}\n")
    ends = (text.find(f"\n{other}\n", start + 1) for other in TITLES if other != title)
    return text[:start] + text[min(end for end in ends if end > 0) :]


def test_the_sample_states_what_is_recorded() -> None:
    found = compare(RECORDED, facts(GROK))

    assert (found.findings, found.unread) == ((), ())


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


def wrapped(columns: int) -> Callable[[str], str]:
    def change(text: str) -> str:
        before, middle, after = re.split(r"(?s)(Code Examples.*?Parameter Reference)", text)
        return f"{lines(before)}{middle}{lines(after)}"

    def lines(text: str) -> str:
        wrap = textwrap.TextWrapper(columns, break_long_words=False, break_on_hyphens=False)
        return "\n".join(wrap.fill(line) for line in text.split("\n"))

    return change


def groups_turned(text: str) -> str:
    head, *parts = re.split(
        r"(?m)^(?=(?:Core P|Size &|How these|Media I|Output &|Additional))", text
    )
    last, end = re.split(r"(?m)^(?=Parameter Normalization$)", parts.pop())
    return head + "".join(f"{part.rstrip()}\n\n" for part in reversed([*parts, last])) + end


def sizes_turned(text: str) -> str:
    rows = re.findall(r"(?m)^\d+ . \d+ .*$", text)
    turned = iter(reversed(rows))
    return re.sub(r"(?m)^\d+ . \d+ .*$", lambda _: next(turned), text)


COSMETIC: Mapping[str, Callable[[str], str]] = {
    "70 columns": wrapped(70),
    "80 columns": wrapped(80),
    "100 columns": wrapped(100),
    "blank lines": lambda text: text.replace("\n", "\n\n"),
    "no blank lines": lambda text: re.sub(r"\n+", "\n", text),
    "further in": lambda text: text.replace("\n", "\n    "),
    "wide": lambda text: text.replace(" ", "  "),
    "lines end in CR LF": lambda text: text.replace("\n", "\r\n"),
    "escaped": lambda text: text.replace("aspect_ratio", "aspect\\_ratio"),
    "as in HTML": lambda text: text.replace("&", "&amp;"),
    "as in Markdown": lambda text: text.replace("\nCore Parameters", "\n### Core Parameters"),
    "modes on two lines": lambda text: text.replace("\nT2I Edit\n", "\nT2I\nEdit\n"),
    "modes on the line before": lambda text: text.replace("\nT2I Edit\n", " T2I Edit\n"),
    "groups in another order": groups_turned,
    "sizes in another order": sizes_turned,
    "values on a line each": lambda text: text.replace("png jpeg gif", "png\njpeg\ngif"),
    "an x between the sides": lambda text: text.replace(" \u00d7 ", " x "),
    "another count of sizes": lambda text: text.replace("13 sizes", "a dozen sizes"),
    "other words": lambda text: re.sub(
        r"(?m)^(\w+ (?:string|integer) )[A-Z][\w ]*$", r"\1Other words for this", text
    ).replace("required. Other words", "Required. Other words"),
    "other keys first": lambda text: re.sub(
        r'# \{ ("created": \d+), (.*) \}$', r"# { \2, \1 }", text, flags=re.M
    ),
    "another lead": lambda text: text.replace("Draws from text", "Since last year draws from text"),
}
"""Changes of a page that change none of its facts."""


@pytest.mark.parametrize("change", COSMETIC)
def test_what_is_no_fact_changes_none(change: str) -> None:
    changed = COSMETIC[change](GROK)

    assert changed != GROK
    assert unmoved(facts(GROK), facts(changed))


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


def test_a_table_below_an_unknown_heading_is_read() -> None:
    table = "Style & Mood\n\nParameter Type Description Modes\nmood string How it feels\nT2I\n\n"
    found = parameter(facts(GROK.replace("Media Inputs\n", f"{table}Media Inputs\n")), "mood")

    assert (found.operation, found.section) == ("generate", "Parameter Reference > Style & Mood")


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


def test_values_that_are_nowhere_listed_are_an_open_point_and_leave_rules_unknown() -> None:
    found = facts(sample("qwen-image-edit"))

    assert [point.text for point in found.open_points if point.text.endswith("none is listed")] == [
        f"{name}: is mapped to the nearest supported value, and none is listed"
        for name in ("aspect_ratio", "resolution")
    ]
    assert not any(area is Area.RULES for area, _ in found.reached)


@pytest.mark.parametrize("step", [163, pytest.param(61, marks=pytest.mark.campaign)])
def test_a_page_cut_anywhere_states_nothing_that_the_whole_page_does_not(step: int) -> None:
    for place in range(0, len(GROK), step):
        try:
            found = compare(RECORDED, facts(GROK[:place]))
        except Unreadable:
            assert place < GROK.index("\nT2I Edit") + step
            continue
        assert found.findings == ()
        if place < GROK.index("Parameter Normalization"):
            assert found.unread


@pytest.mark.parametrize("title", [*TABLES, "Additional Parameters"])
def test_a_page_without_a_table_leaves_its_facts_unknown(title: str) -> None:
    found = facts(without(GROK, title))

    assert compare(RECORDED, found).findings == ()
    assert compare(RECORDED, found).unread
    assert (Area.INPUT, "edit") not in found.reached


@pytest.mark.parametrize(
    "text",
    [
        "Grok Imagine Image\n\nIt makes pictures.\n",
        "<html><body>Parameter Type Description Modes</body></html>",
        '{"error": "not found"}',
        "404 page not found",
        "Sign in to continue with your account",
        "# Model\n\n<ParamField body='a' type='string' />\n",
        GROK.replace("Parameter Type Description Modes", "Name Kind Meaning Calls"),
        GROK[: GROK.index("Base URL")] + GROK[GROK.index("Parameter Reference") :],
    ],
)  # fmt: skip
def test_what_is_no_page_of_the_format_cannot_be_read(text: str) -> None:
    with pytest.raises(Unreadable) as raised:
        facts(text)

    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "a\0b" + GROK,
        GROK + "x" * 30_000,
        "Parameter Type Description Modes\n" + "p string text\n" * 20_000,
        "Parameter Type Description Modes\n" * 10_000,
        "fal\n" * 50_000,
    ],
    ids=["null", "long line", "rows that never end", "heads", "lines"],
)
def test_hostile_pages_cannot_be_read(text: str) -> None:
    with pytest.raises(Unreadable):
        facts(text)


@pytest.mark.parametrize("name", ["recorded", *SAMPLES])
def test_a_page_rendered_from_facts_states_these_facts(
    name: str, helper: Callable[[str], Any]
) -> None:
    stated = RECORDED if name == "recorded" else facts((PAGES / name).read_text(encoding="utf-8"))
    found = facts(helper("render_lumenfall").render(stated))

    there, back = compare(stated, found), compare(found, stated)
    assert (there.findings, there.unread, back.findings) == ((), (), ())
