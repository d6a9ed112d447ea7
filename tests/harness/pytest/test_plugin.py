"""The pytest plugin: which tests fail and what they are told, and what its options do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import PIL.Image
import pytest
import uvicorn

from imagine_harness.harness.pytest.handle import MockProviders
from imagine_harness.harness.pytest.mock_session import Station
from imagine_harness.mocks.app import App
from imagine_harness.mocks.errors import MockError
from imagine_harness.mocks.settings import Settings

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[3]

SHARED = (httpx, PIL.Image, uvicorn, App(Settings(seed=0)))
"""Imported and made here once, so that the inner runs, which forget what they import, share it."""

PLUGINS = ("xdist", "pytest_asyncio.plugin", "imagine_harness.harness.pytest.plugin")
"""All that the inner runs load, so that they are quick, and alike where we are not installed."""

PREAMBLE = """
import httpx
import pytest

URL = "/xai/grok-imagine-image"

def ask(fal, url=URL, headers=None, **more):
    body = {"prompt": "a heron at dawn"} | more
    with httpx.Client(trust_env=False) as client:
        return client.post(fal.base_url + url, headers=fal.headers | (headers or {}), json=body)

"""

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the tests of a text in a pytest of their own, with warnings as errors."""
    pytester.syspathinsert(ROOT / ".src")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / ".src"), prepend=os.pathsep)

    def ran(source: str, *options: str) -> pytest.RunResult:
        pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
        pytester.makepyfile(PREAMBLE + source)
        return pytester.runpytest_inprocess(
            *(f"-p{name}" for name in PLUGINS), "-Werror", "--strict-markers", *options
        )

    return ran


def test_a_client_that_keeps_to_the_page_passes(run: Run) -> None:
    result = run("""
def test_asks(mock_providers):
    answer = ask(mock_providers["fal"], num_images=2)
    assert len(answer.json()["images"]) == 2
    mock_providers["fal"].assert_called("generate", times=1)

def test_starts_without_a_past(mock_provider):
    mock_provider("fal").assert_no_requests()

def test_fails_on_purpose(mock_provider):
    fal = mock_provider("fal")
    fal.faults.add("generate nth=2 status=429 retry-after=1")
    refused = {"Authorization": "Key invalid:invalid"}
    answers = [ask(fal), ask(fal), ask(fal, headers=refused)]
    assert [answer.status_code for answer in answers] == [200, 429, 401]
""")

    result.assert_outcomes(passed=3)
    result.stdout.no_fnmatch_line("*imagine-harness:*")


def test_a_client_that_breaks_a_rule_fails_although_it_noticed_nothing(run: Run) -> None:
    result = run("""
def test_asks_for_too_many(mock_provider):
    ask(mock_provider("fal"), num_images=9)

def test_has_no_key(mock_provider):
    fal = mock_provider("fal")
    httpx.post(fal.base_url + URL, json={"prompt": "x"}, trust_env=False)

def test_goes_elsewhere(mock_provider):
    ask(mock_provider("fal"), "/xai/grok-imagine")
""")

    result.assert_outcomes(passed=3, errors=3)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_asks_for_too_many*",
            "1 request does not conform: fal.generate.num_images.maximum",
            "fal.generate.num_images.maximum: *",
            "  request   POST /fal/xai/grok-imagine-image, * operation fal.generate",
            "  at        /num_images",
            "  got       9",
            "  fix       replace /num_images with 4",
            "  source    https://fal.ai/docs/*",
            "fal.credential-missing: *",
            "fal.route-unknown: *",
            "ERROR *test_asks_for_too_many - Failed: 1 request does not conform: fal.gen*",
        ]
    )
    result.stdout.no_fnmatch_line("*harness/pytest/plugin.py*")


def test_a_failure_of_the_tests_own_comes_first_and_is_explained(run: Run) -> None:
    result = run("""
def test_asks_for_too_many(mock_provider):
    ask(mock_provider("fal"), num_images=9).raise_for_status()

@pytest.fixture
def picture(mock_provider):
    return ask(mock_provider("fal"), resolution="4k").json()["images"][0]

def test_needs_a_picture(picture):
    pass

@pytest.mark.expect_violation("fal.generate.num_images")
def test_fails_before_it_breaks_a_rule(mock_provider):
    assert not mock_provider("fal")
""")

    result.assert_outcomes(failed=2, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*-- imagine-harness --*",
            "1 request does not conform: fal.generate.resolution.enum",
            "*-- imagine-harness --*",
            "1 request does not conform: fal.generate.num_images.maximum",
            "imagine-harness: same ids and pictures: --harness-seed *",
            "FAILED *test_asks_for_too_many - httpx.HTTPStatusError*",
        ]
    )
    result.stdout.no_fnmatch_line("*at teardown*")


def test_a_test_may_break_a_rule_on_purpose(run: Run) -> None:
    result = run("""
@pytest.mark.expect_violation("fal.generate.num_images.maximum")
def test_by_its_id(mock_provider):
    assert ask(mock_provider("fal"), num_images=9).status_code == 422

@pytest.mark.expect_violation("generate.num_images", "generate.resolution")
def test_by_the_start_of_its_id(mock_provider):
    ask(mock_provider("fal"), num_images=9, resolution="4k")

@pytest.mark.expect_violation("route-unknown", "fal.credential-refused")
def test_by_a_refusal(mock_provider):
    ask(mock_provider("fal"), "/elsewhere")
    ask(mock_provider("fal"), headers={"Authorization": "Key invalid"})

def test_by_a_header(mock_provider):
    ask(mock_provider("fal"), num_images=9, headers={"X-Harness-Expect": "fal.generate"})

@pytest.mark.expect_violation
def test_by_any(mock_provider):
    ask(mock_provider("fal"), "/elsewhere", num_images=9)

@pytest.mark.expect_violation("fal.generate.num_images.maximum")
def test_but_no_other(mock_provider):
    ask(mock_provider("fal"), num_images=9, resolution="4k")
""")

    result.assert_outcomes(passed=6, errors=1)
    result.stdout.fnmatch_lines(["1 request does not conform: fal.generate.resolution.enum"])


def test_an_expectation_that_is_not_met_fails(run: Run) -> None:
    result = run("""
pytestmark = pytest.mark.expect_violation("fal.generate.num_images.maximum")

def test_asks(mock_provider):
    ask(mock_provider("fal"))

def test_does_not_ask(mock_provider):
    mock_provider("fal")

@pytest.mark.expect_violation("fal.generate.num_imagse.maximum")
def test_misspells(mock_provider):
    ask(mock_provider("fal"), num_images=9)

def test_is_skipped(mock_provider):
    pytest.skip("today")

@pytest.mark.expect_violation("generate")
def test_says_so_of_the_wrong_request(mock_provider):
    ask(mock_provider("fal"), headers={"X-Harness-Expect": "generate.num_images"})
    ask(mock_provider("fal"), num_images=9)

@pytest.mark.expect_violation(3)
def test_has_no_name(mock_provider):
    pass
""")

    result.assert_outcomes(passed=4, skipped=1, errors=5)
    result.stdout.fnmatch_lines(
        [
            "expected a violation of 'fal.generate.num_images.maximum', none came",
            "expected a violation of 'fal.generate.num_images.maximum', no request came",
            "expected a violation of 'fal.generate.num_imagse.maximum', "
            "only fal.generate.num_images.maximum came; "
            "nothing on record is called so, did you mean 'fal.generate.num_images.maximum'?",
            "X-Harness-Expect promised a violation of 'generate.num_images', none came: POST *",
            "*UsageError: expect_violation takes ids of rules as texts, got 3",
        ]
    )


def test_parallel_workers_have_servers_of_their_own(run: Run) -> None:
    result = run(
        """
@pytest.mark.parametrize("number", range(6))
def test_asks(mock_providers, number):
    for name in ("fal", "xai"):
        mock_providers[name].assert_no_requests()
    ask(mock_providers["fal"], num_images=1 + number % 4)
    assert [entry.verdict for entry in mock_providers.journal] == ["conforms"]

@pytest.mark.parametrize("number", range(2))
def test_asks_for_too_many(mock_providers, number):
    ask(mock_providers["fal"], num_images=9)
    print("seed", mock_providers.seed)
""",
        "-n2",
    )
    told = [line.split()[-1] for line in result.outlines if "--harness-seed" in line]
    used = [line.split()[1] for line in result.outlines if line.startswith("seed ")]

    result.assert_outcomes(passed=8, errors=2)
    assert used == told * 2


def test_asynchronous_tests_use_a_port_or_stay_in_process(run: Run) -> None:
    result = run("""
BODY = {"prompt": "a heron at dawn"}

@pytest.mark.asyncio
async def test_by_port(mock_provider):
    fal = mock_provider("fal")
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(fal.base_url + URL, headers=fal.headers, json=BODY)
        picture = await client.get(answer.json()["images"][0]["url"])
    assert picture.headers["content-type"] == "image/jpeg"
    fal.assert_conforms()

@pytest.mark.asyncio
async def test_in_process(mock_providers):
    fal = mock_providers["fal"]
    transport = httpx.ASGITransport(app=mock_providers.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://mocks") as client:
        answer = await client.post("/fal" + URL, headers=fal.headers, json=BODY)
        assert answer.json()["images"][0]["url"].startswith("http://mocks/fal/")
        await client.post("/fal" + URL, headers=fal.headers, json={})
    assert [entry.verdict for entry in fal.journal] == ["conforms", "violates"]
""")

    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["1 request does not conform: fal.generate.prompt.required"])


def test_what_runs_all_session_has_the_address_before_any_test(run: Run) -> None:
    result = run("""
@pytest.fixture(scope="session")
def gateway(mock_providers_url):
    class Fal:
        base_url = mock_providers_url + "/fal"
        headers = {"Authorization": "Key a:b"}
    ask(Fal)
    return Fal

def test_asks(gateway, mock_providers):
    mock_providers["fal"].assert_no_requests()
    ask(gateway)
    mock_providers["fal"].assert_called("generate", times=1)
    assert mock_providers.url == gateway.base_url.removesuffix("/fal")
""")

    result.assert_outcomes(passed=1)


def test_options_are_in_force_for_one_test(run: Run) -> None:
    result = run("""
@pytest.mark.expect_violation("fal.generate.undeclared")
def test_strictly(mock_providers):
    fal = mock_providers["fal"]
    assert ask(fal, colour="red").status_code == 200
    mock_providers(strict=True, faults=["fal.generate nth=2 status=503"])
    assert [ask(fal, colour="red").status_code for _ in range(2)] == [422, 503]
    assert len(fal.journal) == 3

def test_without(mock_provider):
    assert ask(mock_provider("fal"), colour="red").status_code == 200
    assert len(mock_provider("fal").journal) == 1

def test_the_same_seed_gives_the_same_answers(mock_providers):
    answers = [ask(mock_providers(seed=seed)["fal"]).json() for seed in (7, 7, 8)]
    assert answers[0] == answers[1] != answers[2]

def test_only_the_providers_that_were_asked_for_are_served(mock_providers):
    assert list(mock_providers(providers=["fal"])) == ["fal"]
    with pytest.raises(KeyError, match="no provider 'xai' is served, known: fal"):
        mock_providers["xai"]
""")

    result.assert_outcomes(passed=4)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"providers": ["acme"]}, "no provider 'acme' is recorded, known: cloudflare, fal"),
        ({"readings": {"fal.mood": "good"}}, "no reading 'fal.mood', known: "),
        ({"readings": {"fal.validation-style": "odd"}}, "it has pydantic, documented"),
        ({"tasks": "never"}, "tasks must be one of immediate, manual, timed, got 'never'"),
        ({"faults": ["fal.paint status=429"]}, "no operation 'paint' at fal, known: "),
    ],
)
def test_an_option_that_means_nothing_is_answered_with_what_would(
    options: dict[str, Any], told: str
) -> None:
    with pytest.raises(MockError, match=told):
        MockProviders(Station(Settings()))(**options)


def test_the_session_has_options_that_a_test_may_overrule(run: Run) -> None:
    result = run(
        """
def test_as_the_session_has_it(mock_providers):
    answer = ask(mock_providers["fal"], num_images=9)
    assert mock_providers.seed == 7
    assert "url" in answer.json()["detail"][0]

@pytest.mark.expect_violation("fal.generate.undeclared")
def test_strictly(mock_providers):
    assert ask(mock_providers["fal"], colour="red").status_code == 422
    mock_providers(strict=False, readings={"fal.validation-style": "pydantic"}, seed=8)
    answer = ask(mock_providers["fal"], num_images=9, headers={"X-Harness-Expect": "generate"})
    assert "url" not in answer.json()["detail"][0]
    assert mock_providers.seed == 8
""",
        "--harness-strict",
        "--harness-reading=fal.validation-style=documented",
        "--harness-seed=7",
    )

    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["imagine-harness: seed 7"])


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--harness-seed=x", "ERROR: --harness-seed must be a whole number, got 'x'"),
        ("--harness-reading=x", "ERROR: --harness-reading must be ID=CHOICE, got 'x'"),
        ("--harness-reading=fal.x=y", "ERROR: --harness-reading: no reading 'fal.x', known: *"),
        ("--harness-reading=fal.validation-style=y", "ERROR: * has no choice 'y', it has *"),
    ],
)
def test_an_option_that_means_nothing_stops_the_run(run: Run, option: str, told: str) -> None:
    result = run("def test_nothing(): pass", option)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([told])


def test_the_plugin_loads_nothing_heavy_where_it_is_not_used() -> None:
    heavy = "hypothesis schemathesis starlette uvicorn jsonschema jsonschema_rs PIL orjson httpx"
    script = (
        "import sys, pytest; import imagine_harness.harness.pytest.plugin; "
        f"print(*[name for name in '{heavy} mocks contracts'.split() if name in sys.modules])"
    )

    assert subprocess.check_output([sys.executable, "-c", script], cwd=ROOT, text=True) == "\n"
