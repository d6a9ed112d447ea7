"""What belongs to a Lumenfall account."""

from __future__ import annotations

from collections.abc import Callable

import httpx

KEY = {"Authorization": "Bearer lmnfl_a.b"}


def test_the_balance_is_told_below_the_native_address(client: httpx.Client) -> None:
    answer = client.get("/lumenfall/v1/balance", headers=KEY)

    assert answer.status_code == 200
    body = answer.json()
    assert body.keys() == {"object", "billing_type", "available"}
    assert (body["object"], body["billing_type"]) == ("balance", "prepaid")
    assert body["available"].keys() == {"amount", "currency"}
    assert body["available"]["amount"] > 0
    assert body["available"]["currency"] == "usd"


def test_a_run_is_paid_for_and_a_dry_run_is_not(client: httpx.Client) -> None:
    images = "/lumenfall/openai/v1/images/generations"
    body = {"model": "grok-imagine-image", "prompt": "x", "n": 3}

    def left(test: str = "") -> float:
        headers = {**KEY, "X-Harness-Test": test}
        told = client.get("/lumenfall/v1/balance", headers=headers).json()
        return float(told["available"]["amount"])

    before = left()
    client.post(f"{images}?dryRun=true", headers=KEY, json=body)
    client.post(images, headers=KEY, json={**body, "size": "banana"})
    client.post(images, headers={**KEY, "X-Harness-Fault": "error=internal-error"}, json=body)
    assert left() == before
    client.post(images, headers=KEY, json=body)
    assert left() == round(before - 0.06, 6)
    assert left("another") == before


def test_the_balance_is_never_below_nothing(client: httpx.Client) -> None:
    body = {"model": "grok-imagine-image", "prompt": "x", "n": 100}
    for _ in range(6):
        client.post("/lumenfall/openai/v1/images/generations", headers=KEY, json=body)

    answer = client.get("/lumenfall/v1/balance", headers=KEY)

    assert answer.json()["available"]["amount"] == 0


def test_the_balance_is_not_below_the_address_of_the_images(
    client: httpx.Client, assert_refused: Callable[..., None]
) -> None:
    assert_refused(client.get("/lumenfall/openai/v1/balance", headers=KEY), "lumenfall", 404)


def test_images_are_not_made_below_the_native_address(
    client: httpx.Client, assert_refused: Callable[..., None]
) -> None:
    body = {"model": "grok-imagine-image", "prompt": "x"}
    refused = client.post("/lumenfall/v1/images/generations", headers=KEY, json=body)

    assert_refused(refused, "lumenfall", 404)
