"""What others rely on: nothing of it goes, and nothing comes, unless it is put on record."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from tests.interface import RECORDED, collected

ON_RECORD: dict[str, Any] = json.loads(RECORDED.read_bytes())


@cache
def today() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(collected()))
    return found


def test_every_part_of_the_interface_is_on_record() -> None:
    assert sorted(today()) == sorted(ON_RECORD)


@pytest.mark.parametrize("part", ON_RECORD)
def test_the_interface_is_as_it_is_on_record(part: str) -> None:
    told = f"{part}: where this is meant, record it by `python -m tests.interface`"

    assert today()[part] == ON_RECORD[part], told
