"""UniAll's synchronous answers: edits with files, one or several."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from imagine_harness.mocks.app import App

EDITS = "/uniall/v1/images/edits"
BEARER = {"Authorization": "Bearer sk-a"}
FIELDS = {"model": "grok-imagine-image", "prompt": "combine", "aspect_ratio": "auto"}


@pytest.mark.parametrize(
    ("name", "count"), [("image", 1), ("image[]", 1), ("image", 3), ("image[]", 3), ("images", 2)]
)
def test_an_edit_takes_files_under_any_name_that_clients_give_them(
    name: str,
    count: int,
    app: App,
    client: httpx.Client,
    picture: Callable[..., bytes],
    size_of: Callable[[str, httpx.Response], tuple[int, int]],
) -> None:
    wide, tall = picture(320, 180), picture(180, 320)
    files = [(name, ("a.png", wide if each == 0 else tall, "image/png")) for each in range(count)]

    answer = client.post(EDITS, headers=BEARER, data=FIELDS, files=files)

    assert size_of("uniall.edit", answer) == (1408, 768), "the first picture gives the shape"
    [*_, noted] = app.services.journal
    assert (noted.operation, noted.verdict.kind) == ("edit", "conforms")


def test_a_file_and_an_address_in_two_fields_are_refused(
    client: httpx.Client, picture: Callable[..., bytes], assert_refused: Callable[..., None]
) -> None:
    files = [("image", ("a.png", picture(), "image/png"))]
    fields = {**FIELDS, "image_url": "https://example.com/a.png"}

    assert_refused(client.post(EDITS, headers=BEARER, data=fields, files=files), "uniall", 400)


def test_a_list_under_the_name_of_a_single_image_is_refused_in_json(
    client: httpx.Client, assert_refused: Callable[..., None]
) -> None:
    body = {**FIELDS, "image": ["https://example.com/a.png", "https://example.com/b.png"]}

    assert_refused(client.post(EDITS, headers=BEARER, json=body), "uniall", 400)
