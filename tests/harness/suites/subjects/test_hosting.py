"""Where a subject is: at an address of its own, or served for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from imagine_harness.contracts.model import ContractError
from imagine_harness.harness.suites.subjects.hosting import base_url_of


async def application(scope: Any, _receive: Any, send: Any) -> None:
    """Answers with the path that it was asked for."""
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["path"].encode()})


def served() -> Any:
    return application


def given(*told: str) -> Any:
    return f"http://127.0.0.1:1/{'/'.join(told)}"


def test_an_address_is_taken_as_it_is() -> None:
    with base_url_of(lambda: "http://127.0.0.1:1/v1", "/other") as url:
        assert url == "http://127.0.0.1:1/v1"


def test_an_application_is_served_below_the_path_of_its_base_url() -> None:
    with base_url_of(served, "/v1") as url:
        assert url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{url}/images", trust_env=False).text == "/v1/images"
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False)


def test_a_function_that_takes_something_is_given_it() -> None:
    with base_url_of(given, "", "a") as url:
        assert url == "http://127.0.0.1:1/a"


def test_a_function_that_yields_cleans_up() -> None:
    steps = []

    def declared() -> Iterator[str]:
        yield "http://127.0.0.1:1"
        steps.append("cleaned up")

    with base_url_of(declared, "") as url:
        assert (url, steps) == ("http://127.0.0.1:1", [])
    assert steps == ["cleaned up"]


def nothing() -> None:
    """Returns nothing."""


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        (nothing, "nothing returned NoneType, expected a URL or an ASGI application"),
        (lambda: "127.0.0.1:4010", "returned '127.0.0.1:4010', expected an http URL"),
    ],
)
def test_anything_else_is_told(declared: Callable[[], Any], told: str) -> None:
    with pytest.raises(ContractError, match=told), base_url_of(declared, ""):
        pass
