"""Keys behind schemes and telling names; what people write stays as it is."""

from __future__ import annotations

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.secrets.credentials import CREDENTIALS
from imagine_harness.contracts.secrets.spelling import after_schemes, at_names, is_key


def named(text: str) -> str:
    return at_names(text, lambda value: "***")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Bearer sk-abcdef123456 was refused", "Bearer *** was refused"),
        ("'Key 0a1b2c3d-4e5f:6071829a'", "'Key ***'"),
        ("basic dXNlcjpwYXNzd29yZDE=", "basic ***"),
        ("bearer\tAbCdEfGhIjKlMnOpQrStUv", "bearer\t***"),
    ],
)
def test_a_key_behind_a_scheme_is_hidden(text: str, shown: str) -> None:
    assert after_schemes(text) == shown
    assert after_schemes(shown) == shown


PROSE = [
    "the bearer of bad news",
    "Bearer of the ring, 2048 years old",
    "Key West at 1024x768",
    "Key characteristics: photorealistic, internationalization",
    "a token 20th-century lamp, the key reference_image_2",
    "Basic Instinct (1992), Digest of 2026-11-21",
    "Token https://example.com/a1b2c3d4e5f6",
    "the cookie jar's secret: password of the session's author",
    "bearer authentication, bearer 123",
]


@pytest.mark.parametrize("text", PROSE)
def test_other_words_behind_such_words_stay(text: str) -> None:
    assert after_schemes(text) == text
    assert named(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('{"prompt": "x", "apiKey": "ab', '{"prompt": "x", "apiKey": "***'),
        ("{'apiKey':'ab'}", "{'apiKey':'***'}"),
        ('{"apiKey" : \n "a\\"b",', '{"apiKey" : \n "***",'),
        ('{"api\\u004bey":"ab"}', '{"api\\u004bey":"***"}'),
        ('{\\"apiKey\\": \\"ab\\", \\"a\\": 1}', '{\\"apiKey\\": \\"***\\", \\"a\\": 1}'),
        ('{"apiKey": ["ab", "cd"], "a": 1', '{"apiKey": [***], "a": 1'),
        ('{"apiKey": {"value": "ab"', '{"apiKey": {***'),
        ('{"apiKey": ab, "a": 1', '{"apiKey": ***, "a": 1'),
        ("api_key=ab&a=b", "api_key=***&a=b"),
        ("Client(api_key='ab', retries=2)", "Client(api_key='***', retries=2)"),
        ("Authorization: Bearer ab\r\nHost: c", "Authorization: ***\r\nHost: c"),
        ("X-Api-Key: sk-abcdef123456", "X-Api-Key: ***"),
        ("token: abcdef-0123456789.", "token: ***"),
    ],
)
def test_a_value_at_a_telling_name_is_hidden(text: str, shown: str) -> None:
    assert named(text) == shown
    assert named(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "password: must be a string",
        "token = secrets.token_hex(8)",
        "if token == other: raise",
        '{"max_tokens": 12345678901234567, "author": "me"',
        '{"apiKey": null, "token": true, "secret": ""}',
        "usage.input_tokens: 12345678901234567",
        "the cookie: a story",
        "Authorization: [Filtered]",
        "apiKey:",
        "=:'\"[{\\",
    ],
)
def test_a_text_about_such_names_stays(text: str) -> None:
    assert named(text) == text


def test_an_example_on_record_is_shown() -> None:
    fal = load.provider("fal")
    CREDENTIALS.know(fal)
    advice = f"send Authorization: Key {fal.credential.example}"

    assert named(advice) == advice


def test_a_key_is_long_and_has_digits_or_capitals_inside() -> None:
    assert is_key("abcdef-12345")
    assert not is_key("abcdef-1234")
    assert not is_key("abcdef-ghijk")
    assert not is_key("Internationalization")
    assert is_key("aBcDeFgHiJkLmNoPqRsT")
