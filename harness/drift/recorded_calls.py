"""Recorded calls: of a journal, a HAR file, one exchange or a folder of exchanges."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from imagine_harness.contracts.decoding import Undecodable, decoded
from imagine_harness.contracts.exchanges import Request
from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.model import ContractError
from imagine_harness.mocks.credentials import CREDENTIALS


@dataclass(frozen=True, slots=True)
class Call:
    """One recorded call.

    Attributes:
        name: where it is recorded: a file, or a line or an entry of one.
        status: of its answer, None where none is recorded.
        operation: its id where the record says it.
    """

    name: str
    request: Request
    status: int | None = None
    operation: str | None = None


def recorded_calls(path: Path, provider: str) -> list[Call]:
    """The calls of a journal, a HAR file, one exchange, or a folder of exchanges.

    Raises:
        ContractError: it cannot be read, or is none of these.
    """
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    calls: list[Call] = []
    for file in files:
        try:
            calls += _of_file(file, provider)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise ContractError(
                f"{file}: has not the form of a journal, HAR or exchange: {error!r}"
            ) from error
    if not calls:
        raise ContractError(f"{path}: no call of {provider} is recorded in it")
    return calls


def _of_file(file: Path, provider: str) -> Iterator[Call]:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(f"{file}: cannot be read: {error}") from error
    whole = _decoded(text)
    if isinstance(whole, dict) and "log" in whole:
        yield from _har(file.name, whole)
    elif isinstance(whole, dict):
        line = "" if file.suffix == ".json" else ":1"
        yield from _exchange(f"{file.name}{line}", whole, provider)
    else:
        lines = [line for line in text.splitlines() if line.strip()]
        for number, line in enumerate(lines, 1):
            entry = _decoded(line)
            if not isinstance(entry, dict):
                raise ContractError(f"{file}: line {number} is no JSON object, expected a journal")
            yield from _exchange(f"{file.name}:{number}", entry, provider)


def _decoded(text: str) -> Any:
    try:
        return decoded(text)
    except Undecodable:
        return None


def _exchange(name: str, entry: Mapping[str, Any], provider: str) -> Iterator[Call]:
    """A line of a journal, or an exchange as fixtures have them."""
    request = entry.get("request")
    if entry.get("provider") != provider or not isinstance(request, dict):
        return
    body = request.get("json", request.get("body"))
    given = "json" in request or body is not None
    CREDENTIALS.notice_recorded(request.get("headers") or {})
    response = entry.get("response") or {}
    yield Call(
        name,
        Request(
            str(request.get("method", "")),
            str(request.get("path", "")),
            request.get("headers") or {},
            body if given else ABSENT,
            tuple((str(key), str(value)) for key, value in request.get("form", ())),
            tuple((str(key), str(value)) for key, value in request.get("files", ())),
        ),
        response.get("status"),
        entry.get("operation"),
    )


def _har(name: str, whole: Mapping[str, Any]) -> Iterator[Call]:
    for number, entry in enumerate(whole["log"].get("entries", ()), 1):
        request = entry["request"]
        headers = {each["name"]: each["value"] for each in request.get("headers", ())}
        CREDENTIALS.notice_recorded(headers, request["url"])
        data = request.get("postData") or {}
        form = tuple((p["name"], p.get("value", "")) for p in data.get("params", ()))
        text = data.get("text", "")
        if not form and "urlencoded" in data.get("mimeType", ""):
            form = tuple(parse_qsl(text))
        body = _decoded(text) if text and not form else ABSENT
        yield Call(
            f"{name}#{number}",
            Request(request["method"], urlsplit(request["url"]).path, {}, body, form),
            entry.get("response", {}).get("status"),
        )
