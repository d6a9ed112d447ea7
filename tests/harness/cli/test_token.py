"""The option --admin-token: when a token is made, when it is printed, whom it lets in."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Ended, Run, Serve

SECRET = "topsecret"


def test_an_address_that_others_can_reach_is_warned_of_and_wants_a_token(
    serve: Serve,
    capsys: pytest.CaptureFixture[str],
) -> None:
    served = serve("--provider", "fal", "--host", "0.0.0.0")
    told, token = served.told[-2].split(" token ")
    controls = told.removeprefix("admin       ")
    with httpx.Client(trust_env=False) as client:
        refused = client.get(f"{controls}requests")
        right = {"Authorization": f"Bearer {token}", "Host": "mocks:4010"}
        let_in = client.get(f"{controls}requests", headers=right)

    assert controls == f"{served.address}/__admin/"
    assert (refused.status_code, let_in.status_code) == (401, 200)
    assert capsys.readouterr().err == (
        "WARNING: 0.0.0.0 is not a loopback address, others can reach the mocks\n"
    )


@pytest.fixture
def announced(cli: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """What `serve` prints, without serving."""
    monkeypatch.setattr(
        "imagine_harness.mocks.server.serve", lambda app, listening, announce, tls: announce()
    )
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def announcing(*arguments: object) -> Ended:
        return cli("serve", "--port", 0, "--provider", "fal", *arguments)

    return announcing


def test_the_token_is_another_each_time(announced: Run) -> None:
    one, other = (announced("--host", "0.0.0.0").out.partition(" token ")[2] for _ in range(2))

    assert len(one.split()[0]) >= 32
    assert one.split()[0] != other.split()[0]


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_token_of_ones_own_is_not_printed(announced: Run, host: str) -> None:
    ended = announced("--host", host, "--admin-token", SECRET)

    assert SECRET not in ended.out + ended.err
    assert " token " not in ended.out


def test_on_loopback_no_token_is_printed(announced: Run) -> None:
    assert " token " not in announced("--host", "localhost").out
