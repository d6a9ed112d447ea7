"""The shape of answers that were seen."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.contracts.model import ContractError
from imagine_harness.harness.drift.recording.answer_shape import adjusted

RECORDED: dict[str, Any] = {
    "source": "page#Answer",
    "required": ["id", "data", "data[].url", "usage.cost"],
    "fields": {
        "id": {"type": "string", "source": "page#Ids"},
        "data[].url": {"type": "string"},
        "data[].state": {"enum": ["done"]},
        "usage.cost": {"type": "integer"},
    },
}
WHOLE: dict[str, Any] = {"id": "a", "data": [{"url": "b", "state": "done"}], "usage": {"cost": 1}}


@pytest.mark.parametrize(
    ("answers", "gone"),
    [
        ([WHOLE], set()),
        ([WHOLE, {**WHOLE, "data": [{"url": "a"}, {}]}], {"data[].url"}),
        ([{**WHOLE, "usage": {}}], {"usage.cost"}),
        ([{key: WHOLE[key] for key in ("data", "usage")}, WHOLE], {"id"}),
        ([{}], {"id", "data"}),
    ],
)
def test_what_is_not_always_there_is_not_required(answers: list[Any], gone: set[str]) -> None:
    made = adjusted(RECORDED, answers)

    assert {*RECORDED["required"]} - {*made["required"]} == gone
    assert made["fields"] == {**RECORDED["fields"], "id": {"type": "string"}}


@pytest.mark.parametrize(
    ("answer", "name", "line"),
    [
        ({"id": None}, "id", {"type": ["null", "string"]}),
        ({"id": 5}, "id", {"type": ["integer", "string"]}),
        ({"data": [{"state": "late"}]}, "data[].state", {"type": "string"}),
        ({"usage": {"cost": 1.5}}, "usage.cost", {"type": ["integer", "number"]}),
    ],
)
def test_a_value_of_another_type_widens_it(answer: Any, name: str, line: Any) -> None:
    made = adjusted(RECORDED, [WHOLE, answer])

    assert made["fields"][name] == line


@pytest.mark.parametrize("answer", [None, [], "<html>", 5])
def test_what_is_no_object_has_no_shape(answer: Any) -> None:
    with pytest.raises(ContractError, match="no object"):
        adjusted(RECORDED, [WHOLE, answer])


def test_a_deep_answer_is_looked_at_in_part() -> None:
    deep: Any = "x"
    for _ in range(5_000):
        deep = {"id": deep}

    assert "id" in adjusted(RECORDED, [deep])["required"]
