"""What a gateway may make of an upstream's status, to the very limit."""

from __future__ import annotations

import pytest

from imagine_harness.harness.suites.promises.errors import STATUS_CLASSES


@pytest.mark.parametrize(
    ("status", "right", "wrong"),
    [
        (400, (400, 422, 499), (399, 500, 503)),
        (401, (500, 502, 599), (400, 401, 499)),
        (402, (500,), (402, 499)),
        (403, (400, 403, 500), (401, 407)),
        (422, (400, 499), (399, 500)),
        (429, (429, 500, 503), (428, 430, 499)),
        (500, (500, 599), (499, 400)),
        (503, (500, 503), (499, 429)),
    ],
)
def test_the_class_of_a_status_ends_where_another_begins(
    status: int, right: tuple[int, ...], wrong: tuple[int, ...]
) -> None:
    _, fits = STATUS_CLASSES[status]

    assert [each for each in right if not fits(each)] == []
    assert [each for each in wrong if fits(each)] == []


def test_every_status_has_its_class() -> None:
    assert sorted(STATUS_CLASSES) == [400, 401, 402, 403, 422, 429, 500, 503]
