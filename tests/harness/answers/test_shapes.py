"""Whether an answer has a shape that is on record."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.harness.answers.shapes import fits, misfit, misfit_of_body

SHAPE = load.recorded("fal").contracts[0].operations["generate"].answers[0]
WHOLE = {"images": [{"url": "http://here/a.png"}], "revised_prompt": ""}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, WHOLE, ""),
        (200, {**WHOLE, "more": 1}, ""),
        (201, WHOLE, "status 201, expected 200"),
        (200, {**WHOLE, "images": [{}]}, '"url" is a required property at /images/0'),
        (200, {"revised_prompt": ""}, '"images" is a required property at the whole answer'),
        (200, None, 'null is not of type "object" at the whole answer'),
    ],
)
def test_what_is_wrong_with_an_answer_is_told_in_one_line(
    status: int, body: Any, expected: str
) -> None:
    assert misfit(SHAPE, status, body) == expected
    assert fits(SHAPE, status, body) == (not expected)


def test_the_body_alone_is_judged_whatever_the_status() -> None:
    assert misfit_of_body(SHAPE, WHOLE) == ""
