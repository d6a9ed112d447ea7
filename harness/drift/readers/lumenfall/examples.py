"""The code examples of Lumenfall's pages: where an operation is called, and what it answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from imagine_harness.harness.drift.facts import UNKNOWN, EndpointFact, Unknown
from imagine_harness.harness.drift.pages.curl_calls import CurlCall, calls
from imagine_harness.harness.drift.readers.lumenfall.page import Part

_ADDRESS = re.compile(r"/v1(/[\w/-]+)")
_URL = re.compile(r"https?://([^/\s\"'\\]+)(/[^\s\"'\\]*)")
_RESPONSE = re.compile(r"(?<!#)#++ ?Response:")


@dataclass(frozen=True, slots=True)
class BaseUrl:
    """The address that all operations stand below."""

    host: str
    path: str


def base(url: str) -> BaseUrl | None:
    """The base URL that a page states, None where it is none."""
    found = _URL.fullmatch(url)
    return found and BaseUrl(found[1], found[2].rstrip("/"))


def endpoint(operation: str, part: Part | None, below: BaseUrl | None) -> EndpointFact:
    """Where an operation is called, as far as its example (None: it has none) shows it."""
    host: str | Unknown = below.host if below else UNKNOWN
    if part is None:
        return EndpointFact(operation, "", host=host)
    path: str | Unknown = UNKNOWN
    address = next(
        (_ADDRESS.fullmatch(line) for line in part.lines if line.startswith("/v1/")), None
    )
    call = next(_calls(part), CurlCall("", "", ()))
    if call.host and call.path:
        host, path = call.host, call.path
    elif address and below:
        path = f"{below.path}{address[1]}"
    method = call.stated_method or UNKNOWN
    return EndpointFact(operation, part.section, method, host, path, call.content or UNKNOWN)


def _calls(part: Part) -> Iterator[CurlCall]:
    """The commands of an example, without the answer."""
    text = " ".join(line.removesuffix("\\").rstrip() for line in part.lines)
    answer = _RESPONSE.search(text)
    return calls(text[: answer.start()] if answer else text)


def requests(part: Part) -> Iterator[Mapping[str, Any]]:
    """The bodies that an example sends; files are what the command calls them."""
    for call in _calls(part):
        if call.form:
            yield dict(call.form)
        if isinstance(call.body, dict):
            yield call.body


def model(part: Part) -> str:
    """The model that an example calls, empty where it calls none."""
    return next((str(body["model"]) for body in requests(part) if "model" in body), "")


def answer(part: Part) -> object:
    """The decoded answer of an example, None where it shows none."""
    text = "\n".join(part.lines)
    found = _RESPONSE.search(text)
    if found is None:
        return None
    shown = " ".join(line.lstrip("#/ ") for line in text[found.end() :].split("\n"))
    return _json(shown.lstrip())


def _json(text: str) -> object:
    """The JSON value that a text begins with, None where it begins with none."""
    try:
        value: object = json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None
    return value
