"""Forms as the JSON objects that they stand for."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.contracts.examples import PICTURE
from imagine_harness.contracts.forms import as_object
from imagine_harness.contracts.loading import load

EDIT = load.recorded("uniall").contracts[0].operations["edit"]


@pytest.mark.parametrize(
    ("parts", "right"),
    [
        ([("n", "3"), ("prompt", "3")], {"n": 3, "prompt": "3"}),
        ([("n", "three")], {"n": "three"}),
        ([("n", "1"), ("n", "2")], {"n": 2}),
        ([("images", "a")], {"images": ["a"]}),
        ([("images[]", "a"), ("images[]", "b")], {"images": ["a", "b"]}),
        ([("image", PICTURE)], {"image": PICTURE}),
        ([("image", "a"), ("image", "b")], {"images": ["a", "b"]}),
        ([("unheard-of", "1")], {"unheard-of": "1"}),
        ([], {}),
    ],
)
def test_a_field_has_the_type_of_its_parameter(
    parts: list[tuple[str, Any]], right: dict[str, Any]
) -> None:
    assert as_object(parts, EDIT) == right
