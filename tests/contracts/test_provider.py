"""What all models of one provider share."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.provider import EntryPoint, Media


@pytest.fixture
def door() -> EntryPoint:
    return load.provider("fal").doors[0]


def test_a_door_leads_to_the_same_path_below_its_prefix(door: EntryPoint) -> None:
    assert replace(door, prefix="/queue", instead="").path("/a/b") == "/queue/a/b"
    assert replace(door, prefix="/queue", instead="/a").path("/a/b") == "/queue/b"
    assert replace(door, prefix="/queue", instead="/a").path("/b/a") == "/queue/b/a"


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("/files/{name}.{extension}", "/files/0123456789.png"),
        ("/{folder}/{name}", "/012345/0123456789"),
    ],
)
def test_a_medium_is_served_where_the_provider_says(path: str, right: str) -> None:
    assert Media("cdn.example", path).path_of("0123456789", "png") == right
