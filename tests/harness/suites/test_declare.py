"""A function that makes a call becomes tests: one for each promise and case."""

from __future__ import annotations

from typing import Any

import PIL.Image
import pytest

import imagine_harness
from imagine_harness.contracts.catalog import NotOnRecord
from imagine_harness.contracts.model import ContractError
from imagine_harness.harness.suites import declare
from imagine_harness.harness.suites.subjects.interaction import Case

pytest_plugins = ["pytester"]

SHARED = (PIL.Image, declare.client("fal.generate"))
"""Imported and read here once, so that the inner runs, which forget what they import, share it."""

CLIENT = """
import httpx

import imagine_harness


@imagine_harness.check_client("fal.generate", promises={promises!r}, examples=2)
{word}def test_my_client(case):
    "What I say of it."
    key = {{"Authorization": f"Key {{case.api_key}}"}}
    url = f"{{case.base_url}}/xai/grok-imagine-image"
    with httpx.Client(trust_env=False) as http:
        answer = http.post(url, json=case.arguments, headers=key).raise_for_status().json()
    return {returned}
"""
IMAGES = '[each["url"] for each in answer["images"]]'


@pytest.fixture(autouse=True)
def _configured(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:schemathesis")
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")


@pytest.mark.parametrize("word", ["", "async "])
def test_each_promise_and_case_is_a_test_of_its_own(pytester: pytest.Pytester, word: str) -> None:
    text = CLIENT.format(promises=["client.tolerates"], word=word, returned=IMAGES)
    pytester.makepyfile(text)
    result = pytester.runpytest_inprocess("-v", "-p", "no:cacheprovider")

    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["*::test_my_client[[]client.tolerates[[]key-order]] PASSED*"])


@pytest.mark.parametrize(
    "returned",
    ["answer", '[picture(each["url"]) for each in answer["images"]]'],
    ids=["the answer", "pictures"],
)
def test_images_may_come_back_in_any_form(pytester: pytest.Pytester, returned: str) -> None:
    helpers = """
import base64, io

from PIL import Image


def http_bytes(url):
    if url.startswith("data:"):
        return base64.b64decode(url.partition(",")[2])
    return httpx.get(url, trust_env=False).content


def picture(url):
    return Image.open(io.BytesIO(http_bytes(url)))
"""
    text = CLIENT.format(promises=["client.returns[default]"], word="", returned=returned)
    pytester.makepyfile(text + helpers)

    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_a_broken_promise_is_told_without_our_own_frames(pytester: pytest.Pytester) -> None:
    text = CLIENT.format(promises=["client.returns[default]"], word="", returned="[]")
    pytester.makepyfile(text)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*images were served, 0 came back*", "*asked*fal.generate*"])
    result.stdout.no_fnmatch_line("*declare.py:*in holds*")


def kept(case: Case) -> object:
    """What I say of it."""
    return case.arguments


def test_the_test_has_the_name_and_the_words_of_the_function() -> None:
    checked = imagine_harness.check_client("xai.edit")(kept)

    assert (checked.__name__, checked.__module__) == ("kept", __name__)
    assert checked.__doc__ == "What I say of it."


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("acme.generate", {}, "no provider 'acme' is recorded"),
        ("fal.paint", {}, "known: fal.generate, fal.edit"),
        ("fal.generate", {"model": "acme/other"}, "no operation 'fal.generate'"),
        ("fal.generate", {"promises": ["client.sings"]}, "known: client.conforms"),
        ("fal.generate", {"promises": "client.returns[nothing]"}, "no promise"),
    ],
)
def test_what_is_not_on_record_is_told_where_it_is_declared(
    name: str, options: dict[str, object], told: str
) -> None:
    with pytest.raises(ContractError, match=told.replace("[", r"\[")):
        imagine_harness.check_client(name, **options)


@pytest.mark.parametrize(
    ("provider", "options", "told"),
    [
        ("acme", {}, "nothing is recorded|no provider 'acme'"),
        ("openai", {}, "names no model of its own"),
        ("uniall", {"promises": "server.sings"}, "known: server.accepts"),
    ],
)
def test_what_no_server_can_be_held_to_is_told_where_it_is_declared(
    provider: str, options: dict[str, Any], told: str
) -> None:
    with pytest.raises(ContractError, match=told):
        imagine_harness.check_server(provider, **options)


@pytest.mark.parametrize(
    ("front", "upstreams", "options", "told"),
    [
        ("acme", ["fal"], {}, "no provider 'acme'"),
        ("lumenfall", ["acme"], {}, "no provider 'acme'"),
        ("openai", ["fal", "xai"], {"models": {"fal": "flux"}}, "names no model of its own"),
        ("lumenfall", ["fal"], {"promises": "gateway.sings"}, "known: server.accepts"),
    ],
)
def test_what_no_gateway_can_be_held_to_is_told_where_it_is_declared(
    front: str, upstreams: list[str], options: dict[str, Any], told: str
) -> None:
    with pytest.raises(ContractError, match=told):
        imagine_harness.check_gateway(front, upstreams, **options)


def test_a_reading_that_is_not_on_record_is_told_where_it_is_declared() -> None:
    with pytest.raises(NotOnRecord, match=r"no reading 'uniall\.x'"):
        imagine_harness.check_server("uniall", readings={"uniall.x": "y"})


SERVER = """
import imagine_harness
from imagine_harness.mocks.app import App
from imagine_harness.mocks.settings import Settings

def below(app, prefix):
    async def mounted(scope, receive, send):
        if scope["type"] != "lifespan":
            scope = {**scope, "path": prefix + scope["path"]}
            scope["raw_path"] = scope["path"].encode()
        await app(scope, receive, send)
    return mounted


@imagine_harness.check_server("uniall", promises="server.authenticates[generate.missing]")
def test_application():
    return below(App(Settings(seed=1, providers=("uniall",))), "/uniall")


@imagine_harness.check_server("uniall", promises="server.authenticates[generate.missing]")
def test_nothing():
    return 7
"""


def test_a_server_may_be_an_application_and_must_be_something(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SERVER)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")

    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*returned int, expected a URL or an ASGI application*"])
