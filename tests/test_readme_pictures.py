"""What the README says of fetched pictures, checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from imagine_harness.contracts.loading.load import provider
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving
from imagine_harness.mocks.services.faults import parsed
from tests.readme import MOCKS, named

KEY = {"Authorization": "Key a:b"}
SENTENCES = MOCKS.prose("Pictures")
HOUR, DAY = 3_600, 86_400


@pytest.fixture
def app() -> App:
    made = App(Settings(seed=1))
    made.services.clock.hold()
    return made


@pytest.fixture
def http(app: App) -> Iterator[httpx.Client]:
    with serving(app) as address, httpx.Client(base_url=address, trust_env=False) as client:
        yield client


def picture(http: httpx.Client) -> str:
    answer: Any = http.post("/fal/xai/grok-imagine-image", json={"prompt": "x"}, headers=KEY).json()
    return str(answer["images"][0]["url"])


def test_a_fetch_is_noted_as_the_operation_that_is_named(app: App, http: httpx.Client) -> None:
    assert "an exchange of the operation `media` (`fal.media`), noted without" in SENTENCES
    data = http.get(picture(http)).content

    [noted] = app.services.journal.find(provider="fal", operation="media")
    assert (noted.response.body, noted.response.length) == (b"", len(data))


def test_the_named_readings_decide_how_long_addresses_are_good(app: App) -> None:
    readings = [each for each in named(SENTENCES) if each in app.readings]
    lifetimes = {
        name: provider(name).media.lifetime(app.controls.choices())
        for name in ("lumenfall", "xai", "fal")
    }

    assert "at Lumenfall after an hour, at xAI" in SENTENCES
    assert "after a day (readings" in SENTENCES
    assert readings == [f"{name}.media-lifetime" for name in lifetimes]
    assert lifetimes == {"lumenfall": HOUR, "xai": DAY, "fal": None}


@pytest.mark.parametrize("host", ["v3b.fal.media", ""])
def test_a_credential_that_goes_along_is_the_named_warning(
    host: str, app: App, http: httpx.Client
) -> None:
    path = httpx.URL(picture(http)).path
    named_host = {"Host": host} if host else {}
    http.get(path.removeprefix("/fal/cdn") if host else path, headers=KEY | named_host)

    [noted] = app.services.journal.find(operation="media")
    assert [each.rule for each in noted.verdict.violations] == ["fal.media.credential-sent"]
    assert "is a warning, `fal.media.credential-sent`" in SENTENCES
    assert noted.verdict.kind == "warns"


def test_fetches_are_hit_only_where_they_are_named(app: App, http: httpx.Client) -> None:
    text = MOCKS.section("Faults").partition("Fetches of pictures")[2].partition("| fault")[0]
    first, second = map(parsed, re.findall(r"`'(.+?)'`", text))
    address = picture(http)
    app.services.faults.add(first)
    app.services.faults.add(parsed("status=503"))

    assert [http.get(address).status_code for _ in "ab"] == [404, 200]
    app.services.faults.add(second)
    with pytest.raises(httpx.RemoteProtocolError):
        http.get(address)
