"""The options of the pytest plugin: those of the session, and those of one test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.harness.pytest.conftest import Run

pytest_plugins = ["pytester"]


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
