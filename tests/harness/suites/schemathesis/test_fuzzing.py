"""Schemathesis as a promise group: it finds what is wrong, tells it shortly, and hides the key."""

from __future__ import annotations

import subprocess
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from imagine_harness.contracts.loading.load import Recorded, recorded
from imagine_harness.contracts.operation import FORM
from imagine_harness.harness.suites.attempt import attempt
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.schemathesis.document import part
from imagine_harness.harness.suites.schemathesis.fuzzing import NotFuzzed, fuzz, fuzz_items
from imagine_harness.harness.suites.schemathesis.report import shortest
from imagine_harness.harness.suites.subjects.server import Server, Unreachable
from imagine_harness.mocks.app import App
from imagine_harness.mocks.server import serving
from imagine_harness.mocks.settings import Settings

PROVIDER = "xai"
OWN_MODEL = "house/painter"
KEY = "correct-horse-battery"
PLACE = "/behind/a/gateway"
CURL = "curl -X POST -H 'Authorization: [Filtered]' -H 'Content-Type: application/json' -d '{"

REPORT = """
=================================== FAILURES ===================================
_________________________ POST /v1/images/generations __________________________
1. Test Case ID: ZinSC5

- ST108 Response violates schema

    "mime_type" is a required property

    Schema at /properties/data/items:

        { "type": "object" }

[200] OK:

    `{"data": []}`

Reproduce with:

    curl -X POST -d '{"n": 1}' http://127.0.0.1:1/v1/images/generations

    st replay ZinSC5

2. Test Case ID: VvEzEs

- ST201 Schema-violating request accepted

    Invalid data should have been rejected

[200] OK:

Reproduce with:

    curl -X POST -d '{}' http://127.0.0.1:1/v1/images/generations

=================================== SUMMARY ====================================
Failures:
  ST108 Response violates schema: 1
"""


class Wrong:
    """The mock below another path, under another model, with two faults of its own.

    Asked for no image it fails, and asked for eleven it makes one.
    """

    def __init__(self) -> None:
        self.on_shutdown: Callable[[], None] | None = None
        self._app = App(Settings(seed=1))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        body = await _whole(receive)
        sent = _json(body)
        if isinstance(sent, dict):
            sent["model"] = "grok-imagine-image" if sent.get("model") == OWN_MODEL else "unknown"
            if sent.get("n") == 0:
                return await _fail(send)
            if sent.get("n") == 11:
                sent["n"] = 1
            body = orjson.dumps(sent)
        path = scope["path"].replace(PLACE, f"/{PROVIDER}/v1")
        moved = {**scope, "path": path, "raw_path": path.encode()}
        moved["headers"] = [
            (name, b"%d" % len(body) if name == b"content-length" else value)
            for name, value in scope["headers"]
        ]

        async def again() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        return await self._app(moved, again, send)


async def _whole(receive: Any) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


async def _fail(send: Any) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"error": "none at all"}'})


def defaults(of: Recorded) -> dict[str, str]:
    return {name: each.default for name, each in of.readings.items()}


def alone(provider: str, operation: str) -> Recorded:
    """What is recorded of a provider, with one operation only."""
    of = recorded(provider)
    [contract] = of.contracts
    kept = {operation: contract.operations[operation]}
    return replace(of, contracts=(replace(contract, operations=kept),))


def server(url: str, of: Recorded, **more: Any) -> Server:
    return Server(url, next(of.operations), of, defaults(of), **more)


@pytest.fixture(scope="module")
def mocks() -> Iterator[str]:
    with serving(App(Settings(seed=1))) as address:
        yield address


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], Path, str]]:
    """Every command that was run: its words, its folder, and the text of the files in there."""
    known: list[tuple[list[str], Path, str]] = []
    real = subprocess.run

    def run(words: list[str], *, cwd: Path, **how: Any) -> Any:
        done = real(words, cwd=cwd, **how)
        files = [each for each in cwd.rglob("*") if each.is_file()]
        known.append((words, cwd, "".join(each.read_text(errors="replace") for each in files)))
        return done

    monkeypatch.setattr(subprocess, "run", run)
    return known


def test_a_server_is_fuzzed_once_and_what_is_wrong_is_told_with_its_curl_line(
    ran: list[tuple[list[str], Path, str]],
) -> None:
    of = alone(PROVIDER, "generate")
    [item] = fuzz_items(of, defaults(of), examples=1)
    with serving(Wrong()) as address:
        subject = server(address + PLACE, of, api_key=KEY, model=OWN_MODEL)
        with pytest.raises(Broken) as broken:
            attempt(item, subject, 5)

    assert item.id == "server.schemathesis[json]"
    call = f"POST {PLACE}/images/generations"
    titles = {each for each in broken.value.details if each.startswith("POST ")}
    assert titles == {
        f"{call}: ST101 Server error",
        f"{call}: ST201 Schema-violating request accepted",
    }
    lines = [each.strip() for each in broken.value.details if each.strip().startswith("curl")]
    assert len(lines) == 2
    assert all(each.startswith(CURL) and address + PLACE in each for each in lines)
    [(words, folder, files)] = ran
    assert KEY not in f"{words} {files} {broken.value}"
    assert "Authorization" in files
    assert not folder.exists()


def test_a_report_is_told_in_its_useful_lines() -> None:
    assert shortest(REPORT).splitlines() == [
        "Schemathesis: POST /v1/images/generations: ST108 Response violates schema (and 1 more)",
        "POST /v1/images/generations: ST108 Response violates schema",
        '  "mime_type" is a required property',
        "  [200] OK:",
        "  curl -X POST -d '{\"n\": 1}' http://127.0.0.1:1/v1/images/generations",
        "POST /v1/images/generations: ST201 Schema-violating request accepted",
        "  Invalid data should have been rejected",
        "  [200] OK:",
        "  curl -X POST -d '{}' http://127.0.0.1:1/v1/images/generations",
    ]


def test_warnings_are_told_where_nothing_else_is() -> None:
    told = shortest("Fuzzing\n=== WARNINGS ===\nAuthentication failed: 2 operations")

    assert told.startswith("Schemathesis is not content\nWARNINGS")
    assert told.endswith("2 operations")


@pytest.mark.parametrize(
    ("told", "found"),
    [("Tested: 1", ""), ("Tested: 0", "not every operation was tested"), ("", "not every")],
)
def test_a_run_that_tested_too_little_is_no_pass(
    monkeypatch: pytest.MonkeyPatch, mocks: str, told: str, found: str
) -> None:
    came = _where_it_says(monkeypatch, mocks, 0, told)

    assert came.startswith(found)
    assert bool(came) is bool(found)


def test_a_run_that_could_not_be_is_an_error(monkeypatch: pytest.MonkeyPatch, mocks: str) -> None:
    with pytest.raises(NotFuzzed, match="no such option"):
        _where_it_says(monkeypatch, mocks, 2, "no such option")


def _where_it_says(monkeypatch: pytest.MonkeyPatch, mocks: str, code: int, told: str) -> str:
    """What is found where Schemathesis ends with this code and says this."""
    done = subprocess.CompletedProcess([], code, told, "")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    of = alone(PROVIDER, "generate")
    subject = server(f"{mocks}/{PROVIDER}/v1", of)
    return fuzz(subject, of, "json", examples=1, seed=1)


@pytest.mark.parametrize(
    ("provider", "any_key", "off"),
    [
        ("cloudflare", False, {"missing_required_header", "ignored_auth"}),  # 400 for no key
        ("fal", True, set()),  # a key of no form is refused
        ("xai", True, {"ignored_auth"}),
        ("xai", False, set()),
        # Nothing is recorded of methods that it does not know.
        ("openai", False, {"unsupported_method"}),
    ],
)
def test_checks_that_the_record_rules_out_are_off(
    monkeypatch: pytest.MonkeyPatch, mocks: str, provider: str, any_key: bool, off: set[str]
) -> None:
    written: list[str] = []

    def run(*_: Any, cwd: Path, **__: Any) -> Any:
        written.append((cwd / "schemathesis.toml").read_text("utf-8"))
        return subprocess.CompletedProcess([], 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    of = recorded(provider)
    subject = server(mocks, of)
    fuzz(subject, of, "json", examples=1, seed=1, any_key=any_key)

    checks = tomllib.loads(written[0])["checks"]
    assert {name for name, each in checks.items() if each.get("enabled") is False} == off


def test_a_server_that_does_not_answer_is_unreachable() -> None:
    of = recorded(PROVIDER)

    with pytest.raises(Unreachable):
        fuzz(server("http://127.0.0.1:9", of), of, "json", examples=1, seed=1)


def test_tasks_that_cannot_be_submitted_are_told(mocks: str) -> None:
    of = recorded("uniall")
    subject = server(f"{mocks}/uniall/v1", of, api_key="invalid")
    found = fuzz(subject, of, "json", examples=1, seed=1)

    assert found == "no task can be submitted that task-result could be asked about"


@pytest.mark.parametrize(
    ("provider", "kinds"), [("uniall", ["json", "form"]), ("fal", ["json"]), ("runware", ["json"])]
)
def test_there_is_an_item_for_each_kind_of_body(provider: str, kinds: list[str]) -> None:
    of = recorded(provider)
    items = list(fuzz_items(of, defaults(of)))

    assert [each.id for each in items] == [f"server.schemathesis[{kind}]" for kind in kinds]


def test_forms_and_json_are_parted_and_a_form_goes_without_its_examples() -> None:
    of = recorded("uniall")
    whole = {kind: part(of, defaults(of), kind) for kind in ("json", "form")}
    content = {
        kind: [call.get("requestBody", {}).get("content", {}) for call in _calls(each)]
        for kind, each in whole.items()
    }

    assert all(FORM not in each for each in content["json"])
    assert all(list(each) == [FORM] and "examples" not in each[FORM] for each in content["form"])
    assert {call["operationId"] for call in _calls(whole["form"])} == {"edit"}
    assert "task-result" in {call["operationId"] for call in _calls(whole["json"])}


def _calls(of: dict[str, Any]) -> list[dict[str, Any]]:
    return [call for methods in of["paths"].values() for call in methods.values()]
