"""What the README says of what the mocks keep, and of ids."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving
from imagine_harness.mocks.services.budget import size
from tests.readme import MOCKS

PATH = "/fal/xai/grok-imagine-image"
KEY = {"Authorization": "Key a:b"}
BODY = {"prompt": "A tin robot"}


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with (
        serving(App(Settings(seed=1))) as address,
        httpx.Client(base_url=address, trust_env=False) as made,
    ):
        yield made


def test_the_memory_is_the_stated_one_and_what_it_holds_is_told(http: httpx.Client) -> None:
    told = http.get("/__admin/settings").json()["memory"]
    [stated] = re.findall(r"`--memory SIZE` \| .*, (\w+) by default", MOCKS.text)
    [ids] = re.findall(r"The last ([\d,]+) task ids stay", MOCKS.text)

    assert told["most_bytes"] == size(stated) == 1_000_000_000
    assert all(each["dropped"] == 0 for each in told["kinds"].values())
    app = App()
    app.services.store.of("").used.update(("rule", f"{number}") for number in range(100))
    used = app.memory.as_json()["kinds"]["used ids"]
    assert used["most_bytes"] * 100 >= used["bytes"] * int(ids.replace(",", ""))


def test_what_comes_after_a_reset_has_ids_of_its_own(http: httpx.Client) -> None:
    def asked() -> str:
        answer = http.post(PATH, headers=KEY, json=BODY).json()
        return str(answer["images"][0]["url"])

    before = asked()
    http.post("/__admin/reset")

    assert asked() != before
    assert http.get(before).status_code == 404
