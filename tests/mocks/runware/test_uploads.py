"""Stored media: uploaded, referred to by later tasks, and deleted."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import httpx
import pytest

Post = Callable[..., httpx.Response]
Task = Callable[..., dict[str, Any]]
Drawn = Callable[..., bytes]

TASK = "00000000-0000-4000-9000-000000000077"


def upload(image: object) -> dict[str, Any]:
    return {"taskType": "imageUpload", "taskUUID": TASK, "image": image}


def store(media: object, operation: str = "upload") -> dict[str, Any]:
    return {"taskType": "mediaStorage", "taskUUID": TASK, "operation": operation, "media": media}


def as_uri(data: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def test_an_uploaded_image_is_answered_and_served_as_it_is(
    post: Post, client: httpx.Client, picture: Drawn
) -> None:
    data = picture(640, 480)
    [stored] = post(upload(as_uri(data))).json()["data"]

    assert set(stored) == {"taskType", "taskUUID", "imageUUID", "imageURL"}
    assert stored["imageURL"].rpartition("/")[2] == f"{stored['imageUUID']}.png"
    served = client.get(stored["imageURL"])
    assert (served.content, served.headers["content-type"]) == (data, "image/png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "GIF"])
def test_images_of_every_listed_format_are_taken(
    kind: str, post: Post, picture: Drawn, client: httpx.Client
) -> None:
    bare = base64.b64encode(picture(kind=kind)).decode()
    [stored] = post(upload(bare)).json()["data"]

    assert client.get(stored["imageURL"]).headers["content-type"] == f"image/{kind.lower()}"


@pytest.mark.parametrize("by", ["imageUUID", "imageURL"])
def test_a_stored_image_is_a_reference_for_later_tasks(
    by: str, post: Post, image_task: Task, picture: Drawn, client: httpx.Client, decoded: Any
) -> None:
    [stored] = post(upload(as_uri(picture(1600, 900)))).json()["data"]
    edit = image_task(1, inputs={"referenceImages": [stored[by]]}, includeCost=True)
    del edit["resolution"]

    [made] = post(edit).json()["data"]

    assert made["cost"] == pytest.approx(0.022)
    assert decoded(client.get(made["imageURL"]).content)[1] == (1408, 768)


def test_a_made_image_and_a_stored_medium_can_be_stored_again(
    post: Post, image_task: Task, client: httpx.Client
) -> None:
    [made] = post(image_task(1)).json()["data"]
    first, second = post(upload(made["imageUUID"]), store(made["imageURL"])).json()["data"]

    assert len({made["imageUUID"], first["imageUUID"], second["mediaUUID"]}) == 3
    bodies = [client.get(made["imageURL"]), client.get(first["imageURL"])]
    assert bodies[0].content == bodies[1].content == client.get(second["mediaURL"]).content


def test_a_foreign_address_is_taken_without_being_fetched(
    post: Post, client: httpx.Client, decoded: Any
) -> None:
    [stored] = post(upload("https://example.invalid/photo.png")).json()["data"]

    assert decoded(client.get(stored["imageURL"]).content) == ("JPEG", (1024, 1024))


@pytest.mark.parametrize(
    "image",
    [
        "data:image/png;base64,AAAA",
        "data:image/png,AAAA",
        "!!",
        "",
        None,
        7,
        "3f0c1a52-8c1e-4d0b-9a67-2f3c1b7e9d04",
    ],
)
def test_what_is_no_image_is_refused(
    image: object, post: Post, assert_refused: Callable[..., None]
) -> None:
    answer = post(upload(image))

    assert_refused(answer, "runware", 400)
    [error] = answer.json()["errors"]
    assert (error["code"], error["parameter"]) == ("invalidImage", "image")
    assert error["taskUUID"] == TASK


def test_an_upload_that_fails_leaves_the_others_alone(post: Post, picture: Drawn) -> None:
    answer = post(upload("!!"), store(as_uri(picture())), store("!!"))

    assert answer.status_code == 200
    assert [each["taskType"] for each in answer.json()["data"]] == ["mediaStorage"]
    assert [each["parameter"] for each in answer.json()["errors"]] == ["image", "media"]


def test_an_upload_may_be_answered_with_an_object(
    post: Post, picture: Drawn, reread: Callable[..., None]
) -> None:
    reread(upload_data="object")
    image = as_uri(picture())

    alone = post(upload(image)).json()["data"]
    several = post(upload(image), upload(image)).json()["data"]

    assert set(alone) == {"taskType", "taskUUID", "imageUUID", "imageURL"}
    assert len(several) == 2
    assert post(upload("!!")).json()["data"] == []


# Media of any kind


def test_media_that_are_no_pictures_are_stored_too(
    post: Post, client: httpx.Client, image_task: Task, assert_refused: Callable[..., None]
) -> None:
    typed, bare = post(
        store(as_uri(b"a film", "video/mp4")), store(base64.b64encode(b"bytes").decode())
    ).json()["data"]

    film = client.get(typed["mediaURL"])
    assert (film.content, film.headers["content-type"]) == (b"a film", "video/mp4")
    assert typed["mediaURL"].endswith(f"{typed['mediaUUID']}.mp4")
    assert client.get(bare["mediaURL"]).headers["content-type"] == "application/octet-stream"
    edit = image_task(1, inputs={"referenceImages": [typed["mediaUUID"]]})
    assert_refused(post(edit), "runware", 400)


@pytest.mark.parametrize("by", ["mediaUUID", "mediaURL"])
def test_a_deleted_medium_is_gone(
    by: str, post: Post, client: httpx.Client, picture: Drawn, assert_refused: Callable[..., None]
) -> None:
    [stored] = post(store(as_uri(picture()))).json()["data"]

    [deleted] = post(store(stored[by], "delete")).json()["data"]

    assert deleted["mediaUUID"] == stored["mediaUUID"]
    assert_refused(client.get(stored["mediaURL"]), "runware", 404)
    again = post(store(stored[by], "delete"))
    assert_refused(again, "runware", 404)
    assert again.json()["errors"][0]["taskUUID"] == TASK


def test_a_test_deletes_only_what_is_its_own(
    post: Post, client: httpx.Client, picture: Drawn
) -> None:
    [stored] = post(store(as_uri(picture())), test="one").json()["data"]

    assert post(store(stored["mediaUUID"], "delete"), test="two").status_code == 404
    assert client.get(stored["mediaURL"]).status_code == 200


def test_what_is_stored_is_kept_for_thirty_days(
    post: Post, client: httpx.Client, picture: Drawn, after: Callable[[float], None]
) -> None:
    after(0)
    [stored] = post(upload(as_uri(picture()))).json()["data"]

    after(30 * 86_400 - 1)
    assert client.get(stored["imageURL"]).status_code == 200
    after(1)
    assert client.get(stored["imageURL"]).status_code == 404
