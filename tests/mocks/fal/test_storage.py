"""Uploads by every route: the bytes come back, and a picture counts as an input image."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from imagine_harness.mocks.app import App

Make = Callable[..., bytes]
KEY = {"Authorization": "Key a:b"}
REST = "/fal/rest/storage"
CDN = "/fal/cdn/files/upload"


def begin(client: httpx.Client, what: str = "initiate", **body: str) -> dict[str, str]:
    where = f"{REST}/upload/{what}?storage_type=fal-cdn-v3"
    answer = client.post(where, json=body, headers=KEY)
    assert answer.status_code == 200
    begun: dict[str, str] = answer.json()
    assert begun.keys() == {"upload_url", "file_url"}
    return begun


def test_a_file_is_put_where_it_was_begun_and_is_served_without_a_key(
    client: httpx.Client, picture: Make
) -> None:
    data = picture(320, 200)
    begun = begin(client, file_name="a.png", content_type="image/png")

    before = client.get(begun["file_url"])
    put = client.put(begun["upload_url"], content=data, headers={"Content-Type": "image/png"})
    after = client.get(begun["file_url"])

    assert before.status_code == 404
    assert put.status_code == 200
    assert (after.status_code, after.content) == (200, data)
    assert after.headers["content-type"] == "image/png"
    assert httpx.URL(begun["file_url"]).path.startswith("/fal/cdn/files/b/")
    assert begun["file_url"].endswith(".png")


@pytest.mark.parametrize("etag_from", ["header", "body"])
def test_a_file_is_put_in_parts_in_any_order(etag_from: str, client: httpx.Client) -> None:
    begun = begin(client, "initiate-multipart", file_name="a.bin", content_type="text/plain")
    parts = []
    for number in (2, 1):
        answer = client.put(f"{begun['upload_url']}/{number}", content=b"part %d " % number)
        etag = answer.headers["etag"] if etag_from == "header" else answer.json()["etag"]
        assert answer.json()["partNumber"] == number
        parts.append({"partNumber": number, "etag": etag})

    done = client.post(f"{begun['upload_url']}/complete", json={"parts": parts})

    assert done.status_code == 200
    served = client.get(begun["file_url"])
    assert (served.content, served.headers["content-type"]) == (b"part 1 part 2 ", "text/plain")
    again = client.post(f"{begun['upload_url']}/complete", json={"parts": parts})
    assert again.status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"parts": [{"partNumber": 1, "etag": "other"}]},
        {"parts": [{"partNumber": 2, "etag": "any"}]},
        {"parts": []},
        {"parts": "all"},
        {"parts": [1]},
        {"parts": [{"partNumber": "1", "etag": 1}]},
        {},
        [],
    ],
)
def test_parts_that_were_not_uploaded_cannot_be_put_together(
    body: Any, client: httpx.Client
) -> None:
    begun = begin(client, "initiate-multipart", file_name="a.bin")
    client.put(f"{begun['upload_url']}/1", content=b"one")

    answer = client.post(f"{begun['upload_url']}/complete", json=body)

    assert answer.status_code == 400
    assert answer.json()["error_type"] == "bad_request"
    assert client.get(begun["file_url"]).status_code == 404


@pytest.mark.parametrize("number", ["one", "-1", "1.5", "123456", "²"])
def test_the_number_of_a_part_is_a_whole_number(number: str, client: httpx.Client) -> None:
    begun = begin(client, "initiate-multipart", file_name="a.bin")

    assert client.put(f"{begun['upload_url']}/{number}", content=b"one").status_code == 400


def test_an_upload_that_was_never_begun_is_unknown(client: httpx.Client, app: App) -> None:
    unknown = "/fal/cdn/uploads/nobody"

    answers = [
        client.put(unknown, content=b"a"),
        client.put(f"{unknown}/1", content=b"a"),
        client.post(f"{unknown}/complete", json={"parts": []}),
    ]

    assert {each.status_code for each in answers} == {404}
    assert all(each.json() == {"detail": "Upload not found"} for each in answers)


def test_an_upload_needs_a_key_to_begin(client: httpx.Client) -> None:
    for what in ("upload/initiate", "upload/initiate-multipart", "auth/token"):
        assert client.post(f"{REST}/{what}", json={}).status_code == 401
    assert client.post("/fal/rest/tokens/", json={}).status_code == 401


@pytest.mark.parametrize("body", [b"{", b"[]", b'"a"'])
def test_a_body_that_is_no_object_begins_nothing(body: bytes, client: httpx.Client) -> None:
    answer = client.post(f"{REST}/upload/initiate", content=body, headers=KEY)

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["type"] == "json_invalid"


@pytest.fixture
def token(client: httpx.Client) -> dict[str, str]:
    """An upload token, as the SDK asks for it."""
    where = f"{REST}/auth/token?storage_type=fal-cdn-v3"
    answer = client.post(where, json={}, headers=KEY)
    assert answer.status_code == 200
    found: dict[str, str] = answer.json()
    return found


def test_a_token_says_where_to_upload_and_until_when(token: dict[str, str], app: App) -> None:
    until = datetime.fromisoformat(token["expires_at"])

    assert token.keys() == {"token", "token_type", "base_url", "expires_at"}
    assert token["token_type"] == "Bearer"
    assert token["base_url"] == "http://127.0.0.1:4010/fal/cdn"
    assert until.tzinfo is not None
    assert until.timestamp() > app.services.clock.now()


def test_a_realtime_token_is_a_bare_text(client: httpx.Client) -> None:
    asked = {"allowed_apps": ["grok-imagine-image"], "token_expiration": 120}

    answer = client.post("/fal/rest/tokens/", json=asked, headers=KEY)

    assert type(answer.json()) is str


@pytest.mark.parametrize("scheme", ["Bearer", "Key"])
def test_a_file_is_uploaded_at_the_cdn(
    scheme: str, client: httpx.Client, token: dict[str, str], picture: Make
) -> None:
    data = picture(kind="WEBP")
    said = {"Bearer": f"Bearer {token['token']}", "Key": "Key a:b"}[scheme]
    headers = {"Authorization": said, "Content-Type": "image/webp", "X-Fal-File-Name": "a b.webp"}

    url = client.post(CDN, content=data, headers=headers).json()["access_url"]

    served = client.get(url)
    assert (served.content, served.headers["content-type"]) == (data, "image/webp")
    assert url.endswith(".webp")


@pytest.mark.parametrize(
    "authorization",
    [None, "Bearer", "Bearer ", "Basic a:b", "Key a", "Bearer invalid", "Key invalid"],
)
def test_who_has_neither_a_token_nor_a_key_uploads_nothing_at_the_cdn(
    authorization: str | None, client: httpx.Client
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    name = "00000000-0000-4000-8000-000000000000"
    parts = f"/fal/cdn/files/b/000000/{name}.bin/multipart/{name}"

    answers = [
        client.post(CDN, content=b"a", headers=headers),
        client.post(f"{CDN}/multipart", headers=headers),
        client.put(f"{parts}/1", content=b"a", headers=headers),
        client.post(f"{parts}/complete", json={"parts": []}, headers=headers),
    ]

    assert {each.status_code for each in answers} == {401}


def test_parts_at_the_cdn_belong_to_the_file_in_their_address(client: httpx.Client) -> None:
    headers = {**KEY, "Content-Type": "text/plain", "X-Fal-File-Name": "a.txt"}
    one, other = (client.post(f"{CDN}/multipart", headers=headers).json() for _ in range(2))

    mixed = client.put(f"{one['access_url']}/multipart/{other['uploadId']}/1", headers=KEY)
    where = f"{one['access_url']}/multipart/{one['uploadId']}"
    etag = client.put(f"{where}/1", content=b"one", headers=KEY).headers["etag"]
    listed = {"parts": [{"partNumber": 1, "etag": etag}]}
    done = client.post(f"{where}/complete", json=listed, headers=KEY)

    assert mixed.status_code == 404
    assert done.status_code == 200
    assert client.get(one["access_url"]).content == b"one"


def test_an_uploaded_picture_is_an_input_image_whose_pixels_count(
    client: httpx.Client, picture: Make, pictures: Callable[..., list[bytes]]
) -> None:
    headers = {**KEY, "Content-Type": "image/jpeg"}
    wide = client.post(CDN, content=picture(1600, 900, "JPEG"), headers=headers).json()
    tall = client.post(CDN, content=picture(900, 1600, "JPEG"), headers=headers).json()

    sizes = []
    for each in (wide, tall):
        [made] = pictures("fal.edit", {"image_urls": [each["access_url"]]})
        with Image.open(BytesIO(made)) as image:
            sizes.append(image.size)

    assert sizes == [(1408, 768), (768, 1408)]


def test_an_uploaded_file_that_is_no_picture_is_stored_but_is_no_input_image(
    client: httpx.Client, ask: Callable[..., httpx.Response]
) -> None:
    headers = {**KEY, "Content-Type": "text/plain; charset=utf-8"}
    url = client.post(CDN, content=b"not a picture", headers=headers).json()["access_url"]

    answer = ask("fal.edit", {"image_urls": [url]})

    assert client.get(url).content == b"not a picture"
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["type"] == "image_load_error"


@pytest.mark.parametrize("header", ["X-Fal-Object-Lifecycle", "X-Fal-Object-Lifecycle-Preference"])
def test_a_file_is_served_for_as_long_as_its_lifecycle_says(
    header: str, client: httpx.Client, app: App
) -> None:
    app.services.clock.hold()
    wish = {header: '{"expiration_duration_seconds": 60}'}
    url = client.post(CDN, content=b"a", headers={**KEY, **wish}).json()["access_url"]

    app.services.clock.advance(59)
    assert client.get(url).status_code == 200
    app.services.clock.advance(2)
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("name", "kind", "served", "ending"),
    [
        ("a.PNG", "image/png", "image/png", ".PNG"),
        ("a", "image/webp", "image/webp", ".webp"),
        ("", "", "application/octet-stream", ".bin"),
        ("../../a.p/g", "text/plain\r\nX-Evil: 1", "application/octet-stream", ".bin"),
    ],
)
def test_names_and_types_are_taken_with_care(
    name: str, kind: str, served: str, ending: str, client: httpx.Client
) -> None:
    begun = begin(client, file_name=name, content_type=kind)
    client.put(begun["upload_url"], content=b"a")

    answer = client.get(begun["file_url"])

    assert answer.headers["content-type"] == served
    assert "x-evil" not in answer.headers
    assert begun["file_url"].endswith(ending)


def test_a_file_above_the_limit_of_a_body_is_refused(client: httpx.Client) -> None:
    answer = client.post(CDN, content=bytes(32_000_001), headers=KEY)

    assert answer.status_code == 413


def test_what_one_test_uploads_is_forgotten_with_it(client: httpx.Client, app: App) -> None:
    headers = {**KEY, "X-Harness-Test": "one"}
    begun = client.post(f"{REST}/upload/initiate", json={}, headers=headers).json()
    client.put(begun["upload_url"], content=b"a")
    assert client.get(begun["file_url"]).status_code == 200

    app.reset("one")

    assert client.get(begun["file_url"]).status_code == 404
    assert client.put(begun["upload_url"], content=b"a").status_code == 404
