"""Cassettes: of VCR for Ruby, Python, Go and PHP and their kin, in YAML or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from imagine_harness.contracts.exchange import Exchange, Provenance
from imagine_harness.harness.traffic.errors import Read
from imagine_harness.harness.traffic.readers import messages
from imagine_harness.harness.traffic.readers.bodies import (
    Body,
    finished,
    missing,
    of_json,
    of_value,
)
from imagine_harness.harness.traffic.readers.checks import (
    address,
    at,
    each_of,
    length,
    lowered,
    method,
    moment,
    status,
)
from imagine_harness.harness.traffic.readers.forms import of_fields, with_boundary
from imagine_harness.harness.traffic.readers.tagged_values import untagged

LISTS = ("interactions", "http_interactions")
"""What holds the exchanges: in VCR.py and most others, and in Ruby's VCR."""


def is_one(document: Any) -> bool:
    """Whether a decoded file is a cassette: an object with a list of exchanges, or that list."""
    if isinstance(document, dict):
        return any(key in document for key in LISTS)
    return isinstance(document, list) and any(_is_exchange(untagged(each)) for each in document)


def _is_exchange(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(untagged(entry.get("request")), dict)


def read(document: Any, name: str) -> Iterator[Read]:
    """What a decoded cassette holds, in its order.

    Raises:
        RecordingError: its exchanges are no list.
    """
    entries = document
    if isinstance(document, dict):
        entries = at(document, next(key for key in LISTS if key in document), list, name)
    yield from each_of(entries, f"{name}: interaction", _exchanges)


def _exchanges(entry: Any, where: str) -> Iterator[Exchange]:
    entry = untagged(entry)
    request: dict[str, Any] = at(entry, "request", dict, where)
    response: dict[str, Any] = at(entry, "response", dict, where) if entry.get("response") else {}
    verb = method(request, f"{where}: request")
    headers = lowered(request.get("headers"), f"{where}: request")
    answer_headers = lowered(response.get("headers"), f"{where}: response")
    body = finished(_sent(request, verb, headers), headers)
    answer = finished(_answered(response, answer_headers), answer_headers)
    url = address(request, f"{where}: request")
    yield messages.exchange(
        messages.request(verb, url, headers, body),
        messages.response(_status(response, f"{where}: response"), answer_headers, answer),
        Provenance(url, where),
        time=moment(entry.get("recorded_at") or entry.get("recorded")),
    )


def _status(response: Mapping[str, Any], where: str) -> int:
    """The status, which stands in one of many places."""
    told = untagged(response.get("status"))
    if isinstance(told, dict):
        return status(told.get("code"), where)
    for key in ("code", "status_code"):
        if key in response:
            return status(response[key], where)
    return status(told, where)


def _sent(request: Mapping[str, Any], verb: str, headers: dict[str, str]) -> Body:
    """The body of a request; the content type that goes with it is added to the headers."""
    found = _held(request, ("body", "request_body"))
    fields = untagged(request.get("post_fields"))
    if found is None and isinstance(fields, dict) and fields:
        pairs = [{"name": name, "value": value} for name, value in fields.items()]
        found, headers["content-type"] = of_fields(pairs, headers.get("content-type", ""))
    if found is None or (found.data == b"" and request.get("content_length")):
        return missing(verb, request.get("content_length"), headers)
    if "content-type" in headers:
        headers["content-type"] = with_boundary(headers["content-type"], found.data)
    return found


def _answered(response: Mapping[str, Any], headers: Mapping[str, str]) -> Body:
    found = _held(response, ("body", "content"))
    if found is not None:
        return found
    said = length(headers)
    return Body(None, f"none of its {said} bytes is there") if said else Body(b"")


def _held(holder: Mapping[str, Any], keys: tuple[str, ...]) -> Body | None:
    """A body under one of several names, or decoded; None where there is none."""
    for key in keys:
        value = holder.get(key)
        if isinstance(value, dict) and "string" in value and value["string"] is None:
            value = None
        if value is not None:
            return of_value(value)
    return of_json(holder["parsed_body"]) if "parsed_body" in holder else None
