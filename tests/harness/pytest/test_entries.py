"""What a test reads in the journal of its handles: calls, and the pictures that were fetched."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from imagine_harness.harness.pytest.handle import Handle, MockProviders

BODY = {"prompt": "a lighthouse", "num_images": 2}


@pytest.fixture
def fal(mock_providers: MockProviders) -> Handle:
    return mock_providers["fal"]


def made(fal: Handle) -> list[str]:
    url = f"{fal.base_url}/xai/grok-imagine-image"
    answer: Any = httpx.post(url, headers=fal.headers, json=BODY, trust_env=False).json()
    return [each["url"] for each in answer["images"]]


def fetched(url: str, headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.get(url, headers=headers, trust_env=False)


def test_a_picture_that_is_fetched_is_an_exchange(fal: Handle) -> None:
    first, second = made(fal)
    picture = fetched(second)
    fetched(first)

    assert picture.headers["content-type"] == "image/jpeg"
    assert [each.operation for each in fal.journal] == ["generate", "media", "media"]
    assert [each.answer for each in fal.journal.find(operation="media")] == [b"", b""]
    fal.assert_called("media", times=2)
    fal.assert_called("generate", times=1)
    fal.assert_conforms()


@pytest.mark.parametrize("spec", ["gone", "media gone", "fal.media gone", "media status=404"])
def test_a_fault_of_a_handle_hits_the_fetch_alone(spec: str, fal: Handle) -> None:
    fal.faults.add(spec)

    assert [fetched(url).status_code for url in made(fal)] == [404, 404]
    fal.assert_conforms()


def test_a_fetch_after_the_end_of_an_address_fails_no_test(fal: Handle) -> None:
    wish = {"X-Fal-Object-Lifecycle-Preference": '{"expiration_duration_seconds": 60}'}
    fal.clock.hold()
    url = f"{fal.base_url}/xai/grok-imagine-image"
    answer = httpx.post(url, headers=fal.headers | wish, json=BODY, trust_env=False).json()
    fal.clock.advance(60)

    assert fetched(answer["images"][0]["url"]).status_code == 404
    assert fal.journal[-1].refusal == "media-expired"
    fal.assert_conforms()


@pytest.mark.expect_violation("fal.media-unknown")
def test_a_fetch_from_an_address_that_never_was_fails_one(fal: Handle) -> None:
    fetched(f"{fal.base_url}/cdn/files/b/a/none.jpg")

    with pytest.raises(AssertionError, match="media-unknown"):
        fal.assert_conforms()


@pytest.mark.expect_violation("fal.media.credential-sent")
def test_a_credential_at_a_media_host_can_be_expected_and_fails_none(fal: Handle) -> None:
    fetched(made(fal)[0], fal.headers)

    assert fal.journal[-1].verdict == "warns"
    fal.assert_conforms()
