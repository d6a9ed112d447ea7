"""Mocks that are served for a command, and what was exchanged with them."""

from __future__ import annotations

import socket
import ssl
import tempfile
from urllib.parse import urlsplit

import httpx
import pytest

from imagine_harness.contracts.model import Level
from imagine_harness.harness.judging import verdict
from imagine_harness.harness.judging.faults import fault_reactions
from imagine_harness.harness.judging.judge import results
from imagine_harness.harness.judging.reporting import VerdictOptions, code, reported
from imagine_harness.harness.judging.requests import judged
from imagine_harness.harness.results.exit_codes import ExitCode
from imagine_harness.harness.running.environment import NobodySpeaks
from imagine_harness.harness.running.live import Notes, live
from imagine_harness.mocks import server
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.services.faults import parsed
from imagine_harness.mocks.services.journal import line
from tests.harness.judging.handmade import standings
from tests.mocks.services.test_journal import noted
from tests.mocks.services.test_journal_file import room


def test_what_was_exchanged_is_what_a_journal_has() -> None:
    with live(App(), intercept=False) as told:
        url = told.environment["OPENAI_BASE_URL"]
        body = {"model": "grok-imagine-image", "prompt": "x"}
        headers = {"authorization": f"Bearer {told.environment['OPENAI_API_KEY']}"}
        with httpx.Client(trust_env=False) as client:
            client.post(f"{url}/images/generations", json=body, headers=headers)
            client.get(f"{told.address}/nobody")
        [one, lost] = told.traffic().exchanges

    assert told.hosts is None
    assert [*told.unseen] == [
        "without interception a program comes here only by the addresses in its environment"
    ]
    assert (one.provenance.url, one.response.status) == (
        "http://127.0.0.1:4010/lumenfall/openai/v1/images/generations",
        200,
    )
    assert one.provenance.where == "request 1"
    assert one.request.text_headers["authorization"] == "Bearer ***"
    assert one.provenance.is_ours
    assert one.verdict.kind == "conforms"
    assert (lost.provenance.url, lost.response.status) == ("http://127.0.0.1:4010/nobody", 404)


def test_fetches_are_in_the_verdict_with_what_went_along_and_without_the_key() -> None:
    app = App(Settings(seed=1, faults=(parsed("fal.media nth=3 gone"),)))
    key = {"authorization": "Key 6d1f0b3e9a:7a2c4e6f8b"}
    with live(app, intercept=False) as live_mocks:
        url = f"{live_mocks.environment['HARNESS_FAL_BASE_URL']}/xai/grok-imagine-image"
        with httpx.Client(trust_env=False) as client:
            made = client.post(url, json={"prompt": "x", "num_images": 2}, headers=key).json()
            first, second = (each["url"] for each in made["images"])
            client.get(first)
            client.get(second, headers=key)
            client.get(first)
        conversation = judged(live_mocks.traffic().exchanges, app.judges)
    report = reported(
        "imagine-harness run", results(conversation, app.judges), VerdictOptions(), app.judges, ""
    )
    entries = [each.exchange for each in conversation if each.is_known]

    text = verdict.render(report, conversation, fault_reactions(entries))

    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "fal.generate 1 200 conforms" in lines
    assert "fal.media 3 200 x2, 404 conforms, warns, fault" in lines
    assert "fal.media, request 4: gone, answered 404: gave up" in lines
    assert "7a2c4e6f8b" not in text
    assert [(each.rule, each.standing) for each in report.results if each.rule] == [
        ("fal.media.credential-sent", "warning")
    ]
    assert code(report, 1, VerdictOptions()) == ExitCode.CLEAN
    strict = reported(
        "t",
        results(conversation, app.judges),
        VerdictOptions(fail_on=Level.WARNING),
        app.judges,
        "",
    )
    assert code(strict, 1, VerdictOptions(fail_on=Level.WARNING)) == ExitCode.FINDINGS


def test_what_is_not_answered_when_the_mocks_stop_was_exchanged_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "GRACE", 0.1)
    app = App()
    app.services.clock.hold()
    with live(app, intercept=False) as told:
        place = urlsplit(told.address)
        with socket.create_connection((place.hostname, place.port)) as line:
            line.sendall(
                b"GET /fal/nothing HTTP/1.1\r\nHost: a\r\nX-Harness-Fault: delay=60\r\n\r\n"
            )
            while not app.services.journal.unfinished:
                pass
            told.stop()
        [one] = told.traffic().exchanges

    assert one.response.status == 0
    assert (one.ending or "").startswith("server stopped after ")


def test_calls_to_the_real_hosts_come_to_the_mocks() -> None:
    with live(App()) as told:
        given = told.environment
        trusting = ssl.create_default_context(cafile=given["SSL_CERT_FILE"])
        answer = httpx.get("https://fal.run/nothing", proxy=given["HTTPS_PROXY"], verify=trusting)
        [one] = told.traffic().exchanges

    assert answer.status_code == 401
    assert any("reads no proxy variable" in why for why in told.unseen)
    assert one.provenance.is_ours
    assert (one.provider, one.verdict.refusal) == ("fal", "credential-missing")


def test_an_exchange_that_finds_no_room_is_missing_by_name_and_the_others_are_there() -> None:
    short, long = noted(1), noted(2, path="/" + "x" * 5_000)
    with tempfile.TemporaryFile(buffering=0) as file:
        notes = Notes(file)
        with room(len(line(short)) + 1_000):
            for each in (short, long, short):
                notes.note(each)
        found = notes.traffic()
        notes.note(short)

        assert len(notes.traffic().exchanges) == 3

    assert [each.id for each in found.exchanges] == ["1", "1"]
    [missing] = found.unread
    assert str(missing).startswith("the journal of this run: 1 exchanges could not be kept: ")


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
        conversation = judged(served.traffic().exchanges, app.judges)

    found = results(conversation, app.judges)
    shown = verdict.render(
        reported("run", found, VerdictOptions(), app.judges, ""), conversation, []
    ).splitlines()

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
