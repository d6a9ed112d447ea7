"""Pictures stored as files of the caller's: what is told of them, and where they are public."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App

Ask = Callable[..., httpx.Response]
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
HOUR, DAY = 3600, 24 * 3600
CARRIERS = {"url", "b64_json"}


def stored(ask: Ask, options: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    given = {"storage_options": {"filename": "garden.jpg", **options}, **more}
    answer = ask("xai.generate", given)
    assert answer.status_code == 200, answer.text
    assert all(CARRIERS & item.keys() for item in answer.json()["data"]), "the usual carrier stays"
    return [item["file_output"] for item in answer.json()["data"]]


def test_a_stored_picture_is_told_by_its_file(ask: Ask) -> None:
    [told] = stored(ask, {})

    assert told == {"file_id": told["file_id"], "filename": "garden.jpg"}
    assert re.fullmatch(f"file_{UUID}", told["file_id"])


@pytest.mark.parametrize("carrier", sorted(CARRIERS))
def test_every_picture_is_a_file_of_its_own(carrier: str, ask: Ask) -> None:
    told = stored(ask, {"public_url": True}, n=3, response_format=carrier)

    assert (
        len({each["file_id"] for each in told}) == len({each["public_url"] for each in told}) == 3
    )


def test_without_storage_options_there_is_no_file(ask: Ask) -> None:
    assert "file_output" not in ask("xai.generate").json()["data"][0]


@pytest.mark.parametrize("carrier", sorted(CARRIERS))
def test_a_public_picture_is_served_to_anybody(
    carrier: str, ask: Ask, client: httpx.Client, fetch: Callable[[str], bytes]
) -> None:
    given = {
        "storage_options": {"filename": "a.jpg", "public_url": True},
        "response_format": carrier,
    }
    [item] = ask("xai.generate", given).json()["data"]

    answer = client.get(item["file_output"]["public_url"])

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.content == fetch(item[carrier])


@pytest.mark.parametrize(
    ("options", "file_lives", "url_lives"),
    [
        ({"public_url": True}, None, None),
        ({"public_url": {}}, None, None),
        ({"public_url": True, "expires_after": HOUR}, HOUR, HOUR),
        ({"public_url": {"expires_after": HOUR}}, None, HOUR),
        ({"public_url": {"expires_after": HOUR}, "expires_after": DAY}, DAY, HOUR),
    ],
    ids=str,
)
def test_files_and_their_addresses_expire_as_asked(
    options: dict[str, Any],
    file_lives: int | None,
    url_lives: int | None,
    ask: Ask,
    app: App,
    client: httpx.Client,
    assert_refused: Callable[..., None],
) -> None:
    app.services.clock.hold()
    now = app.services.clock.now()

    [told] = stored(ask, options)

    for key, lives in (("expires_at", file_lives), ("public_url_expires_at", url_lives)):
        assert (key in told) is (lives is not None)
        assert lives is None or abs(told[key] - (now + lives)) <= 1
    app.services.clock.advance(HOUR - 2)
    assert client.get(told["public_url"]).status_code == 200
    app.services.clock.advance(4)
    if url_lives is None:
        assert client.get(told["public_url"]).status_code == 200
    else:
        assert_refused(client.get(told["public_url"]), "xai", 404)


@pytest.mark.parametrize("public", [False, None])
def test_a_private_picture_has_no_address(public: bool | None, ask: Ask) -> None:
    options = {} if public is None else {"public_url": public}

    [told] = stored(ask, options)

    assert "public_url" not in told


def test_a_file_without_a_name_is_refused(ask: Ask, assert_refused: Callable[..., None]) -> None:
    assert_refused(ask("xai.generate", {"storage_options": {"public_url": True}}), "xai", 422)


def test_a_deferred_picture_is_stored_once(ask: Ask, app: App, client: httpx.Client) -> None:
    options = {"filename": "a.jpg", "public_url": True, "expires_after": DAY}
    given = {"deferred": True, "storage_options": options}
    request_id = ask("xai.generate", given).json()["request_id"]
    app.services.clock.advance(5)

    one, other = (
        client.get(f"/xai/v1/images/{request_id}", headers={"Authorization": "Bearer a"}).json()
        for _ in "ab"
    )

    assert one == other
    assert client.get(one["data"][0]["file_output"]["public_url"]).status_code == 200


def test_an_unknown_public_file_is_not_found(
    client: httpx.Client, assert_refused: Callable[..., None]
) -> None:
    assert_refused(client.get("/xai/files-cdn/a/file_a.jpg"), "xai", 404)
