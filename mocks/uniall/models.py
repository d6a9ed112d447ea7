"""UniAll's list of models, in the dialect that the request's headers ask for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.call import Call


def models(call: Call) -> Answer:
    """Every model on record: as Anthropic, as Gemini, or else as OpenAI lists them."""
    ids = [name for each in call.context.recorded.contracts for name in each.models]
    created: int = call.figure("model_created")
    if call.header("x-api-key") and call.header("anthropic-version"):
        return Answer(_anthropic(ids, created))
    if call.header("x-goog-api-key") or call.query.get("key"):
        named = [{"name": each, "displayName": each} for each in ids]
        return Answer({"models": named, "nextPageToken": None})
    owner = call.figure("model_owner")
    listed = [
        {"id": each, "object": "model", "created": created, "owned_by": owner} for each in ids
    ]
    return Answer({"object": "list", "data": listed})


def _anthropic(ids: Sequence[str], created: int) -> dict[str, Any]:
    moment = datetime.fromtimestamp(created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    data = [
        {"id": each, "type": "model", "display_name": each, "created_at": moment} for each in ids
    ]
    return {"data": data, "first_id": ids[0], "last_id": ids[-1], "has_more": False}
