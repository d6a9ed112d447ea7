"""What the refusals of each provider look like, by hand from the reference pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

ENVELOPES: Mapping[str, frozenset[frozenset[str]]] = MappingProxyType(
    {
        "cloudflare": frozenset({frozenset({"result", "success", "errors", "messages"})}),
        "runware": frozenset({frozenset({"data", "errors"})}),
        "fal": frozenset({frozenset({"detail"}), frozenset({"detail", "error_type"})}),
        "lumenfall": frozenset({frozenset({"error"})}),
        "uniall": frozenset({frozenset({"error"}), frozenset({"code", "message", "data"})}),
        "xai": frozenset({frozenset({"code", "error"})}),
    }
)
"""The keys of each provider's refusals, by hand from the reference pages."""


def check_cloudflare(body: dict[str, Any]) -> None:
    assert body["success"] is False
    assert body["result"] in (None, {})
    assert body["messages"] == []
    assert body["errors"]
    for each in body["errors"]:
        assert type(each["code"]) is int
        assert type(each["message"]) is str


def check_runware(body: dict[str, Any]) -> None:
    assert body["data"] == []
    assert body["errors"]
    for each in body["errors"]:
        assert type(each["code"]) is str
        assert type(each["message"]) is str


def check_fal(body: dict[str, Any]) -> None:
    if isinstance(body["detail"], str):
        return
    assert body["detail"]
    for each in body["detail"]:
        assert {"type", "loc", "msg"} <= each.keys()
        assert each["loc"][0] == "body"
        assert all(type(step) is str for step in each["loc"])
        assert type(each["type"]) is type(each["msg"]) is str


def check_openai(body: dict[str, Any]) -> None:
    if "error" not in body:
        assert type(body["code"]) is type(body["message"]) is str
        assert body["data"] is None
        return
    assert body["error"].keys() == {"message", "type", "code", "param"}
    assert all(type(body["error"][key]) is str for key in ("message", "type", "code"))
    assert body["error"]["param"] is None or type(body["error"]["param"]) is str


def check_xai(body: dict[str, Any]) -> None:
    assert type(body["code"]) is type(body["error"]) is str


CHECKS: Mapping[str, Callable[[dict[str, Any]], None]] = MappingProxyType(
    {
        "cloudflare": check_cloudflare,
        "runware": check_runware,
        "fal": check_fal,
        "lumenfall": check_openai,
        "uniall": check_openai,
        "xai": check_xai,
    }
)
