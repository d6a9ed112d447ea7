"""Exchanges are shown whole, where anybody can repeat them, and without secrets."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.openapi.document import ORIGIN
from imagine_harness.harness.pytest.entries import Entry
from imagine_harness.harness.suites.report_exchanges import seen
from imagine_harness.mocks.app import App
from imagine_harness.mocks.settings import Settings

TASK = {"taskType": "authentication", "apiKey": "very-secret"}


async def noted(path: str, headers: dict[str, str], body: Any) -> Entry:
    app = App(Settings(seed=1))
    kept: list[Exchange] = []
    app.shared.journal.listen(kept.append)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1") as client:
        await client.post(path, headers=headers, json=body)
    return Entry(kept[0])


@pytest.mark.asyncio
async def test_an_exchange_is_shown_at_the_address_of_mocks_that_are_served_by_hand() -> None:
    body = {"prompt": "a lighthouse"}
    entry = await noted("/fal/xai/grok-imagine-image", {"Authorization": "Key a:b"}, body)
    shown = seen(entry)

    assert shown.url == f"{ORIGIN}/fal/xai/grok-imagine-image"
    assert (orjson.loads(shown.body), shown.status, shown.variable) == (body, 200, "FAL_KEY")
    assert orjson.loads(shown.answer)["images"][0]["url"].startswith("http://127.0.0.1:1/fal/")
    assert shown.headers["authorization"] == "Key ***"


@pytest.mark.asyncio
async def test_a_key_in_a_body_or_in_a_query_is_hidden() -> None:
    entry = await noted("/runware/v1?apiKey=very-secret", {}, [TASK])

    assert "very-secret" not in str(seen(entry).as_json())
