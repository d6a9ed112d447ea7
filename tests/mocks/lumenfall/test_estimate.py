"""Dry runs: they judge a call and price it, and make nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings

KEY = {"Authorization": "Bearer lmnfl_a.b"}
IMAGES = "/lumenfall/openai/v1/images"
PLAIN = {"model": "grok-imagine-image", "prompt": "a lighthouse"}


def dry(client: httpx.Client, path: str = "generations", **parameters: Any) -> httpx.Response:
    body = {**PLAIN, **parameters}
    return client.post(f"{IMAGES}/{path}?dryRun=true", headers=KEY, json=body)


@pytest.mark.parametrize("count", [1, 3, 10])
def test_a_dry_run_prices_every_image_in_millionths_of_a_dollar(
    count: int, client: httpx.Client
) -> None:
    answer = dry(client, n=count)

    assert answer.status_code == 200
    body = answer.json()
    [component] = body.pop("components")
    assert body == {
        "estimated": True,
        "model": "grok-imagine-image",
        "provider": "xai",
        "total_cost_micros": 20_000 * count,
        "currency": "USD",
    }
    assert component.keys() == {
        *("type", "metric", "quantity", "billable_quantity", "unit_price", "total_cost")
    }
    assert (component["quantity"], component["billable_quantity"]) == (count, count)
    assert (component["unit_price"], component["total_cost"]) == (20_000, 20_000 * count)


def test_a_dry_run_makes_no_picture(
    app: App, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[object] = []
    monkeypatch.setattr(app.services.media, "add", lambda *told: kept.append(told))

    dry(client, n=2)

    assert kept == []
    [noted] = app.services.journal
    assert (noted.operation, noted.verdict.kind) == ("generate", "conforms")


def test_an_edit_is_priced_by_its_images_alone(
    client: httpx.Client, picture: Callable[..., bytes]
) -> None:
    files = [("image[]", (name, picture(), "image/png")) for name in ("a.png", "b.png")]
    answer = client.post(
        f"{IMAGES}/edits", params={"dryRun": "true"}, headers=KEY, data=PLAIN, files=files
    )

    assert answer.status_code == 200
    assert answer.json()["total_cost_micros"] == 20_000


@pytest.mark.parametrize(
    ("given", "status"), [({"size": "banana"}, 400), ({"n": "two"}, 400), ({"model": "no"}, 404)]
)
def test_a_dry_run_refuses_what_a_run_refuses(
    given: dict[str, Any],
    status: int,
    client: httpx.Client,
    assert_refused: Callable[..., None],
) -> None:
    assert_refused(dry(client, **given), "lumenfall", status)


@pytest.mark.parametrize("said", ["", "?dryRun=false", "?dryRun=", "?dryRun"])
def test_anything_but_true_is_a_run(said: str, client: httpx.Client) -> None:
    answer = client.post(f"{IMAGES}/generations{said}", headers=KEY, json=PLAIN)

    assert answer.json().keys() == {"created", "data"}


def test_a_dry_run_can_tell_its_price_as_the_vendors_sample_reads_it(
    client_of: Callable[[App], httpx.Client],
) -> None:
    readings = {"lumenfall.estimate": "metadata"}
    app = App(Settings(seed=1, providers=("lumenfall",), readings=readings))

    body = dry(client_of(app), n=2).json()

    assert body["metadata"] == {"cost": 0.04, "cost_currency": "USD"}
    assert "components" not in body
