"""Who is let in to the controls: nobody whom a page in a browser could have sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings
from tests.laws import hold, unnamed

AssertProblem = Callable[..., None]

LOCAL = "http://127.0.0.1:4010"
ELSEWHERE = "http://192.0.2.7:4010"
TOKEN = "a-token.of_my~own+/=="
RIGHT = {"Authorization": f"Bearer {TOKEN}"}


@cache
def mocks(token: str | None = None) -> App:
    return App(Settings(seed=1, providers=("fal",), admin_token=token))


def asked(
    method: str = "GET",
    control: str = "/health",
    headers: Mapping[str, str] | list[tuple[str, str]] | None = None,
    *,
    base: str = LOCAL,
    token: str | None = None,
    content: bytes | None = None,
) -> httpx.Response:
    """The answer of mocks that were reached at an address."""

    async def sent() -> httpx.Response:
        transport = httpx.ASGITransport(mocks(token))
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            path = f"/__admin{control}"
            return await client.request(method, path, headers=headers, content=content)

    return asyncio.run(sent())


# By which name


OWN_HOSTS = ["127.0.0.1", "127.8.9.10:80", "LocalHost:4010", "[::1]:4010", "[::ffff:127.0.0.1]:1"]


@pytest.mark.parametrize("host", OWN_HOSTS)
def test_this_machines_own_names_are_let_in_with_any_port(host: str) -> None:
    assert asked(headers={"Host": host}).status_code == 200


FOREIGN_HOSTS: list[str | bytes] = [
    "evil.example",
    "evil.example:4010",
    "fal.run",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil.example@127.0.0.1",
    "127.0.0.1@evil.example",
    "127.1",
    "2130706433",
    "0.0.0.0:4010",
    "192.168.0.1",
    "[::]",
    "[fe80::1]",
    "[::ffff:192.0.2.1]",
    "[::1",
    "::1",
    "localhost:80:80",
    "localhost.",
    "",
    b"h\xf6st",
]


@pytest.mark.parametrize(
    ("method", "control"), [("GET", "/requests"), ("POST", "/shutdown"), ("GET", "")]
)
def test_a_name_that_anybody_can_lead_here_is_not(
    method: str, control: str, assert_problem: AssertProblem
) -> None:
    def check(host: Any) -> None:
        answer = asked(method, control, {"Host": host})

        assert_problem(answer, 403, "unknown-host", "--admin-token")
        assert "localhost" in answer.json()["detail"]

    hold(check, unnamed(zip(FOREIGN_HOSTS, strict=True)))


def test_of_two_names_none_may_be_foreign(assert_problem: AssertProblem) -> None:
    both = [("Host", "127.0.0.1"), ("Host", "evil.example")]

    assert_problem(asked(headers=both), 403, "unknown-host", "evil.example")


def test_in_this_process_nobody_leads_a_name_anywhere() -> None:
    assert asked(base="http://testserver").status_code == 200
    assert asked(base="http://mocks:4010", headers={"Host": "fal.run"}).status_code == 200


# From which page


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:4010", "http://127.0.0.1:4010"),
        ("localhost:4010", "http://LOCALHOST:4010"),
        ("localhost", "https://localhost"),
        ("[::1]:4010", "http://[::1]:4010"),
    ],
)
def test_a_page_of_the_controls_themselves_is_let_in(host: str, origin: str) -> None:
    headers = {"Host": host, "Origin": origin, "Sec-Fetch-Site": "same-origin"}

    assert asked("POST", "/reset", headers).status_code == 200


FOREIGN_PAGES = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://127.0.0.1"},
    {"Origin": "http://127.0.0.1:3000"},
    {"Origin": "http://localhost:4010"},
    {"Origin": "http://127.0.0.1:4010.evil.example"},
    {"Origin": "http://127.0.0.1:4010@evil.example"},
    {"Origin": "chrome-extension://127.0.0.1:4010"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": ""},
    {"Origin": "http://127.0.0.1:4010", "Sec-Fetch-Site": "cross-site"},
]


@pytest.mark.parametrize(
    ("method", "control"),
    [("POST", "/reset"), ("GET", "/requests"), ("DELETE", "/faults"), ("OPTIONS", "/clock")],
)
def test_a_page_of_anybody_else_is_not(
    method: str, control: str, assert_problem: AssertProblem
) -> None:
    def check(headers: dict[str, str]) -> None:
        answer = asked(method, control, headers)

        assert_problem(answer, 403, "foreign-origin", "a program")
        assert not [name for name in answer.headers if name.startswith("access-control")]

    hold(check, unnamed(zip(FOREIGN_PAGES, strict=True)))


def test_a_page_is_not_let_in_by_its_second_origin_nor_by_the_token(
    assert_problem: AssertProblem,
) -> None:
    evil = ("Origin", "http://evil.example")

    assert_problem(asked(headers=[("Origin", LOCAL), evil]), 403, "foreign-origin", "evil.example")
    assert_problem(asked(headers=[*RIGHT.items(), evil], token=TOKEN), 403, "foreign-origin")


def test_an_address_that_somebody_typed_is_let_in() -> None:
    assert asked(headers={"Sec-Fetch-Site": "none"}).status_code == 200


# With which content


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=utf-8"])
def test_a_body_is_json(kind: str) -> None:
    answer = asked("POST", "/clock", {"Content-Type": kind}, content=b'{"hold": true}')

    assert answer.json()["held"] is True


SIMPLE = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a"]


@pytest.mark.parametrize("control", ["shutdown", "reset", "clock", "faults", "readings"])
def test_a_body_of_another_type_is_refused(control: str, assert_problem: AssertProblem) -> None:
    def check(kind: str | None) -> None:
        headers = {} if kind is None else {"Content-Type": kind}
        answer = asked("POST", f"/{control}", headers, content=b'{"hold": true}')

        assert_problem(answer, 415, "foreign-type", "application/json")

    kinds = (*SIMPLE, "application/jsonp", "text/plain, application/json", "", None)
    hold(check, unnamed(zip(kinds, strict=True)))


def test_a_body_of_which_nobody_says_how_long_it_is_is_one(assert_problem: AssertProblem) -> None:
    answer = asked("DELETE", "/faults", {"Transfer-Encoding": "chunked"}, content=b"")

    assert_problem(answer, 415, "foreign-type")


@pytest.mark.parametrize("method", ["POST", "DELETE", "PUT"])
@pytest.mark.parametrize("kind", SIMPLE)
def test_without_a_body_another_type_is_refused_too(
    kind: str, method: str, assert_problem: AssertProblem
) -> None:
    assert_problem(asked(method, "/requests", {"Content-Type": kind}), 415, "foreign-type")


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "application/json"}])
def test_without_a_body_none_is_needed(headers: dict[str, str]) -> None:
    assert asked("POST", "/reset", headers).status_code == 200
    assert asked("DELETE", "/requests", headers).status_code == 200


# With which token


@pytest.mark.parametrize("base", [LOCAL, ELSEWHERE, "http://testserver"])
@pytest.mark.parametrize(
    "given",
    ["", "Bearer", "Bearer x", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, b"Bearer \xff", None],
)
def test_a_token_that_was_set_is_demanded_everywhere(
    given: Any, base: str, assert_problem: AssertProblem
) -> None:
    headers = {} if given is None else {"Authorization": given}
    answer = asked(headers=headers, base=base, token=TOKEN)

    assert_problem(answer, 401, "unknown-caller", "--admin-token")
    assert answer.headers["www-authenticate"].startswith("Bearer ")
    assert TOKEN not in answer.text


@pytest.mark.parametrize("host", ["mocks:4010", "192.0.2.7", "public.example", "127.0.0.1"])
@pytest.mark.parametrize("base", [LOCAL, ELSEWHERE])
def test_who_has_the_token_may_come_by_any_name(base: str, host: str) -> None:
    assert asked(headers={**RIGHT, "Host": host}, base=base, token=TOKEN).status_code == 200
    lower = {"Authorization": f"bearer {TOKEN}", "Host": host}
    assert asked(headers=lower, base=base, token=TOKEN).status_code == 200


@pytest.mark.parametrize("host", ["192.0.2.7:4010", "localhost", "mocks"])
def test_beyond_this_machine_a_token_is_demanded_that_nobody_set(
    host: str, assert_problem: AssertProblem
) -> None:
    assert_problem(asked(headers={"Host": host}, base=ELSEWHERE), 401, "unknown-caller")


def test_a_token_is_shown_nowhere() -> None:
    app = mocks(TOKEN)

    assert TOKEN not in repr(app.settings) + repr(app.guard)
    assert TOKEN not in asked(control="/settings", headers=RIGHT, token=TOKEN).text


# WebSocket, and what the mocks send themselves


def handshake(headers: list[tuple[bytes, bytes]]) -> list[Any]:
    """What a WebSocket at the controls is answered with."""
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message)

    async def receive() -> Any:
        return {"type": "websocket.connect"}

    scope = {
        "type": "websocket",
        "path": "/__admin/live",
        "server": ("127.0.0.1", 4010),
        "headers": headers,
        "extensions": {"websocket.http.response": {}},
    }
    asyncio.run(mocks()(scope, receive, send))
    return told


def test_a_socket_is_guarded_as_well() -> None:
    host, origin = (b"host", b"127.0.0.1:4010"), (b"origin", b"http://evil.example")

    [refused, body] = handshake([host, origin])
    assert refused["status"] == 403
    assert b"evil.example" in body["body"]
    [refused, _] = handshake([(b"host", b"evil.example")])
    assert refused["status"] == 403
    assert [each["type"] for each in handshake([host])] == ["websocket.close"]


@pytest.mark.parametrize("value", ["imagine-harness", "", "anything"])
def test_nothing_that_some_mocks_sent_is_let_in(value: str, assert_problem: AssertProblem) -> None:
    headers = {**RIGHT, "X-Harness-Sent-By": value}

    assert_problem(asked("POST", "/reset", headers, token=TOKEN), 403, "own-request")
