"""JSON answers as facts about their fields."""

from __future__ import annotations

from imagine_harness.harness.drift.facts import UNKNOWN, OutputFact
from imagine_harness.harness.drift.pages.json_answers import answer_fields, merged_outputs


def test_every_field_of_an_answer_has_a_path_and_a_type() -> None:
    answer = {"data": [{"url": "https://example.com/a.png", "n": 1}], "error": None, "ok": True}

    assert {fact.path: fact.schema for fact in answer_fields("generate", answer, "Usage")} == {
        "data": {"type": "array"},
        "data[].url": {"type": "string"},
        "data[].n": {"type": "integer"},
        "error": {},
        "ok": {"type": "boolean"},
    }


def test_words_of_the_api_are_shown_and_placeholders_are_not() -> None:
    answer = {"status": "queued", "task_id": "task_xxx", "url": "https://a.b/c", "progress": "0%"}
    words = {fact.path: fact.shown for fact in answer_fields("task", answer, "")}

    assert words == {"status": ("queued",), "task_id": (), "url": (), "progress": ()}


def test_an_answer_that_is_nested_without_end_is_read_to_a_depth() -> None:
    answer: dict[str, object] = {}
    for _ in range(900):
        answer = {"a": answer}

    assert max(fact.path.count("a") for fact in answer_fields("generate", answer, "")) < 50


def test_facts_about_one_field_are_merged() -> None:
    (fact,) = merged_outputs(
        [
            OutputFact("task", "status", "One", {}, ("queued",)),
            OutputFact("task", "status", "Two", {"type": "string"}, ("done", "queued"), True),
        ]
    )

    assert (fact.section, fact.schema, fact.shown) == (
        "One",
        {"type": "string"},
        ("queued", "done"),
    )
    assert fact.required is True
    assert next(answer_fields("task", {"a": 1}, "")).required is UNKNOWN
