"""Readings as the controls list, choose and put them back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings

Ask = Callable[..., httpx.Response]
ClientOf = Callable[[App], httpx.Client]
AssertProblem = Callable[..., None]


def test_readings_are_listed_chosen_and_put_back(ask: Ask, client: httpx.Client) -> None:
    def chosen(reading: str) -> str:
        listed = client.get("/__admin/readings").json()
        return next(str(each["choice"]) for each in listed if each["id"] == reading)

    assert chosen("cloudflare.success-envelope") == "page"
    client.post("/__admin/readings", json={"cloudflare.success-envelope": "v4"})
    assert chosen("cloudflare.success-envelope") == "v4"
    assert ask("cloudflare.generate").json()["success"] is True
    client.post("/__admin/readings", json={"fal.revised-prompt": "absent"})
    assert chosen("cloudflare.success-envelope") == "page"
    assert "revised_prompt" not in ask("fal.generate").json()
    client.delete("/__admin/readings")
    assert "revised_prompt" in ask("fal.generate").json()


def test_every_reading_says_what_it_is_about(client: httpx.Client) -> None:
    for each in client.get("/__admin/readings").json():
        assert re.fullmatch(r"[a-z]+\.[a-z0-9-]+", each["id"])
        assert each["choice"] == each["default"]
        assert each["default"] in each["choices"]
        assert each["strict"] is None or each["strict"] in each["choices"]
        assert each["note"]
        assert each["source"].startswith("https://")


def test_readings_can_be_strict_with_one_exception(ask: Ask, client: httpx.Client) -> None:
    client.post("/__admin/readings", json={"strict": True, "xai.undeclared-keys": "ignored"})

    assert ask("fal.generate", {"unknown": 1}).status_code == 422
    assert ask("xai.generate", {"unknown": 1}).status_code == 200


def test_readings_go_back_to_the_settings(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    client = client_of(App(Settings(seed=1, readings={"fal.revised-prompt": "absent"})))

    client.post("/__admin/readings", json={})
    assert "revised_prompt" in client.send(plain("fal.generate")).json()
    client.delete("/__admin/readings")
    assert "revised_prompt" not in client.send(plain("fal.generate")).json()


BAD_READINGS: list[tuple[Any, str]] = [
    ({"fal.none": "a"}, "no reading 'fal.none'"),
    ({"fal.revised-prompt": "maybe"}, "present, absent"),
    ({"fal.revised-prompt": None}, "present, absent"),
    ({"strict": "no"}, "strict"),
    ({"strict": 1}, "strict"),
    ([], "a JSON object"),
]


@pytest.mark.parametrize(("asked", "told"), BAD_READINGS, ids=str)
def test_a_reading_that_means_nothing_is_refused_and_changes_nothing(
    asked: Any, told: str, client: httpx.Client, assert_problem: AssertProblem
) -> None:
    before = client.get("/__admin/readings").json()

    assert_problem(client.post("/__admin/readings", json=asked), 400, "bad-request", told)
    assert client.get("/__admin/readings").json() == before
