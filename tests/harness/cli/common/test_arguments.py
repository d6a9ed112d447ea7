"""Options of the mocks: what they make of the words that they are given."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from imagine_harness.harness.cli.common.arguments import settings
from imagine_harness.mocks.images.picture import Weight

if TYPE_CHECKING:
    from imagine_harness.mocks.app import App
    from tests.harness.cli.conftest import Run


def test_the_memory_may_be_given_in_words() -> None:
    assert settings(memory="64MB").memory == 64_000_000
    assert settings().memory == 1_000_000_000


@pytest.mark.parametrize("weight", Weight)
def test_pictures_have_the_weight_that_is_asked_for(weight: Weight) -> None:
    assert settings(pictures=str(weight)).pictures is weight


def test_a_weight_of_pictures_that_is_none_is_refused(cli: Run) -> None:
    ended = cli("serve", "--port", 0, "--pictures", "huge")

    assert ended.code == 2
    assert "'light', 'heavy'" in ended.err


@pytest.mark.parametrize("host", ["http://hooks.example", "hooks.example:80", "*"])
def test_a_host_to_allow_is_a_name_alone(host: str, cli: Run) -> None:
    ended = cli("serve", "--port", 0, "--allow", "hooks.example", "--allow", host)

    assert ended.code == 2
    assert f"allow takes the name of a host, without a port, got {host!r}" in " ".join(
        ended.err.split()
    )


def test_a_host_that_is_allowed_may_be_contacted(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[App] = []
    monkeypatch.setattr("imagine_harness.mocks.server.serve", lambda app, *_: made.append(app))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    cli("serve", "--port", 0, "--allow", "hooks.example", "--allow", "other.example")
    permits = made[0].services.deliveries.permits

    assert permits("https://hooks.example/a")
    assert permits("https://other.example/a")
    assert not permits("https://evil.example/a")
