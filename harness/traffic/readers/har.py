"""HAR 1.2, as browsers, proxies and test tools write it, in JSON or YAML."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from imagine_harness.contracts.exchange import Exchange, Provenance, Response
from imagine_harness.harness.traffic.errors import Read
from imagine_harness.harness.traffic.readers import journal, messages
from imagine_harness.harness.traffic.readers.bodies import (
    Body,
    finished,
    missing,
    of_base64,
    of_hex,
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
    text,
)
from imagine_harness.harness.traffic.readers.forms import of_fields, with_boundary

FRAMES = "_webSocketMessages"
"""Where browsers put the frames of a WebSocket."""

FILES = ("_file", "_sha1")
"""Where the name of a file stands that holds a body."""

OWN = "_content"
"""Where a request's body stands that is no text, in base64, or that the recorder unpacked."""

GAP, NOTED, SESSION = "_notRecorded", "_exchange", "_session"
"""Where our own HAR says why a body is not there, what our mocks noted, and what was one go."""

STAND_INS = ("", "text/plain", "application/octet-stream", "x-unknown")
"""Types that recorders write where none was sent."""

Beside = Callable[[str], bytes | None]
"""Looks for a file by its name in the place where the HAR is."""


def is_one(document: Any) -> bool:
    """Whether a decoded file is a HAR."""
    return isinstance(document, dict) and "log" in document


def read(document: Any, name: str, beside: Beside = lambda _: None) -> Iterator[Read]:
    """What a decoded HAR holds, in its order.

    Args:
        document: the whole of it.
        name: of the file.
        beside: knows the files that hold bodies.

    Raises:
        RecordingError: it is none.
    """
    entries: list[Any] = at(at(document, "log", dict, name), "entries", list, f"{name}: log")
    yield from each_of(entries, f"{name}: entry", partial(_of_entry, beside))


def _of_entry(beside: Beside, entry: Any, where: str) -> Iterator[Read]:
    exchange = _exchange(entry, where, beside)
    frames = entry.get(FRAMES)
    if isinstance(frames, list):
        yield from each_of(frames, f"{where}, frame", partial(_frame, exchange))
    else:
        yield exchange


def _frame(opened: Exchange, frame: Any, where: str) -> Iterator[Exchange]:
    """What was sent over a WebSocket: a call like one over HTTP, on the same path."""
    if at(frame, "type", str, where) == "send":
        data = at(frame, "data", str, where)
        body = of_base64(data) if frame.get("opcode") == 2 else of_value(data)
        headers = {**opened.request.text_headers, "content-type": "application/json"}
        yield replace(
            opened,
            request=messages.request("POST", opened.provenance.url, headers, body),
            response=Response(gap="frames that were received are not read"),
            provenance=replace(opened.provenance, where=where),
        )


def _exchange(entry: Any, where: str, beside: Beside) -> Exchange:
    request: dict[str, Any] = at(entry, "request", dict, where)
    response: dict[str, Any] = at(entry, "response", dict, where) if entry.get("response") else {}
    headers = lowered(request.get("headers"), f"{where}: request")
    answer_headers = lowered(response.get("headers"), f"{where}: response")
    body = _sent(request, headers, where, beside)
    answer = finished(_answered(response, answer_headers, beside), answer_headers)
    took = entry.get("time")
    url = address(request, f"{where}: request")
    came = status(response.get("status"), f"{where}: response")
    made = messages.exchange(
        messages.request(method(request, f"{where}: request"), url, headers, body),
        messages.response(came, answer_headers, answer),
        Provenance(url, where, session=text(entry.get(SESSION)) or ""),
        time=moment(entry.get("startedDateTime")),
    )
    made.duration = max(0.0, took / 1000) if isinstance(took, int | float) else 0.0
    kept = entry.get(NOTED)
    return journal.with_note(made, kept) if isinstance(kept, dict) else made


def _sent(request: Mapping[str, Any], headers: dict[str, str], where: str, beside: Beside) -> Body:
    """The body of a request; the content type that goes with it is added to the headers."""
    post, own = request.get("postData"), request.get(OWN)
    post = post if isinstance(post, dict) else {}
    kind = text(post.get("mimeType")) or ""
    if kind not in STAND_INS:
        headers.setdefault("content-type", kind)
    decoded = _kept(own, beside) if isinstance(own, dict) and own.get("text") else None
    found = decoded or _kept(post, beside)
    if found is None and isinstance(post.get("params"), list) and post["params"]:
        found, kind = of_fields(post["params"], headers.get("content-type", ""))
        headers |= {"content-type": kind} if kind else {}
    if found is None:
        size, gap = request.get("bodySize"), text(request.get(GAP))
        return (
            Body(None, gap) if gap else missing(method(request, f"{where}: request"), size, headers)
        )
    if "content-type" in headers:
        headers["content-type"] = with_boundary(headers["content-type"], found.data)
    return found if decoded else finished(found, headers)


def _answered(response: Mapping[str, Any], headers: dict[str, str], beside: Beside) -> Body:
    content = response.get("content")
    content = content if isinstance(content, dict) else {}
    kind = text(content.get("mimeType")) or ""
    if kind not in STAND_INS:
        headers.setdefault("content-type", kind)
    found, gap = _kept(content, beside), text(content.get(GAP))
    if found is not None:
        return found
    if gap:
        return Body(None, gap)
    sizes = [content.get("size"), length(headers), 0 if content.get("text") == "" else None]
    told = [each for each in sizes if isinstance(each, int) and each >= 0]
    if told and not any(told):
        return Body(b"")
    return Body(None, f"none of its {max(told)} bytes is there" if told else "it is not there")


def _kept(holder: Mapping[str, Any], beside: Beside) -> Body | None:
    """A body that a recorder kept as text, or in a file beside the HAR; None where it did not."""
    given = text(holder.get("text"))
    if given:
        encoding = holder.get("encoding")
        if encoding == "base64":
            return of_base64(given)
        is_hex = encoding == "hex" or (holder.get("_isBinary") is True and encoding is None)
        return of_hex(given) if is_hex else of_value(given)
    name = next((each for key in FILES if (each := text(holder.get(key)))), None)
    if name is None:
        return None
    data = beside(name)
    return Body(None, f"the file {name} that holds it is not there") if data is None else Body(data)
