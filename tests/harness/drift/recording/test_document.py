"""A file that people write, given other content: what stays is not touched."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from imagine_harness.contracts.operation import Contract
from imagine_harness.harness.drift.recording.document import rewritten

TEXT = """\
# Recorded by hand.
model = "switch-1" # the only one

[operation.draw]
method   = "POST"
required = ["prompt"]

[operation.draw.parameters]
prompt = { type = "string", maxLength = 500 } # long enough
n      = { type = "integer" }

[[operation.draw.rule]]
id   = "listed"
type = "table"
rows = [
  [1024, 1024], [896, 1280],
  [1280, 896],
]

[[operation.draw.rule]]
id     = "not-both"
type   = "excludes"
groups = ["a", "b"]

[operation.draw.outcome]
carrier = "url"
"""


def changed(change: Callable[[dict[str, Any]], object]) -> tuple[list[str], list[str]]:
    """The lines that go and those that come; the new text is read back as the new content."""
    content = tomllib.loads(TEXT)
    change(content)
    text = rewritten(TEXT, content)
    assert tomllib.loads(text) == content
    old, new = TEXT.splitlines(), text.splitlines()
    return [each for each in old if each not in new], [each for each in new if each not in old]


@pytest.mark.parametrize("provider", ["cloudflare", "fal", "lumenfall", "runware", "uniall"])
def test_a_file_of_the_same_content_is_the_same_file(
    provider: str, contract: Callable[[str], Contract]
) -> None:
    text = Path(contract(provider).file).read_text(encoding="utf-8")

    assert rewritten(text, tomllib.loads(text)) == text


def test_a_parameter_is_written_on_its_line() -> None:
    gone, new = changed(lambda it: it["operation"]["draw"]["parameters"]["n"].update(maximum=4))

    assert gone == ['n      = { type = "integer" }']
    assert new == ['n      = { type = "integer", maximum = 4 }']


def test_a_row_goes_and_the_others_stay_on_their_lines() -> None:
    gone, new = changed(lambda it: it["operation"]["draw"]["rule"][0]["rows"].pop(1))

    assert gone == ["  [1024, 1024], [896, 1280],"]
    assert new == ["  [1024, 1024],"]


def test_a_rule_that_goes_leaves_the_others_as_they_are() -> None:
    gone, new = changed(lambda it: it["operation"]["draw"]["rule"].pop(0))

    assert 'id   = "listed"' in gone
    assert 'id     = "not-both"' not in gone
    assert new == []


def test_a_new_rule_is_a_table_behind_the_others() -> None:
    rule = {"id": "alone", "type": "unique", "field": "n"}
    gone, new = changed(lambda it: it["operation"]["draw"]["rule"].append(rule))

    assert gone == []
    assert new == ['id    = "alone"', 'type  = "unique"', 'field = "n"']


def test_the_first_answer_of_an_operation_has_its_fields_in_a_table() -> None:
    answer = {"source": "page#Output", "fields": {"data[].url": {"type": "string"}}}
    _, new = changed(lambda it: it["operation"]["draw"].update(answer=[answer]))

    assert "[[operation.draw.answer]]" in new
    assert "[operation.draw.answer.fields]" in new


def test_a_new_table_stands_below_its_like_with_a_head_of_its_own() -> None:
    text = '[documents.page]\nurl = "a"\n'
    content = tomllib.loads(text)
    content["documents"]["seen"] = {"url": "b", "certainty": "observed"}

    assert rewritten(text, content) == (
        f'{text}\n[documents.seen]\nurl       = "b"\ncertainty = "observed"\n'
    )


def test_a_comment_stays_above_the_table_that_it_is_about() -> None:
    text = '[[error]]\nwhen = "a"\n# of a\n\n# What is made.\n[sizes]\nrows = []\n'
    content = tomllib.loads(text)
    content["error"].append({"when": "b"})

    assert rewritten(text, content) == (
        '[[error]]\nwhen = "a"\n# of a\n\n[[error]]\nwhen = "b"\n\n'
        "# What is made.\n[sizes]\nrows = []\n"
    )


def test_a_new_key_has_its_equals_sign_below_the_others() -> None:
    _, new = changed(lambda it: it["operation"]["draw"].update(path="/draw"))

    assert new == ['path     = "/draw"']


def test_an_operation_that_parts_from_another_is_written_as_a_whole() -> None:
    text = f'{TEXT}\n[operation.edit]\nlike = "draw"\npath = "/edit"\n'
    content = tomllib.loads(text)
    whole = {**deepcopy(content["operation"]["draw"]), "path": "/edit"}
    content["operation"]["edit"] = whole

    new = rewritten(text, content)

    assert new.startswith(TEXT)
    assert tomllib.loads(new) == content
    assert "like" not in new
