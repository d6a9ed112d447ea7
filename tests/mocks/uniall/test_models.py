"""The list of models, in the dialect of the credential that asks for it."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

IDS = ["grok-imagine-image", "grok-imagine-image-quality"]
PATH = "/uniall/v1/models"
OPENAI = {
    "object": "list",
    "data": [{"id": each, "object": "model", "created": 0, "owned_by": "uniall"} for each in IDS],
}
ANTHROPIC = {
    "data": [
        {
            "id": each,
            "type": "model",
            "display_name": each,
            "created_at": "1970-01-01T00:00:00Z",
        }
        for each in IDS
    ],
    "first_id": IDS[0],
    "last_id": IDS[1],
    "has_more": False,
}
GEMINI = {"models": [{"name": each, "displayName": each} for each in IDS], "nextPageToken": None}
BEARER = {"Authorization": "Bearer sk-a"}
OF_ANTHROPIC = {"x-api-key": "sk-a", "anthropic-version": "2023-06-01"}


@pytest.mark.parametrize(
    ("headers", "query", "listed"),
    [
        (BEARER, "", OPENAI),
        (OF_ANTHROPIC, "", ANTHROPIC),
        ({**BEARER, **OF_ANTHROPIC}, "", ANTHROPIC),
        ({"x-api-key": "sk-a"}, "", OPENAI),
        ({**BEARER, "anthropic-version": "2023-06-01"}, "", OPENAI),
        ({"x-goog-api-key": "sk-a"}, "", GEMINI),
        ({}, "?key=sk-a", GEMINI),
        (BEARER, "?key=sk-a", GEMINI),
    ],
)
def test_the_list_is_in_the_dialect_that_the_request_speaks(
    headers: dict[str, str], query: str, listed: dict[str, object], client: httpx.Client
) -> None:
    answer = client.get(PATH + query, headers=headers)

    assert answer.status_code == 200
    assert answer.json() == listed


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({}, ""),
        ({"x-api-key": "invalid", "anthropic-version": "2023-06-01"}, ""),
        ({"x-api-key": ""}, ""),
        ({"x-goog-api-key": "invalid"}, ""),
        ({}, "?key=invalid"),
        ({}, "?key="),
        ({"Authorization": "Bearer invalid", "x-api-key": "sk-a"}, ""),
    ],
)
def test_a_bad_credential_is_refused_in_every_dialect(
    headers: dict[str, str],
    query: str,
    client: httpx.Client,
    assert_refused: Callable[..., None],
) -> None:
    assert_refused(client.get(PATH + query, headers=headers), "uniall", 401)


@pytest.mark.parametrize("place", [{"x-api-key": "sk-a"}, {"x-goog-api-key": "sk-a"}])
def test_the_credentials_of_other_dialects_open_nothing_else(
    place: dict[str, str], client: httpx.Client, assert_refused: Callable[..., None]
) -> None:
    answer = client.get("/uniall/v1/images/tasks/task_a?key=sk-a", headers=place)

    assert_refused(answer, "uniall", 401)
