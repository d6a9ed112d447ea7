"""Mocks that are served for a command, and what was exchanged with them."""

from __future__ import annotations

import socket
import ssl
from urllib.parse import urlsplit

import httpx
import pytest

from harness.judging import verdict
from harness.judging.environment import NobodySpeaks
from harness.judging.judge import results
from harness.judging.live import live
from harness.judging.reporting import Terms, reported
from harness.judging.requests import judged
from mocks import server
from mocks.app import App, Settings
from tests.harness.judging.handmade import standings


def test_what_was_exchanged_is_what_a_journal_has() -> None:
    with live(App(), intercept=False) as told:
        url = told.environment["OPENAI_BASE_URL"]
        body = {"model": "grok-imagine-image", "prompt": "x"}
        headers = {"authorization": f"Bearer {told.environment['OPENAI_API_KEY']}"}
        with httpx.Client(trust_env=False) as client:
            client.post(f"{url}/images/generations", json=body, headers=headers)
            client.get(f"{told.address}/nobody")
        [one, lost] = told.recordings()

    assert told.hosts is None
    assert [*told.unseen] == [
        "without interception a program comes here only by the addresses in its environment"
    ]
    assert (one.url, one.status) == (
        "http://127.0.0.1:4010/lumenfall/openai/v1/images/generations",
        200,
    )
    assert one.where == "request 1"
    assert one.headers["authorization"] == "Bearer ***"
    assert one.noted is not None
    assert one.noted.verdict == "conforms"
    assert (lost.url, lost.status) == ("http://127.0.0.1:4010/nobody", 404)


def test_what_is_not_answered_when_the_mocks_stop_was_exchanged_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "GRACE", 0.1)
    app = App()
    app.shared.clock.hold()
    with live(app, intercept=False) as told:
        place = urlsplit(told.address)
        with socket.create_connection((place.hostname, place.port)) as line:
            line.sendall(
                b"GET /fal/nothing HTTP/1.1\r\nHost: a\r\nX-Harness-Fault: delay=60\r\n\r\n"
            )
            while not app.shared.journal.unfinished:
                pass
            told.stop()
        [one] = told.recordings()

    assert one.status == 0
    assert one.ending.startswith("server stopped after ")


def test_calls_to_the_real_hosts_come_to_the_mocks() -> None:
    with live(App()) as told:
        given = told.environment
        trusting = ssl.create_default_context(cafile=given["SSL_CERT_FILE"])
        answer = httpx.get("https://fal.run/nothing", proxy=given["HTTPS_PROXY"], verify=trusting)
        [one] = told.recordings()

    assert answer.status_code == 401
    assert any("reads no proxy variable" in why for why in told.unseen)
    assert one.noted is not None
    assert (one.noted.provider, one.noted.refusal) == ("fal", "credential-missing")


def test_who_cannot_be_preferred_is_refused() -> None:
    with pytest.raises(NobodySpeaks), live(App(), preferred="fal", intercept=False):
        pass


def test_what_our_mocks_noted_is_neither_kept_nor_broken() -> None:
    asks = {"Origin": "http://a.example", "Access-Control-Request-Method": "POST"}
    app = App(Settings(seed=1, providers=("fal",)))
    with live(app, intercept=False) as served, httpx.Client(trust_env=False) as client:
        path = f"{served.address}/fal/xai/grok-imagine-image"
        client.request("OPTIONS", path, headers=asks)
        client.head(f"{served.address}/fal")
        client.get(f"{served.address}/favicon.ico")
        client.get(f"{served.address}/v1/models", headers={"Authorization": "Bearer a"})
        conversation = judged(served.recordings(), app)

    found = results(conversation, app)
    shown = verdict.told(reported("run", found, Terms(), app, ""), conversation, []).splitlines()

    assert [each.aside for each in conversation] == ["preflight", "visit", "visit", None]
    assert standings(found) == [
        ("requests.conform[nobody.route-unknown]", "broken"),
        ("requests.known[OPTIONS http://127.0.0.1:4010/fal/xai/grok-imagine-image]", "skipped"),
        ("requests.known[HEAD http://127.0.0.1:4010/fal/]", "skipped"),
        ("requests.known[GET http://127.0.0.1:4010/favicon.ico]", "skipped"),
    ]
    assert [each.split() for each in shown[1:3]] == [
        ["fal.?", "2", "200,", "401", "noted", "x2"],
        ["nobody.?", "2", "404", "x2", "noted,", "unmatched"],
    ]
