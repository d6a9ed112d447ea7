"""What can be recorded of the answers of a provider itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from imagine_harness.harness.judging.observations import observations
from tests.harness.judging.handmade import LOCAL, RUN, pictures, recorded

if TYPE_CHECKING:
    from tests.harness.judging.conftest import JudgeAll

TWO = {"prompt": "x", "num_images": 2}
BARE = {"images": [{"url": 5}]}


@pytest.mark.parametrize(
    ("sent", "right"),
    [
        (recorded(RUN, TWO, pictures(2)), []),
        (recorded(RUN, TWO, pictures(1)), ["generate count 200"]),
        (recorded(RUN, TWO, BARE), ["generate shape 200", "generate count 200"]),
        (recorded(RUN, TWO, pictures(2), 201), ["generate status 201"]),
        (recorded(RUN, TWO, {"detail": "x"}, 418), [" status 418"]),
        (recorded(RUN, TWO, {"oh": "no"}, 418), [" status 418", "refusal shape 418"]),
        (recorded(RUN, TWO, "<html>", 200), []),
        (recorded(LOCAL, TWO, BARE), []),
        (recorded("https://api.x.ai/v1/models", TWO, {}), []),
    ],
)
def test_all_that_differs_is_told_at_once(judge: JudgeAll, sent: Any, right: list[str]) -> None:
    found = observations(judge(sent), "fal")

    assert [f"{each.operation} {each.about} {each.status}" for each in found] == right
