"""Hiding, in each kind of thing that is shown: what must be hidden, and what must not."""

from __future__ import annotations

import base64
import time
from typing import Any

import orjson
import pytest

from imagine_harness.contracts import secrets
from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.model import Certainty, Change, Document, Source, Violation
from imagine_harness.contracts.secrets.credentials import CREDENTIALS

SEEN = "seen-0c6d1e3f94aa7b52"


@pytest.fixture(scope="module", autouse=True)
def _seen() -> None:
    CREDENTIALS.notice({b"authorization": f"Bearer {SEEN}".encode()})


def test_headers_are_hidden_by_their_names_and_by_what_they_hold() -> None:
    assert secrets.headers(
        {
            "authorization": "Bearer abc",
            "Proxy-Authorization": "secret words",
            "cookie": "a=b",
            "x-api-key": "",
            "location": "https://u:p@h/?sig=abc",
            "referer": "/x?token=abc",
            "x-own": f"a {SEEN}",
            "content-type": "application/json; boundary=Bearer",
            "accept": "*/*",
        }
    ) == {
        "authorization": "Bearer ***",
        "Proxy-Authorization": "***",
        "cookie": "***",
        "x-api-key": "",
        "location": "https://***@h/?sig=***",
        "referer": "/x?token=***",
        "x-own": "a ***",
        "content-type": "application/json; boundary=Bearer",
        "accept": "*/*",
    }


VALUES: list[tuple[Any, Any]] = [
    ({"apiKey": "abc", "a": 1}, {"apiKey": "***", "a": 1}),
    ({"a": [{"jwt": "abc"}]}, {"a": [{"jwt": "***"}]}),
    ({"accessKeyId": "abc", "client_secret": 17}, {"accessKeyId": "***", "client_secret": "***"}),
    ({"authorization": "Key abc"}, {"authorization": "Key ***"}),
    ({"password": ["a", {"b": "c"}]}, {"password": ["***", {"b": "***"}]}),
    ({"token": None, "secret": True, "auth": ""}, {"token": None, "secret": True, "auth": ""}),
    ({"prompt": f"a {SEEN} b"}, {"prompt": "a *** b"}),
    ({f"a {SEEN}": 1}, {"a ***": 1}),
    ({"auth": {f"a {SEEN}": 1}}, {"auth": {"a ***": "***"}}),
    ({"webhookURL": "https://u:p@h/?token=a&b=c"}, {"webhookURL": "https://***@h/?token=***&b=c"}),
    ({"prompt": "use Bearer sk-abcdef123456"}, {"prompt": "use Bearer ***"}),
    (["https://h/?sig=abc", 1.5, None], ["https://h/?sig=***", 1.5, None]),
]


@pytest.mark.parametrize(("given", "shown"), VALUES)
def test_a_decoded_value_loses_its_secrets(given: Any, shown: Any) -> None:
    assert secrets.value(given) == shown
    assert secrets.value(shown) == shown
    assert orjson.loads(secrets.body(orjson.dumps(given), "application/json")) == shown


HARMLESS: list[Any] = [
    {"usage": {"input_tokens": 5, "output_tokens": "7"}, "max_tokens": 100},
    {"prompt": "a cookie, the token of love and a password: swordfish, by the author"},
    {"prompt": "the bearer of bad news holds the key lighthouse", "session notes": "secret garden"},
    {"keyboard": "qwerty", "tokenizer": "a", "author": "me", "authority": "b", "keys": ["c"]},
    {"image_url": "https://h/a.png?width=1024&token_count=5", "email": "me@example.com"},
    {"image": "data:image/png;base64," + base64.b64encode(b"\xff" * 300).decode()},
    {"key": "value", "signature": "bold strokes", "seed": 12345678901234567},
    {"invalid": "invalid", "prompt": "mock-key, x"},
]


@pytest.mark.parametrize("given", HARMLESS)
def test_what_is_no_secret_stays_byte_for_byte(given: Any) -> None:
    data = orjson.dumps(given, option=orjson.OPT_INDENT_2)

    assert secrets.value(given) == given
    assert secrets.body(data, "application/json") == data
    assert secrets.headers({"x-own": str(given)}) == {"x-own": str(given)}


@pytest.mark.parametrize("levels", [100, 1_000])
def test_what_is_nested_too_deep_is_not_shown(levels: int) -> None:
    deep = b"[" * levels + b'{"apiKey":"abc"}' + b"]" * levels

    assert "abc" not in str(secrets.value(orjson.loads(deep)))
    assert b"abc" not in secrets.body(deep, "application/json")


FORM = (
    '--b0\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    '--b0\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n{}\r\n--b0--\r\n'
)
BODIES = [
    (f'{{"prompt": "{SEEN} and more', "application/json", '{"prompt": "*** and more'),
    (
        '{"prompt": "a cookie", "apiKey": "abc',
        "application/json",
        '{"prompt": "a cookie", "apiKey": "***',
    ),
    ("{token: abc", "application/json", "{token: abc"),
    (f"a text with {SEEN}, and a cookie", "text/plain", "a text with ***, and a cookie"),
    ("api_key=abc&a=b+c", "application/x-www-form-urlencoded", "api_key=***&a=b+c"),
    (
        FORM.format("api_key", "abc", "x"),
        "multipart/form-data; boundary=b0",
        FORM.format("api_key", "***", "x"),
    ),
    (
        FORM.format("prompt", f"a {SEEN} cookie", SEEN),
        'multipart/form-data; boundary="b0"',
        FORM.format("prompt", "a *** cookie", "***"),
    ),
    (
        FORM.format("prompt", "token: a", "x"),
        "multipart/form-data",
        FORM.format("prompt", "token: a", "x"),
    ),
    (
        f'data: {{"apiKey":"abc"}}\n\ndata: {SEEN}',
        "text/event-stream",
        'data: {"apiKey":"***"}\n\ndata: ***',
    ),
    ("", "application/json", ""),
]


@pytest.mark.parametrize(("data", "kind", "shown"), BODIES)
def test_a_body_of_any_kind_loses_its_secrets(data: str, kind: str, shown: str) -> None:
    assert secrets.body(data.encode(), kind).decode() == shown


def test_bytes_that_are_no_text_lose_what_came_by() -> None:
    data = b"\xff\x00" + SEEN.encode() + b"\xfe"

    assert secrets.body(data, "image/png") == b"\xff\x00***\xfe"
    assert secrets.body(data, "application/json") == b"\xff\x00***\xfe"


def test_the_beginning_of_a_body_shows_no_part_of_a_secret() -> None:
    data = b'{"prompt":"' + b"\xc3\xa4" * 20 + SEEN.encode() + b'"}'

    assert secrets.start(data, 40).decode() == '{"prompt":"' + "ä" * 20 + '***"}'
    assert secrets.start(data, 33).decode() == '{"prompt":"' + "ä" * 20 + "**"
    assert secrets.start(b"\xff\xd8" + SEEN.encode() + b"rest", 7) == b"\xff\xd8***re"
    assert secrets.start(b"\xc3\xa4\xc3", 5) == "ä".encode()


HOSTILE = (
    *("a", "/", "//", "=", "a=", "?", "://", ":\\/\\/", "@", "://@", "?;a=", "&#", "%3F", "?a=?a="),
    *(
        "Bearer ",
        "key token bearer ",
        "Authorization: Bearer ",
        "\\",
        '\\"',
        '"apiKey":',
        '"token":[',
    ),
    *(
        '"apiKey":"\\"',
        '\\"token\\":',
        "token=",
        "token: a ",
        "http://u:p@h/?token=a ",
        " ",
        "\n",
        SEEN,
    ),
)


def seconds(text: str) -> float:
    """The least time that hiding took, of some times."""
    taken = []
    for _ in range(4):
        begun = time.process_time()
        secrets.spelled(text)
        secrets.address(text)
        taken.append(time.process_time() - begun)
    return max(min(taken), 1e-4)


@pytest.mark.parametrize("unit", HOSTILE)
def test_twice_as_much_takes_twice_as_long(unit: str) -> None:
    text = unit * (4_000 // len(unit))

    # a square would be 64 times as long
    assert seconds(text * 8) / seconds(text) < 24


def broken(pointer: str, got: object, message: str, *fix: Change) -> Violation:
    source = Source(Document("page", "https://h", None, Certainty.DOCUMENTED), "")  # type: ignore[arg-type]
    certainty = Certainty.DOCUMENTED
    return Violation("a.b.c", "type", pointer, (), message, None, got, source, certainty, fix=fix)


VIOLATIONS = [
    (
        broken("/apiKey", "abc", 'apiKey must be a number, got "abc"'),
        "***",
        'apiKey must be a number, got "***"',
    ),
    (broken("/a", f"x {SEEN}", f'no, got "x {SEEN}"'), "x ***", 'no, got "x ***"'),
    (
        broken("/a", {"token": "abc"}, 'no, got {"token": "abc"}'),
        {"token": "***"},
        'no, got {"token": "***"}',
    ),
    (
        broken("/prompt", "a cookie: b", 'no, got "a cookie: b"'),
        "a cookie: b",
        'no, got "a cookie: b"',
    ),
    (broken("/token", ABSENT, "token is required"), ABSENT, "token is required"),
]


@pytest.mark.parametrize(("violation", "got", "message"), VIOLATIONS)
def test_a_violation_is_told_without_secrets(
    violation: Violation, got: object, message: str
) -> None:
    told = secrets.violation(violation)

    assert (told.got, told.message) == (got, message)


def test_a_place_is_told_without_secrets() -> None:
    told = secrets.violation(broken(f"/a/{SEEN}", 1, "no", Change("remove", f"/a/{SEEN}")))

    assert (told.pointer, told.fix[0].path) == ("/a/***", "/a/***")


def test_a_fix_is_told_without_secrets() -> None:
    steps = (Change("add", "/apiKey", "abc"), Change("remove", "/token"), Change("add", "/a", SEEN))

    told = secrets.violation(broken("/a", 1, "no", *steps))

    assert [each.value for each in told.fix] == ["***", ABSENT, "***"]
