"""Curl commands as requests."""

from __future__ import annotations

import pytest

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.harness.drift.pages.curl_calls import calls, decoded


def test_a_command_says_method_address_type_and_body() -> None:
    (call,) = calls(
        "curl https://api.example.com/v1/$ACCOUNT/run \\\n"
        '  --header "Content-Type: application/json" \\\n'
        "  --data '{\"prompt\": \"a heron'\\''s nest\"}'"
    )

    assert (call.method, call.host, call.path) == ("POST", "api.example.com", "/v1/$ACCOUNT/run")
    assert call.content == ("application/json",)
    assert call.body == {"prompt": "a heron's nest"}


def test_a_form_has_fields_and_its_own_content_type() -> None:
    (call,) = calls('curl -X POST "{BASE_URL}/v1/edits" -F "prompt=a" -F "image=@/b.png" -F "n=1"')

    assert (call.method, call.host, call.path) == ("POST", "", "/v1/edits")
    assert call.content == ("multipart/form-data",)
    assert call.form == {"prompt": "a", "image": "@/b.png", "n": "1"}
    assert call.body is ABSENT


def test_commands_on_one_line_are_told_apart() -> None:
    found = list(calls('curl "{BASE_URL}/v1/a" curl -X DELETE "{BASE_URL}/v1/b"'))

    assert [(call.method, call.path) for call in found] == [("GET", "/v1/a"), ("DELETE", "/v1/b")]


@pytest.mark.parametrize("text", ["", "wget https://example.com", "curl --help"])
def test_what_calls_nothing_is_left_out(text: str) -> None:
    assert list(calls(text)) == []


@pytest.mark.parametrize("text", ["{", "nothing", "[" * 100_000])
def test_what_is_no_json_has_no_value(text: str) -> None:
    assert decoded(text) is ABSENT
