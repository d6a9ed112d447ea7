"""What the commands that are run for somebody know of our environment."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from imagine_harness.harness.cli.common.gateways import running_gateway
from imagine_harness.harness.running.inheritance import inherited
from imagine_harness.harness.running.live import live
from imagine_harness.mocks.app import App, Settings

TOKEN = "IMAGINE_HARNESS_ADMIN_TOKEN"
OTHER = "IMAGINE_HARNESS_PORT"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN, "topsecret")
    monkeypatch.setenv(OTHER, "4711")


def test_a_token_is_kept_back_and_the_rest_is_there() -> None:
    given = inherited()

    assert TOKEN not in given
    assert (given[OTHER], "PATH" in given) == ("4711", True)


@pytest.mark.parametrize("intercept", [True, False])
def test_a_command_under_run_has_no_token(intercept: bool) -> None:
    app = App(Settings(seed=1, providers=("fal",)))
    with live(app, intercept=intercept) as told:
        assert TOKEN not in told.environment
        assert told.environment[OTHER] == "4711"


def test_a_gateway_under_check_has_no_token(tmp_path: Path) -> None:
    file = tmp_path / "told"
    program = f"import os; open({str(file)!r}, 'w').write(str({TOKEN!r} in os.environ))"
    with running_gateway([sys.executable, "-c", program], {}):
        while not (file.exists() and file.read_text()):
            pass

    assert file.read_text() == "False"
