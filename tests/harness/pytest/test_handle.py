"""What a handle makes of requests that call nothing, and of calls of nobody."""

from __future__ import annotations

import httpx
import pytest

from imagine_harness.harness.pytest.handle import MockProviders

ASKS = {"Origin": "http://a.example", "Access-Control-Request-Method": "POST"}


def test_what_calls_nothing_is_noted_and_breaks_nothing(mocks: MockProviders) -> None:
    fal = mocks["fal"]
    with httpx.Client(trust_env=False) as client:
        client.head(fal.base_url)
        client.request("OPTIONS", f"{fal.base_url}/xai/grok-imagine-image", headers=ASKS)
        client.get(fal.base_url.removesuffix("/fal"))

    assert [entry.verdict for entry in mocks.journal] == ["noted"] * 3
    fal.assert_no_requests()
    mocks.assert_conforms()


def test_a_call_of_nobody_breaks_something(mocks: MockProviders) -> None:
    fal = mocks["fal"]
    httpx.post(fal.base_url, headers=fal.headers, json={"prompt": "x"}, trust_env=False)

    with pytest.raises(AssertionError, match="expected no request to fal"):
        fal.assert_no_requests()
    with pytest.raises(AssertionError, match="route-unknown"):
        mocks.assert_conforms()
