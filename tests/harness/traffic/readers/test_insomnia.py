"""Collections that Insomnia exports."""

from __future__ import annotations

from typing import Any

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.harness.traffic.readers.insomnia import is_one, read

ASKED: dict[str, Any] = {
    "method": "POST",
    "url": "https://fal.run/xai/grok-imagine-image",
    "headers": [
        {"name": "Content-Type", "value": "application/json"},
        {"name": "X-Old", "value": "1", "disabled": True},
    ],
    "body": {"mimeType": "application/json", "text": "{}"},
}
OLD = {
    "_type": "export",
    "__export_format": 4,
    "resources": [
        {"_type": "workspace", "name": "w"},
        {"_type": "request", **ASKED},
        {"_type": "request", "method": "GET", "url": "https://fal.run/", "body": {}, "headers": []},
    ],
}
NEW = {
    "type": "collection.insomnia.rest/5.0",
    "collection": [{"name": "folder", "children": [ASKED]}, {**ASKED, "method": "PUT"}],
}


def told(document: Any) -> list[tuple[str, bytes | None, int]]:
    found = [each for each in read(document, "a.json") if isinstance(each, Exchange)]
    return [(each.request.method, each.request.whole_body, each.response.status) for each in found]


def test_requests_of_both_forms_are_read_in_their_order() -> None:
    assert told(OLD) == [("POST", b"{}", 0), ("GET", b"", 0)]
    assert told(NEW) == [("POST", b"{}", 0), ("PUT", b"{}", 0)]
    others: list[Any] = [{"type": "a"}, {}, []]
    assert [is_one(each) for each in (OLD, NEW, *others)] == [True, True, False, False, False]


def test_what_is_switched_off_was_not_sent() -> None:
    fields = [{"name": "a", "value": "1"}, {"name": "b", "value": "2", "disabled": True}]
    form = {"mimeType": "application/x-www-form-urlencoded", "params": fields}
    [made] = read({"collection": [{**ASKED, "headers": ASKED["headers"][1:], "body": form}]}, "a")

    assert isinstance(made, Exchange)
    assert (list(made.request.text_headers), made.request.whole_body) == (["content-type"], b"a=1")
