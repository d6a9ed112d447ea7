"""What was exchanged is noted in order, with its verdict."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from imagine_harness.contracts.exchange import Exchange, Response
from imagine_harness.mocks.app import App
from imagine_harness.mocks.services.journal import Journal, line
from tests.exchanges import PLAIN, changed

Ask = Callable[..., httpx.Response]


def noted(number: int = 1, **given: Any) -> Exchange:
    return changed(PLAIN, id=str(number), time=float(number), **given)


VERDICTS = [
    ("fal.generate", {}, {}, "conforms"),
    ("fal.generate", {"unknown": 1}, {}, "warns"),
    ("fal.edit", {"image_urls": []}, {}, "warns"),
    ("fal.generate", {"num_images": 9}, {}, "violates"),
    ("fal.generate", {"unknown": 1, "num_images": 9}, {}, "violates"),
    ("fal.generate", {}, {"Authorization": "Key none"}, "refused"),
    ("fal.generate", {}, {"Content-Type": "text/plain"}, "refused"),
    ("fal.edit", {"image_urls": ["data:image/png;base64,AAAA"]}, {}, "refused"),
    ("fal.generate", {}, {"X-Harness-Fault": "status=503"}, "fault"),
    ("fal.generate", {}, {"X-Harness-Fault": "empty"}, "fault"),
]


@pytest.mark.parametrize(("operation", "given_", "headers", "verdict"), VERDICTS)
def test_a_verdict_says_what_became_of_a_call(
    operation: str,
    given_: dict[str, Any],
    headers: dict[str, str],
    verdict: str,
    ask: Ask,
    app: App,
) -> None:
    answer = ask(operation, given_, headers=headers)

    [exchange] = app.services.journal
    assert (exchange.verdict.kind, exchange.response.status) == (verdict, answer.status_code)
    assert exchange.operation in (operation.partition(".")[2], None)


def test_a_route_that_is_not_there_is_unmatched(app: App, client: httpx.Client) -> None:
    client.get("/xai/v2", headers={"Authorization": "Bearer a"})

    [exchange] = app.services.journal
    assert (exchange.verdict.kind, exchange.operation, exchange.request.path) == (
        "unmatched",
        None,
        "/v2",
    )


def test_an_exchange_is_written_whole(app: App, ask: Ask, client: httpx.Client) -> None:
    app.services.clock.hold()
    answer = ask(
        "fal.generate",
        {"num_images": 9},
        headers={"X-Harness-Test": "a", "X-Harness-Expect": "fal.generate.num_images.maximum, b"},
    )

    [written] = client.get("/__admin/requests").json()

    assert written.keys() == {
        "id",
        "time",
        "provider",
        "operation",
        "test",
        "request",
        "response",
        "verdict",
        "ending",
        "duration_ms",
    }
    assert (written["id"], written["provider"], written["operation"]) == ("1", "fal", "generate")
    assert written["time"] == pytest.approx(app.services.clock.now(), abs=1e-5)
    assert written["test"] == "a"
    assert 0 < written["duration_ms"] < 60_000
    request = written["request"]
    assert (request["method"], request["path"]) == ("POST", "/xai/grok-imagine-image")
    assert request["query"] == ""
    assert request["headers"]["authorization"] == "Key ***"
    assert request["body"] == {"prompt": "a lighthouse", "num_images": 9}
    assert written["response"] == {
        "status": 422,
        "content_type": "application/json",
        "body": answer.json(),
    }
    verdict = written["verdict"]
    assert verdict["kind"] == "violates"
    assert verdict["fault"] is None
    assert verdict["expected"] == ["fal.generate.num_images.maximum", "b"]
    [violation] = verdict["violations"]
    assert violation.keys() == {
        "rule",
        "level",
        "pointer",
        "message",
        "expected",
        "got",
        "source",
        "certainty",
        "fix",
    }
    assert violation["rule"] == "fal.generate.num_images.maximum"
    assert (violation["level"], violation["certainty"]) == ("error", "documented")
    assert (violation["pointer"], violation["expected"], violation["got"]) == ("/num_images", 4, 9)
    assert violation["source"].startswith("https://fal.ai/docs/")
    assert violation["fix"] == [{"op": "replace", "path": "/num_images", "value": 4}]


def test_a_line_of_a_journal_file_is_one_line_of_json(app: App, ask: Ask) -> None:
    ask("fal.generate", {"prompt": "two\nlines"})

    [exchange] = app.services.journal
    written = line(exchange)

    assert written.endswith(b"\n")
    assert written.count(b"\n") == 1
    assert json.loads(written)["request"]["body"]["prompt"] == "two\nlines"


BODIES: list[tuple[bytes, bytes, Any]] = [
    (b"", b"application/json", None),
    (b'{"a":1}', b"application/json", {"a": 1}),
    (b'{"a":1}', b"application/problem+json", {"a": 1}),
    (b'{"a":1}', b"", {"a": 1}),
    (b"{", b"application/json", {"text": "{"}),
    (b"\xff", b"application/json", {"text": "\ufffd"}),
    (b"text", b"text/plain", {"text": "text"}),
    (b"\xff\x00", b"image/png", {"base64": "/wA="}),
]


@pytest.mark.parametrize(("body", "kind", "shown"), BODIES)
def test_a_body_is_written_as_what_it_is(body: bytes, kind: bytes, shown: Any) -> None:
    typed = {b"content-type": kind}
    exchange = replace(noted(body=body, headers=typed), response=Response(200, typed, body))

    written = json.loads(line(exchange))

    assert written["request"]["body"] == shown
    assert written["response"]["body"] == shown


def test_a_long_body_is_cut_and_says_how_long_it_was(
    ask: Ask, app: App, client: httpx.Client
) -> None:
    prompt = "x" * 600_000
    ask("fal.generate", {"prompt": prompt})

    [written] = client.get("/__admin/requests").json()

    [exchange] = app.services.journal
    assert len(exchange.request.body) < 10_000
    body = written["request"]["body"]
    assert body["cut"] is True
    assert 600_000 < body["bytes"] < 600_100
    assert body["start"].startswith('{"prompt":"xxx')
    assert len(json.dumps(written)) < 20_000


@pytest.mark.parametrize("number", ["9" * 40, "-" + "9" * 40, 1e300, 2**64 - 1, "1e9", "9" * 5_000])
def test_a_number_that_no_json_holds_can_still_be_written(
    number: Any, ask: Ask, client: httpx.Client
) -> None:
    assert ask("fal.generate", {"num_images": number}).status_code == 422

    [written] = client.get("/__admin/requests").json()
    assert written["verdict"]["kind"] == "violates"


# The journal by itself


def test_the_newest_exchanges_are_kept() -> None:
    journal = Journal(most=3)
    for number in range(5):
        journal.record(noted(number))

    assert [each.id for each in journal] == ["2", "3", "4"]
    assert len(journal) == 3
    assert journal.get("0") is None
    assert journal.get("4") is not None


def test_a_listener_hears_of_every_exchange() -> None:
    journal = Journal(most=1)
    heard: list[str] = []
    journal.listen(lambda exchange: heard.append(exchange.id))
    for number in range(3):
        journal.record(noted(number))

    assert heard == ["0", "1", "2"]


def test_ids_go_on_after_a_reset() -> None:
    journal = Journal()
    first = journal.next_id()
    journal.reset()

    assert journal.next_id() != first


def test_a_reset_may_forget_one_test_only() -> None:
    journal = Journal()
    for number, test in enumerate(("a", "b", "", "a")):
        journal.record(noted(number, test=test))

    journal.reset("a")
    assert [each.id for each in journal] == ["1", "2"]
    journal.reset("")
    assert [each.id for each in journal] == ["1"]
    journal.reset()
    assert list(journal) == []


def test_every_criterion_must_match() -> None:
    journal = Journal()
    journal.record(noted(1))
    journal.record(noted(2, provider="xai", test="a"))
    journal.record(noted(3, refusal="route-unknown", operation=None))

    def found(**criteria: Any) -> list[str]:
        return [each.id for each in journal.find(**criteria)]

    assert found() == ["1", "2", "3"]
    assert found(provider="fal") == ["1", "3"]
    assert found(provider="fal", operation="generate") == ["1"]
    assert found(verdict="unmatched") == ["3"]
    assert found(test="a") == ["2"]
    assert found(since=2.0) == ["2", "3"]
    assert found(provider="xai", test="") == []
