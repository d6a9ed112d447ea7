"""From a root to the bytes of a request."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from imagine_harness.contracts.examples import PICTURE
from imagine_harness.contracts.judge.forms import decoded
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.suites.subjects.encoding import can_carry, encoded, fewer, usable

ELSEWHERE = "https://example.com/a.png"
UUID = "6f1c1f5e-0000-4000-8000-000000000000"


def operation(name: str) -> Operation:
    provider, _, own = name.partition(".")
    return load.recorded(provider).contracts[0].operations[own]


FAL, EDIT = operation("fal.generate"), operation("fal.edit")
FORM, TASK = operation("lumenfall.edit"), operation("runware.task")


def test_a_root_is_sent_as_json() -> None:
    headers, content = encoded(FAL, {"prompt": "a"})

    assert headers == {"content-type": "application/json"}
    assert orjson.loads(content) == {"prompt": "a"}


def test_a_task_is_sent_in_an_array() -> None:
    _, content = encoded(TASK, {"taskType": "imageInference"})

    assert orjson.loads(content) == [{"taskType": "imageInference"}]


@pytest.mark.parametrize(
    "root", [{"prompt": "a", "n": 2, "image": PICTURE}, {"prompt": "a", "image": [PICTURE] * 2}]
)
def test_a_form_says_what_the_root_says(root: dict[str, Any]) -> None:
    headers, content = encoded(FORM, root)
    kind, _, parameters = headers["content-type"].partition(";")

    assert kind == "multipart/form-data"
    assert decoded(content, parameters.encode(), FORM) == root
    assert can_carry(FORM, root)


@pytest.mark.parametrize(
    "root", [{"prompt": 7}, {"prompt": "a", "images": []}, {"images": [{"url": ELSEWHERE}]}]
)
def test_a_form_has_no_types_and_no_empty_lists(root: dict[str, Any]) -> None:
    assert not can_carry(FORM, root)
    assert can_carry(FAL, root)


def test_an_image_from_somewhere_else_becomes_data() -> None:
    asked = usable(EDIT, {"prompt": "a", "image_urls": [ELSEWHERE, PICTURE, "data:,x"]})

    assert asked["image_urls"] == [PICTURE, PICTURE, "data:,x"]


def test_what_breaks_a_rule_stays_as_it_is() -> None:
    root = {"prompt": 7, "num_images": 99}

    assert usable(FAL, root) is root
    assert usable(FAL, "no object") == "no object"


def test_an_id_that_was_sent_before_is_drawn_anew() -> None:
    first, second = (usable(TASK, {"taskUUID": UUID})["taskUUID"] for _ in range(2))

    assert len({first, second, UUID}) == 3
    assert usable(TASK, {"taskUUID": "no uuid"})["taskUUID"] == "no uuid"


def test_a_server_may_call_the_model_otherwise() -> None:
    root = {"model": "grok-imagine-image", "prompt": "a"}

    assert usable(FORM, root, "fal/other")["model"] == "fal/other"
    assert usable(FORM, {"prompt": "a"}, "fal/other") == {"prompt": "a"}


@pytest.mark.parametrize(
    ("asked", "expected"), [(9, 2), (3, 2), (2, 2), (1, 1), ("9", "9"), (True, True)]
)
def test_fewer_images_are_asked_for_where_many_were(asked: object, expected: object) -> None:
    root = {"prompt": "a", "n": asked}

    assert fewer(FORM, root)["n"] == expected
    assert root["n"] == asked


def test_where_the_page_has_a_limit_the_number_is_left_alone() -> None:
    assert usable(FORM, {"prompt": "a", "n": 9})["n"] == 9
