"""What is no number, in queries, headers, paths and faults: refused or left alone, never a 500."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

Check = Callable[..., None]

FAL = "/fal/xai/grok-imagine-image"
KEY = {"Authorization": "Key mock-id:mock-secret"}
NUMBERS = ["9" * 5_000, "-" + "9" * 400, "\u0661\u0662\u0663", "1_000", "nan", "inf", "1e999", ""]


@pytest.mark.parametrize("text", NUMBERS)
def test_what_is_no_number_in_a_query_breaks_nothing(
    text: str, client: httpx.Client, assert_problem: Check
) -> None:
    queued = client.post(
        "/fal/queue/xai/grok-imagine-image",
        params={"fal_max_queue_length": text},
        headers=KEY,
        json={"prompt": "a"},
    )
    since = client.get("/__admin/requests", params={"since": text})

    assert queued.status_code == 200
    assert_problem(since, 400, "bad-request", "since")


@pytest.mark.parametrize("text", [each for each in NUMBERS if each.isascii()])
def test_what_is_no_number_in_a_header_is_refused(
    text: str, client: httpx.Client, assert_refused: Check
) -> None:
    limit = {**KEY, "X-Fal-Request-Timeout": text}
    kept = {**KEY, "X-Fal-Object-Lifecycle-Preference": f'{{"expiration_duration_seconds":{text}}}'}

    assert_refused(client.post(FAL, headers=limit, json={"prompt": "a"}), "fal")
    assert client.post(FAL, headers=kept, json={"prompt": "a"}).status_code == 200


@pytest.mark.parametrize("text", NUMBERS[:-1])
def test_what_is_no_number_in_a_path_or_a_fault_is_refused(
    text: str, client: httpx.Client, assert_refused: Check, assert_problem: Check
) -> None:
    begun = client.post("/fal/rest/storage/upload/initiate-multipart", headers=KEY, json={}).json()
    part = client.put(f"{begun['upload_url']}/{text}", content=b"a")
    fault = client.post("/__admin/faults", json={"fault": f"fal.generate delay={text}"})

    assert_refused(part, "fal")
    assert_problem(fault, 400, "bad-request", "delay must be a number")


@pytest.mark.parametrize("value", [True, False, [1], {}, None])
def test_a_truth_is_no_number_of_a_fault(
    value: object, client: httpx.Client, assert_problem: Check
) -> None:
    answer = client.post("/__admin/faults", json={"status": 429, "nth": value})

    assert_problem(answer, 400, "bad-request", "nth must be a number")
