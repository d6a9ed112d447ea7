"""Which names are telling: whole words decide, and no letters inside of them."""

from __future__ import annotations

import pytest

from imagine_harness.contracts.secrets.telling_names import document, telling

EVERYWHERE = (
    *("apiKey", "api_key", "API-KEY", "apikey", "x-api-key", "X_Api_Key", "FAL_API_KEY", "APIKey"),
    *("accessKeyId", "access_key_id", "AWSAccessKeyId", "secretAccessKey", "AWS_SECRET_ACCESS_KEY"),
    *("password", "userPassword", "passwd", "client_secret", "clientSecret", "webhook_secret"),
    *("authorization", "Proxy-Authorization", "cf-aig-authorization", "jwt", "user_jwt", "token"),
    *("access_token", "refreshToken", "id_token", "auth_token", "sessionId", "session_id"),
    *("connectionSessionUUID", "credentials", "private_key", "Cookie", "Set-Cookie", "auth"),
)
OUTSIDE = (
    *("key", "sig", "signature", "X-Amz-Signature", "X-Goog-Credential", "X-Hub-Signature-256"),
    *("X-Auth-Key", "upload_token", "X-Upload-Token", "session", "X-Session"),
)
NEVER = (
    *(
        "input_tokens",
        "max_tokens",
        "maxTokens",
        "tokens",
        "tokenizer",
        "token_count",
        "token_type",
    ),
    *(
        "author",
        "authority",
        "keyboard",
        "keys",
        "keyframes",
        "monkey",
        "session_notes",
        "cookies_at",
    ),
    *("secretary", "password_hint", "prompt", "style", "signed", "significance", "", "-", "x"),
    *("sort_key", "public_key", "Idempotency-Key", "www-authenticate", "a" * 100 + "_password"),
)


@pytest.mark.parametrize("name", EVERYWHERE)
def test_a_telling_name_is_one_everywhere(name: str) -> None:
    assert telling(name)
    assert telling(name, outside=True)


@pytest.mark.parametrize("name", OUTSIDE)
def test_some_are_telling_in_headers_and_addresses(name: str) -> None:
    assert telling(name, outside=True)


@pytest.mark.parametrize("name", ["key", "sig", "signature", "session", "stop_token", "page_token"])
def test_which_in_a_body_may_be_anything(name: str) -> None:
    assert not telling(name)


@pytest.mark.parametrize("name", NEVER)
def test_a_name_with_such_letters_in_it_is_none(name: str) -> None:
    assert not telling(name)
    assert not telling(name, outside=True)


def test_a_documented_name_is_telling_whatever_it_says() -> None:
    assert not telling("x-acme-pass-for-tests", outside=True)

    document("X-Acme-Pass-For-Tests")

    assert telling("x-acme-pass-for-tests", outside=True)
    assert not telling("x-acme-pass-for-tests")
