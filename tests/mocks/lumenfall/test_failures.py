"""What a provider's refusal says and means, however it is wrapped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from imagine_harness.mocks.lumenfall.failures import message_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.mocks.lumenfall.conftest import Behind, Gateway

MESSAGES: list[tuple[object, str]] = [
    ({"detail": "Not now"}, "Not now"),
    ({"detail": [{"type": "x", "loc": ["body"], "msg": "Too many"}]}, "Too many"),
    ({"code": "Client error", "error": "Not supported"}, "Not supported"),
    ({"error": {"message": "Out of\n  money", "type": "t"}}, "Out of money"),
    ({"error": None, "detail": [], "message": ""}, "status 503"),
    ({"usage": 1}, "status 503"),
    ([{"message": "in a list"}], "in a list"),
    (17, "status 503"),
]


@pytest.mark.parametrize(("body", "told"), MESSAGES)
def test_a_message_is_found_in_every_envelope(body: Any, told: str) -> None:
    assert message_of(httpx.Response(503, json=body)) == told


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("text/plain; charset=utf-8", "Failed to deserialize", "Failed to deserialize"),
        ("text/html", "<h1>Bad Gateway</h1>", "status 503"),
        ("application/json", "\x00{", "status 503"),
        ("text/plain", "a" * 500, "a" * 300 + "…"),
    ],
)
def test_what_is_no_json_is_quoted_where_it_is_text(kind: str, text: str, told: str) -> None:
    answer = httpx.Response(503, content=text.encode(), headers={"content-type": kind})

    assert message_of(answer) == told


def test_a_complaint_about_the_gateways_own_key_is_not_the_callers(
    gateway: Callable[..., Gateway], behind: Behind
) -> None:
    behind.fault("xai.generate error=incorrect-api-key")

    assert gateway().refusal(model="xai/grok-imagine-image")[:2] == (
        502,
        "ALL_PROVIDERS_EXHAUSTED",
    )
