"""A key of its own in every place where one can be, and every output searched for all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from hashlib import sha256
from io import StringIO
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.schema import Validator
from imagine_harness.harness.cli.serve import print_exchange
from imagine_harness.harness.drift.comparing.impact import refused
from imagine_harness.harness.drift.wording import describe_affected_call
from imagine_harness.harness.judging.calls import ProviderCalls
from imagine_harness.harness.judging.judge import results
from imagine_harness.harness.judging.reporting import VerdictOptions, reported
from imagine_harness.harness.judging.requests import judged
from imagine_harness.harness.judging.verdict import render as verdict
from imagine_harness.harness.pytest.entries import Entry
from imagine_harness.harness.reports.formats import FORMATS, render
from imagine_harness.harness.traffic import har_writer
from imagine_harness.harness.traffic.files import traffic
from imagine_harness.harness.traffic.problems import format_problems, problems
from imagine_harness.mocks.app import App
from imagine_harness.mocks.services.journal import line
from imagine_harness.mocks.settings import Settings

PATHS = {
    "cloudflare": f"/client/v4/accounts/{'0' * 31}1/ai/run/xai/grok-imagine-image",
    "runware": "/v1",
    "fal": "/xai/grok-imagine-image",
    "lumenfall": "/openai/v1/images/generations",
    "uniall": "/v1/images/generations",
    "xai": "/v1/images/generations",
}
PLANTED: dict[str, str] = {}


def key(place: str) -> str:
    """The key of one place: of the form that every provider takes."""
    digest = sha256(place.encode()).hexdigest()
    return PLANTED.setdefault(place, f"id-{digest[:10]}:{digest[10:40]}")


def secret(place: str) -> str:
    """The same for a place that wants a single word."""
    return key(place).partition(":")[2]


def parts(place: str) -> tuple[str, str]:
    whole = PLANTED[place]
    return whole, whole.partition(":")[2]


@dataclass
class Seen:
    """What the mocks saw, whole, and everything that is shown of it, by the name of the output."""

    app: App
    exchanges: list[Exchange] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)


def body(provider: str, **more: Any) -> Any:
    """A body that breaks a rule, so that every output speaks of it."""
    root = {"prompt": 17, "num_images": 99, "n": 99, "taskType": "imageInference", **more}
    return [root] if provider == "runware" else root


def documented(client: TestClient, provider: str) -> None:
    """A key in each place that is documented; and each once more, in the prompt of that call."""
    credential = load.provider(provider).credential
    path = f"/{provider}{PATHS[provider]}"
    also = [(each.header or "", each.query or "", each.scheme) for each in credential.also]
    places = [(credential.header, "", credential.scheme), *also]
    for header, query, scheme in places:
        own = key(f"{provider} {query or header}")
        told = {"extra": f"my key is {own}.", own: own}
        again: dict[str, Any] = {"json": body(provider, **told)}
        given = {} if query else {header: f"{scheme} {own}".strip()}
        client.post(
            path, params={query: own} if query else {}, headers={"x-own": own, **given}, **again
        )
        client.post(f"/{provider}/no/such/{own}", headers=given, content=own)


def elsewhere(client: TestClient, provider: str) -> None:
    """Keys that nobody has seen before, in each place that says what they are."""
    path, usual = f"/{provider}{PATHS[provider]}", {"authorization": "Bearer a"}
    hook = f"https://user:{secret('a user')}@hooks.example/?token={secret('a token')}&n=1"
    client.post(
        f"{path}?sig={secret('a signature')}&fal_webhook={hook}",
        headers={
            **usual,
            "referer": f"https://h.example/?X-Amz-Signature={secret('a referer')}",
            "cookie": f"session={secret('a cookie')}",
            "proxy-authorization": f"Basic {secret('a proxy')}",
            "x-acme-access-token": secret("another header"),
        },
        json=body(
            provider,
            webhookURL=hook,
            apiKey=secret("a name"),
            nested=[{"accessKeyId": secret("a nested name"), "jwt": [secret("a list")]}],
            extra=f"curl -H 'Authorization: Bearer {secret('a text')}' {hook}",
            more=f"the cookie says {secret('a cookie')}",
        ),
    )
    cut = json.dumps({"prompt": "x", "api_key": secret("a cut-off body")})[:-1]
    client.post(path, headers={**usual, "content-type": "application/json"}, content=cut)
    client.post(
        path, headers=usual, files={"api_key": (None, secret("a field")), "prompt": (None, "x")}
    )
    client.post(path, headers=usual, data={"client_secret": secret("a form")})
    client.post(f"/nobody?key={secret('nobody')}", headers={"authorization": key("nobody too")})


def frames(client: TestClient) -> None:
    own = secret("a frame")
    headers = {"authorization": f"Bearer {key('a handshake')}"}
    with client.websocket_connect("/runware/v1", headers=headers) as socket:
        socket.send_json([{"taskType": "authentication", "apiKey": own}])
        socket.receive_json()
        socket.send_json(
            body("runware", taskUUID=own, positivePrompt=f"key {own}, {key('a handshake')}")
        )
        socket.receive_json()
        socket.send_text(f'[{{"taskType": "authentication", "apiKey": "{secret("a cut-off frame")}')
        socket.receive_json()


def hooks(client: TestClient) -> None:
    """A webhook of a task that is done, to an address that may not be contacted."""
    hook = f"https://me:{secret('a hook')}@hooks.example/?key={secret('a hook query')}"
    client.post(
        "/fal/queue/xai/grok-imagine-image",
        params={"fal_webhook": hook},
        headers={"authorization": f"Key {key('a webhook')}"},
        json={"prompt": "x"},
    )


def live(exchanges: list[Exchange]) -> str:
    with redirect_stdout(StringIO()) as out:
        for each in exchanges:
            print_exchange(each)
    return out.getvalue()


def judgement(app: App, file: Path) -> Iterator[tuple[str, str]]:
    """What `judge` makes of a file: its verdict, every report, and the traffic as HAR."""
    found = traffic([file])
    assert found.exchanges
    assert not found.unread
    conversation = judged(found.exchanges, app.judges)
    made = reported("judge", results(conversation, app.judges), VerdictOptions(), app.judges, "1")
    yield "verdict", verdict(made, conversation, [])
    for name in FORMATS:
        yield name, render(name, made)
    yield "har", har_writer.render(found.exchanges)


def raw_har(exchanges: list[Exchange], file: Path) -> Path:
    """The same traffic as another tool records it: with everything in it."""
    entries = [
        {
            "request": {
                "method": each.request.method,
                "url": f"http://127.0.0.1/{each.provider}{each.request.path}?{each.request.query}",
                "headers": [
                    {"name": name.decode(), "value": value.decode()}
                    for name, value in each.request.headers.items()
                ],
                "postData": {
                    "mimeType": each.request.content_type,
                    "text": each.request.body.decode(),
                },
            },
            "response": {
                "status": each.response.status,
                "headers": [],
                "content": {
                    "mimeType": each.response.content_type,
                    "text": each.response.body.decode(),
                },
            },
        }
        for each in exchanges
    ]
    file.write_text(json.dumps({"log": {"entries": entries}}), "utf-8")
    return file


def drift(app: App, file: Path) -> Iterator[str]:
    """The calls of a file as drift reads and tells them, each as one that is hit."""
    for provider, mock in app.mocks.items():
        calls = ProviderCalls(traffic([file]).exchanges, provider)
        checks = [Validator(each, mock.judge.readings) for each in mock.judge.recorded.operations]
        for contract in mock.judge.recorded.contracts:
            for call in calls.of(contract):
                for (_, root), check in product(call.roots, checks):
                    where = call.exchange.provenance.where
                    yield from map(describe_affected_call, refused(where, check, root, []))


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    app, folder = App(Settings(seed=1)), tmp_path_factory.mktemp("planted")
    made = Seen(app)
    app.services.journal.listen(made.exchanges.append)
    client = TestClient(app, base_url="http://127.0.0.1:4010")
    for provider in PATHS:
        documented(client, provider)
        elsewhere(client, provider)
    frames(client)
    hooks(client)
    client.post("/__admin/clock", json={"advance": 10})

    journal = folder / "journal.ndjson"
    journal.write_bytes(b"".join(line(each) for each in made.exchanges))
    made.outputs["journal"] = journal.read_text("utf-8")
    for name in ("requests", "requests/unmatched", "requests/1", "webhooks", "tasks"):
        made.outputs[f"admin {name}"] = client.get(f"/__admin/{name}").text
    made.outputs["live lines"] = live(made.exchanges)
    known = App()
    entries = [Entry(each) for each in made.exchanges if each.provider]
    made.outputs["assertions"] = format_problems(
        [p for each in entries for p in problems(each.exchange)]
    )
    made.outputs["entries"] = f"{entries!r} {[dict(each.headers) for each in entries]}"
    for name, text in judgement(known, journal):
        made.outputs[f"run {name}"] = text
    for name, text in judgement(known, raw_har(made.exchanges, folder / "raw.har")):
        made.outputs[f"judge {name}"] = text
    made.outputs["drift"] = "\n".join(drift(known, folder / "raw.har"))
    return made


OUTPUTS = (
    *("journal", "admin requests", "admin requests/unmatched", "admin requests/1"),
    *("admin webhooks", "admin tasks", "live lines", "assertions", "entries", "drift"),
    *(f"{by} {name}" for by in ("run", "judge") for name in ("verdict", *FORMATS, "har")),
)


def test_every_place_was_reached_and_every_output_is_there(seen: Seen) -> None:
    raw = repr(seen.exchanges)

    assert [place for place in PLANTED if parts(place)[1] not in raw] == []
    assert len(PLANTED) > 30
    assert tuple(sorted(seen.outputs)) == tuple(sorted(OUTPUTS))
    assert "hooks.example" in seen.outputs["admin webhooks"]


@pytest.mark.parametrize("output", OUTPUTS)
def test_no_output_tells_a_key(seen: Seen, output: str) -> None:
    text = seen.outputs[output]

    assert len(text) > 100
    assert [place for place in PLANTED if any(part in text for part in parts(place))] == []


@pytest.mark.parametrize(
    "output", ["journal", "admin requests", "run html", "judge html", "judge json", "judge har"]
)
def test_what_is_no_key_is_still_there(seen: Seen, output: str) -> None:
    text = seen.outputs[output]

    assert "***" in text
    assert "the cookie says ***" in text
    assert "hooks.example" in text
