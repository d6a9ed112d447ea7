"""What the demo asks: read from the record, and answered by the mocks as it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.harness.demo import Scenario, answer, scenarios
from imagine_harness.harness.suites.subjects.server import Server
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[App, str]]:
    app = App(Settings(seed=1))
    with serving(app) as address:
        yield app, address


def fal(served: tuple[App, str]) -> Server:
    app, address = served
    mock = app.mocks["fal"]
    operation = mock.judge.recorded.contracts[0].operations["generate"]
    return Server(f"{address}/fal", operation, mock.judge.recorded, mock.judge.readings)


def test_the_images_of_an_answer_are_told_by_their_number_format_and_pixels(
    served: tuple[App, str],
) -> None:
    body = {"prompt": "a", "num_images": 2, "aspect_ratio": "16:9", "output_format": "png"}

    assert answer(fal(served), body) == "2 x PNG 1408x768"


def test_a_refusal_has_no_images(served: tuple[App, str]) -> None:
    assert answer(fal(served), {"prompt": "a", "num_images": 5}) == ""


def test_what_is_on_record_is_a_call_with_its_answer_or_the_rule_that_it_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"asks": "one", "operation": "generate", "body": {"prompt": "a"}}
    images = {"images": 1, "format": "PNG", "width": 8, "height": 6}
    (tmp_path / "fal").mkdir()
    text = json.dumps([{**said, "answer": images}, {**said, "breaks": "fal.x"}])
    (tmp_path / "fal" / "demo.json").write_text(text, encoding="utf-8")
    monkeypatch.setattr(load, "ROOT", tmp_path)
    monkeypatch.setattr(load, "mocked", lambda: ("cloudflare", "fal"))

    assert [*scenarios()] == [
        Scenario("fal", "one", "generate", {"prompt": "a"}, None, "1 x PNG 8x6"),
        Scenario("fal", "one", "generate", {"prompt": "a"}, "fal.x"),
    ]
