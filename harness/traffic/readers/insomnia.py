"""Collections that Insomnia exports: requests without answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from imagine_harness.harness.traffic.errors import Read
from imagine_harness.harness.traffic.readers import har
from imagine_harness.harness.traffic.readers.tagged_values import untagged

OLD = "export"
"""What an export is called up to the fourth form; it lists everything."""

NEW = "collection.insomnia.rest/"
"""What the type of an export begins with from the fifth form on; folders hold requests."""


def is_one(document: Any) -> bool:
    """Whether a decoded file is an export."""
    if not isinstance(document, dict):
        return False
    return document.get("_type") == OLD or str(document.get("type")).startswith(NEW)


def read(document: Any, name: str) -> Iterator[Read]:
    """What a decoded export holds, in its order."""
    listed = untagged(document.get("resources") or document.get("collection"))
    todo, entries = [listed], []
    while todo:
        each = untagged(todo.pop())
        if isinstance(each, list):
            todo += reversed(each)
        elif isinstance(each, dict):
            if each.get("_type", "request") == "request" and "method" in each:
                entries.append({"request": _request(each)})
            todo.append(each.get("children"))
    yield from har.read({"log": {"entries": entries}}, name)


def _request(told: dict[str, Any]) -> dict[str, Any]:
    """A request as HAR says it; its body is told in HAR's own words already."""
    headers = untagged(told.get("headers"))
    used = [each for each in headers if _is_used(each)] if isinstance(headers, list) else headers
    body = untagged(told.get("body"))
    made = {"method": told["method"], "url": told.get("url"), "headers": used, "bodySize": 0}
    if isinstance(body, dict) and (body.get("text") or body.get("params")):
        params = untagged(body.get("params")) or []
        made["postData"] = {**body, "params": [each for each in params if _is_used(each)]}
    return made


def _is_used(pair: Any) -> bool:
    return not (isinstance(pair, dict) and pair.get("disabled") is True)
