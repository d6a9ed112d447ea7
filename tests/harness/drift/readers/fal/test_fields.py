"""One field of fal's pages: its type, limits and default."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.harness.drift.readers.fal.fields import FieldSource, ParamField
from imagine_harness.harness.drift.readers.fal.types import kind

ONE_TWO = "Possible values: `1`, `2`"
STRING = {"type": "string"}


def field(
    word: str, text: str = "", default: str | None = None, *, whole: bool = True
) -> ParamField:
    attributes = {"body": "it", "type": word} | ({} if default is None else {"default": default})
    return FieldSource(attributes, ("What it is.", text), whole).field()


@pytest.mark.parametrize(
    ("word", "default", "text", "schema", "value"),
    [
        ("float", "3.5", "Range: `0` to `1.5`", {"minimum": 0, "maximum": 1.5}, 3.5),
        ("integer", None, "Minimum: `64`", {"type": "integer", "minimum": 64}, ABSENT),
        ("integer", "", "Maximum value: `9`", {"maximum": 9}, ABSENT),
        ("Enum", None, "Possible values: `2:1`, `3D Art`", {"enum": ["2:1", "3D Art"]}, ABSENT),
        ("AnEnum", "2", f'Default value: `"2"` {ONE_TWO}', {"enum": ["1", "2"]}, "2"),
        ("AnEnum", "2", f"Default value: `2` {ONE_TWO}", {"enum": [1, 2]}, 2),
        ("integer", "2", ONE_TWO, {"enum": [1, 2]}, 2),
        ("Enum | null", None, ONE_TWO, {"enum": ["1", "2", None]}, ABSENT),
        ("integer | Enum", None, ONE_TWO, {"type": ["integer", "string"]}, ABSENT),
        ("ImageSize | Enum", "1", ONE_TWO, {"type": ["object", "string"]}, "1"),
        ("list<LoraWeight>", "", "", {"type": "array", "items": {"type": "object"}}, []),
        ("list<string>", '["a"]', "", {"items": STRING}, ["a"]),
        ("list<string>", "a,b", "", {"items": STRING}, ["a", "b"]),
        ("list<StyleEnum>", None, ONE_TWO, {"items": {"enum": ["1", "2"]}}, ABSENT),
        ("list<list<StyleEnum>>", None, "", {"items": {"type": "array", "items": STRING}}, ABSENT),
        ("string | null", "null", "", {"type": ["string", "null"]}, ABSENT),
        ("string", None, 'Default value: `"a b"`', STRING, "a b"),
        ("string", "", "", STRING, ""),
        ("boolean", "True", "", {"type": "boolean"}, True),
        ("object", '{"a": 1}', "", {"type": "object"}, {"a": 1}),
        ("string", None, "At most 500 characters.", {"maxLength": 500}, ABSENT),
        ("string", None, "Write at least 3 characters.", {"minLength": 3}, ABSENT),
        ("list<string>", None, "At least two, up to five.", {"minItems": 2, "maxItems": 5}, ABSENT),
        ("list<string>", None, "A maximum of 3 are supported", {"maxItems": 3}, ABSENT),
        ("list<string>", None, "(maximum 3).", {"maxItems": 3}, ABSENT),
        ("list<string>", None, "Up to 10MB or 2048 pixels each.", {"items": STRING}, ABSENT),
        ("list<string>", None, "Up to 9. Only the last 9 are used.", {"items": STRING}, ABSENT),
        ("registry__models__Image", None, "", {"type": "object"}, ABSENT),
    ],
)
def test_types_limits_and_defaults_are_read(
    word: str, default: str | None, text: str, schema: dict[str, Any], value: object
) -> None:
    found = field(word, text, default)
    keywords = {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "enum"}

    assert found.schema | schema == found.schema
    assert keywords & found.schema.keys() == keywords & schema.keys()
    assert (type(found.default), found.default) == (type(value), value)


@pytest.mark.parametrize(
    ("word", "default", "text", "said"),
    [
        ("ImageSize | Enum", "1", ONE_TWO, "it takes object or one of these words: 1, 2"),
        ("qubit", None, "", "it is of type 'qubit'"),
        ("list<" * 50 + ">" * 50, None, "", f"it is of type '{'list<' * 50 + '>' * 50}'"),
        ("ImageSize", "[object Object]", "", "it has the default '[object Object]'"),
        ("integer", "many", "", "it has the default 'many'"),
        ("string", None, "Range: `1` to `4`", "Range: `1` to `4`"),
    ],
)
def test_what_cannot_be_read_is_said(word: str, default: str | None, text: str, said: str) -> None:
    found = field(word, text, default)

    assert (*found.open, *found.statements.left) == (said,)


def test_a_sentence_that_may_go_on_sets_no_limit() -> None:
    assert field("list<string>", "A maximum of 3", whole=False).schema.get("maxItems") is None
    assert field("integer", "Range: `1` to `4", whole=False).schema == {"type": "integer"}


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("image_url", "image-url"),
        ("mask_url", "image-url"),
        ("control_image_url", "image-url"),
        ("video_url", None),
        ("image_urlname", None),
    ],
)
def test_what_takes_the_address_of_a_picture_is_known_by_its_name(
    name: str, form: str | None
) -> None:
    found = FieldSource({"body": name, "type": "string"}, ()).field()

    assert found.schema.get("format") == form


def test_a_type_that_nobody_writes_is_unknown() -> None:
    assert kind("a[]" * 100) is None
    assert kind("") is None
