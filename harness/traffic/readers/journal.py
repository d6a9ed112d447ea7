"""Our own journal: one exchange of the mocks a line."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import orjson

from imagine_harness.contracts.exchange import Exchange, Provenance, Request, Response, Verdict
from imagine_harness.contracts.fields import ABSENT, brief_text
from imagine_harness.contracts.judge.asides import PREFLIGHT, VISIT
from imagine_harness.contracts.model import Certainty, Change, Document, Level, Source, Violation
from imagine_harness.harness.traffic.errors import Read, RecordingError, Unread
from imagine_harness.harness.traffic.readers.checks import at, each_of
from imagine_harness.harness.traffic.readers.documents import decoded
from imagine_harness.harness.traffic.redaction import local_address
from imagine_harness.mocks.services.journal import as_json

UNREAD = ("body-malformed", "content-encoding")
"""Refusals for bodies that nobody could decode."""

NOT_WHOLE = "not wholly"
"""Why a body is not there, where nothing else is known."""

MOST_UNREAD = 100
"""Broken lines of one file that are told one by one."""


def is_one(document: Any) -> bool:
    """Whether a decoded line is one of a journal."""
    return isinstance(document, dict) and {"request", "response", "verdict"} <= document.keys()


def read(data: bytes, name: str) -> Iterator[Read]:
    """What a journal holds, in its order; a line that is not as it must be costs itself alone."""
    broken = 0
    for each in each_of(data.splitlines(), f"{name}: line", _in_line):
        broken += isinstance(each, Unread)
        if broken <= MOST_UNREAD or not isinstance(each, Unread):
            yield each
    if broken > MOST_UNREAD:
        yield Unread(name, f"{broken - MOST_UNREAD} more lines cannot be read")


def _in_line(line: bytes, where: str) -> Iterator[Exchange]:
    if line.strip():
        yield of_line(decoded(line, where), where)


def of_line(told: Any, where: str) -> Exchange:
    """What one line tells.

    Raises:
        RecordingError: it is none of a journal.
    """
    made = _exchange_of(told, where)
    made.provenance = Provenance(local_address(made), where, is_ours=True)
    ending = made.ending or ""
    missing = "" if made.verdict.is_judged else ending or NOT_WHOLE
    made.request.gap = _cut(made.request.length) or missing
    made.response.gap = _cut(made.response.length) or ending
    return made


def without_bodies(exchange: Exchange) -> dict[str, Any]:
    """What our mocks noted of an exchange, beside what a HAR says of it anyway."""
    bare = replace(exchange.request, headers={}, body=b"", length=0)
    told = as_json(replace(exchange, request=bare, response=Response()))
    request = {key: told["request"][key] for key in ("method", "path", "query")}
    return {**told, "request": request, "response": {}}


def with_note(exchange: Exchange, told: Mapping[str, Any]) -> Exchange:
    """An exchange with what our mocks noted of it, as `without_bodies` tells it.

    Raises:
        RecordingError: it is not as it must be.
    """
    sent, where = exchange.request, exchange.provenance.where
    request = {**at(told, "request", dict, where), "headers": sent.text_headers, "body": None}
    response = {"status": exchange.response.status, "content_type": "", "body": None}
    made = _exchange_of({**told, "request": request, "response": response}, where)
    return replace(
        made,
        request=replace(sent, path=made.request.path, query=made.request.query),
        response=exchange.response,
        provenance=replace(exchange.provenance, is_ours=True),
    )


def _cut(length: int) -> str:
    """Why a body of a length is not there, `""` where it was not cut."""
    return f"only the beginning of its {length} bytes is there" if length else ""


def _exchange_of(told: Any, where: str) -> Exchange:
    try:
        return _exchange(told, where)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        why = f"{type(error).__name__}: {error}"
        raise RecordingError(where, f"is no line of a journal: {why}") from error


def _exchange(told: Any, where: str) -> Exchange:
    request: dict[str, Any] = at(told, "request", dict, where)
    response: dict[str, Any] = at(told, "response", dict, where)
    verdict: dict[str, Any] = at(told, "verdict", dict, where)
    headers = {
        name.encode("latin-1"): value.encode("latin-1")
        for name, value in at(request, "headers", dict, where).items()
    }
    kind = at(response, "content_type", str, where)
    refusal = _perhaps(verdict, "refusal", where)
    unread = refusal in UNREAD
    body, body_length = _body(request["body"], headers.get(b"content-type", b"").decode(), unread)
    answer, answer_length = _body(response["body"], kind, False)
    return Exchange(
        id=str(told["id"]),
        time=float(told["time"]),
        provider=at(told, "provider", str, where),
        operation=_perhaps(told, "operation", where),
        test=at(told, "test", str, where),
        request=Request(
            method=at(request, "method", str, where),
            path=at(request, "path", str, where),
            query=at(request, "query", str, where),
            headers=headers,
            body=body,
            is_decoded=True,
            length=body_length,
        ),
        response=Response(
            status=at(response, "status", int, where),
            headers={b"content-type": kind.encode("latin-1")},
            body=answer,
            length=answer_length,
        ),
        verdict=Verdict(
            violations=[_violation(each, where) for each in at(verdict, "violations", list, where)],
            refusal=refusal,
            fault=_perhaps(verdict, "fault", where),
            expected=tuple(_texts(verdict, "expected", where)),
            is_judged=verdict.get("kind") != "unjudged",
            aside=_aside({"aside": None, **verdict}, where),
        ),
        duration=float(told["duration_ms"]) / 1000,
        ending=_perhaps({"ending": None, **told}, "ending", where),
    )


def _perhaps(holder: Mapping[str, Any], key: str, where: str) -> str | None:
    """The text of a key that must be there; None where it is null."""
    return None if holder[key] is None else at(holder, key, str, where)


def _texts(holder: Mapping[str, Any], key: str, where: str) -> list[str]:
    return [at({key: each}, key, str, where) for each in at(holder, key, list, where)]


def _aside(verdict: Mapping[str, Any], where: str) -> str | None:
    aside = _perhaps(verdict, "aside", where)
    if aside not in (None, PREFLIGHT, VISIT):
        raise RecordingError(
            where, f"aside must be {PREFLIGHT} or {VISIT}, got {brief_text(aside)}"
        )
    return aside


def _body(told: Any, kind: str, unread: bool) -> tuple[bytes, int]:
    """The bytes of a body, and how many there were where it was cut, else 0."""
    if told is None:
        return b"", 0
    if isinstance(told, dict) and told.get("cut") is True and "start" in told:
        return str(told["start"]).encode(), int(told["bytes"])
    is_json = ("json" in kind.lower() or not kind) and not unread
    if not is_json and isinstance(told, dict):
        if told.keys() == {"text"}:
            return str(told["text"]).encode(), 0
        if told.keys() == {"base64"}:
            return base64.b64decode(told["base64"]), 0
    return orjson.dumps(told), 0


def _violation(told: Mapping[str, Any], where: str) -> Violation:
    url, _, section = at(told, "source", str, where).partition("#")
    rule = at(told, "rule", str, where)
    return Violation(
        rule=rule,
        kind=rule.rpartition(".")[2],
        pointer=at(told, "pointer", str, where),
        parameters=(),
        message=at(told, "message", str, where),
        expected=told["expected"],
        got=told["got"],
        source=Source(Document("", url, date.min, Certainty(told["certainty"])), section),
        certainty=Certainty(told["certainty"]),
        level=Level(told["level"]),
        fix=tuple(_change(each, where) for each in at(told, "fix", list, where)),
    )


def _change(told: Mapping[str, Any], where: str) -> Change:
    op, path = at(told, "op", str, where), at(told, "path", str, where)
    return Change(op, path, told.get("value", ABSENT))
