"""The pytest plugin: which tests fail, and what they are told."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tests.harness.pytest.conftest import ROOT

if TYPE_CHECKING:
    from tests.harness.pytest.conftest import Run

pytest_plugins = ["pytester"]


pytest_plugins = ["pytester"]


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


def test_the_plugin_loads_nothing_heavy_where_it_is_not_used() -> None:
    heavy = "hypothesis schemathesis starlette uvicorn jsonschema jsonschema_rs PIL orjson httpx"
    script = (
        "import sys, pytest; import imagine_harness.harness.pytest.plugin; "
        f"print(*[name for name in '{heavy} mocks contracts'.split() if name in sys.modules])"
    )

    assert subprocess.check_output([sys.executable, "-c", script], cwd=ROOT, text=True) == "\n"
