"""Recorded traffic as HAR 1.2, without its secrets."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from imagine_harness.contracts.exchange import Exchange, Message, Request, Response
from imagine_harness.contracts.secrets import body, headers
from imagine_harness.harness.results.exchanges import json_value
from imagine_harness.harness.traffic.errors import RecordingError
from imagine_harness.harness.traffic.readers import journal
from imagine_harness.harness.traffic.readers.har import GAP, NOTED, OWN, SESSION
from imagine_harness.harness.traffic.redaction import notice, url


def render(exchanges: Iterable[Exchange]) -> str:
    """The HAR of some exchanges, as text."""
    return json.dumps(document(exchanges), indent=1, ensure_ascii=False) + "\n"


def write(exchanges: Iterable[Exchange], file: Path) -> None:
    """Write the HAR of some exchanges.

    Raises:
        RecordingError: the file cannot be written.
    """
    text = render(exchanges)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RecordingError(file, f"cannot be written: {error.strerror}") from error


def document(exchanges: Iterable[Exchange]) -> dict[str, Any]:
    """The HAR of some exchanges, as JSON says it."""
    creator = {"name": "imagine-harness", "version": version("imagine-harness")}
    written = [*exchanges]
    notice(written)
    sessions: dict[str, int] = {}
    entries = [_entry(e, sessions.setdefault(e.provenance.session, len(sessions))) for e in written]
    return {"log": {"version": "1.2", "creator": creator, "entries": entries}}


def _entry(exchange: Exchange, session: int) -> dict[str, Any]:
    took = round(exchange.duration * 1000, 3)
    own: dict[str, Any] = {"comment": exchange.ending} if exchange.ending else {}
    if exchange.provenance.is_ours:
        own[NOTED] = journal.without_bodies(exchange)
    return {
        "startedDateTime": _moment(exchange.time),
        "time": took,
        "request": _request(exchange.request, url(exchange.provenance.url)),
        "response": _response(exchange.response),
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
        SESSION: str(session),
        **own,
    }


def _moment(seconds: float) -> str:
    """A time as HAR writes it; one that no calendar has is the epoch."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        moment = datetime.fromtimestamp(0, UTC)
    return moment.isoformat(timespec="milliseconds")


def _request(request: Request, address: str) -> dict[str, Any]:
    shown = _safe(request)
    query = parse_qsl(urlsplit(address).query, keep_blank_values=True)
    made: dict[str, Any] = {
        "method": request.method,
        "url": json_value(address),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(_of_body(request, shown)),
        "queryString": [{"name": name, "value": value} for name, value in query],
        "headersSize": -1,
        "bodySize": -1 if shown is None else len(shown),
    }
    if shown:
        written = _text(shown)
        if "encoding" in written:
            made[OWN] = {"size": len(shown), **written}
            written = {"comment": f"the body is no text, it stands in {OWN}"}
        made["postData"] = {"mimeType": json_value(request.content_type), "params": [], **written}
    return made | _missing(shown, request)


def _response(response: Response) -> dict[str, Any]:
    shown = _safe(response)
    size = -1 if shown is None else len(shown)
    content: dict[str, Any] = {"size": size, "mimeType": json_value(response.content_type)}
    content |= _missing(shown, response) if shown is None else _text(shown)
    known = _of_body(response, shown)
    if shown is not None:
        # an answer is kept unpacked
        known.pop("content-encoding", None)
    return {
        "status": response.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(known),
        "content": content,
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
    }


def _pairs(named: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": json_value(name), "value": json_value(value)} for name, value in named.items()]


def _safe(message: Message) -> bytes | None:
    """A body without its secrets, None where it is not there."""
    data = message.whole_body
    return body(data, message.content_type) if data else data


def _of_body(message: Message, shown: bytes | None) -> dict[str, str]:
    """Headers without their secrets, that tell the length of the body as it is written."""
    safe = headers(message.text_headers)
    if shown is not None and "content-length" in safe:
        safe["content-length"] = str(len(shown))
    return safe


def _missing(shown: bytes | None, message: Message) -> dict[str, str]:
    """Why a body is not there, where it is not."""
    return {GAP: message.gap} if shown is None else {}


def _text(data: bytes) -> dict[str, str]:
    """A body as HAR holds it: as text, or in base64 where it is none."""
    try:
        return {"text": data.decode()}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(data).decode(), "encoding": "base64"}
