"""Schemathesis, every phase, against every exported document and the live mock.

The real command line runs against a real socket. Three things are arranged for it: its hooks
(`schemathesis_hooks.py`) know what a schema cannot say; forms and JSON are run each on their own,
since its coverage phase cannot judge a file (4.32.5 raises `Unsupported type: 'Binary'` where a
schema has a `not`); and a form goes without its example, which JSON cannot hold the file of.
"""

from __future__ import annotations

import copy
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from contracts import load
from contracts.openapi import FORM, document
from mocks.app import App, Settings
from mocks.journal import Exchange
from mocks.server import serving

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

PHASES = {"json": "examples,coverage,fuzzing,stateful", "form": "fuzzing"}

NOT_APPLICABLE = {
    "cloudflare": {
        "ignored_auth": "a mock knows no wrong keys, and a missing one was seen to get 400",
        "missing_required_header": "a missing key was seen to get 400, the check wants 401",
    },
    "lumenfall": {"ignored_auth": "a mock accepts any key of the documented form"},
    "runware": {"ignored_auth": "a mock accepts any key of the documented form"},
    "uniall": {"ignored_auth": "a mock accepts any key of the documented form"},
    "xai": {"ignored_auth": "a mock accepts any key of the documented form"},
}
"""Checks that what a provider was seen to do, or what a mock is, rules out; all others are run."""

CONFIG = """
continue-on-failure = true
request-timeout = 60

[checks.positive_data_acceptance]
expected-statuses = ["2xx"]

[warnings]
fail-on = true

[generation]
database = "none"
no-shrink = true
"""

Document = dict[str, Any]


def only(kind: str, whole: Document) -> Document:
    """A document without the operations and content types that are not of a kind."""
    part = copy.deepcopy(whole)
    for path, methods in whole["paths"].items():
        for method, call in methods.items():
            content = call.get("requestBody", {}).get("content", {"none": {}})
            kept = {name: media for name, media in content.items() if kind_of(name) == kind}
            if not kept:
                del part["paths"][path][method]
            elif "requestBody" in call:
                part["paths"][path][method]["requestBody"]["content"] = kept
    part["paths"] = {path: methods for path, methods in part["paths"].items() if methods}
    return part


def kind_of(content_type: str) -> str:
    return "form" if content_type == FORM else "json"


def without_examples(form: Document) -> Document:
    part = copy.deepcopy(form)
    for methods in part["paths"].values():
        for call in methods.values():
            call["requestBody"]["content"][FORM].pop("examples", None)
    return part


def exported(provider: str, *, strict: bool = False) -> Document:
    mock = App(Settings(seed=1, strict=strict)).mocks[provider]
    return document(mock.recorded, mock.readings)


def operations(of: Document) -> list[str]:
    return [call["operationId"] for methods in of["paths"].values() for call in methods.values()]


RUNS = [
    (provider, kind)
    for provider in load.names()
    for kind in PHASES
    if only(kind, exported(provider))["paths"]
]


def run(
    folder: Path, provider: str, kind: str, *, examples: int, seed: int, strict: bool = False
) -> tuple[subprocess.CompletedProcess[str], list[Exchange], Document]:
    """Run `st run` on one document; what it says, what the mock saw, and the document."""
    app = App(Settings(seed=1, strict=strict))
    mock = app.mocks[provider]
    part = only(kind, document(mock.recorded, mock.readings))
    part = without_examples(part) if kind == "form" else part
    (folder / "document.json").write_bytes(orjson.dumps(part))
    (folder / "schemathesis.toml").write_text(CONFIG)
    credential = mock.provider.credential
    key = f"{credential.header}: {credential.scheme} {credential.example}"
    with serving(app) as address:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "--config-file", "schemathesis.toml"),
                *("run", "document.json", "--url", f"{address}/{provider}", "-H", key),
                *("--phases", PHASES[kind], "--seed", str(seed), "-n", str(examples)),
                *(
                    "--exclude-checks",
                    ",".join(NOT_APPLICABLE.get(provider, ())) or "use_after_free",
                ),
                "--no-color",
            ],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE)]),
                "SCHEMATHESIS_HOOKS": "schemathesis_hooks",
                "SCHEMATHESIS_PROVIDER": provider,
                "SCHEMATHESIS_TASK": known_task(address),
            },
            capture_output=True,
            text=True,
            check=False,
        )
    return done, list(app.shared.journal), part


def known_task(address: str) -> str:
    """The id of a task, submitted where tasks are."""
    body = {"model": "grok-imagine-image", "prompt": "a lantern"}
    headers = {"Authorization": "Bearer key", "X-Harness-Test": "known task"}
    with httpx.Client(trust_env=False) as client:
        answer = client.post(f"{address}/uniall/v1/images/tasks", json=body, headers=headers)
    return str(answer.json()["task_id"])


def failures(
    done: subprocess.CompletedProcess[str], exchanges: list[Exchange], part: Document
) -> str:
    """What a run found, or how it fell short of being one; `""` if nothing."""
    told = done.stdout + done.stderr
    if done.returncode != 0:
        start = min(
            (at for at in map(told.find, ("= FAILURES", "= ERRORS", "WARNINGS")) if at >= 0),
            default=0,
        )
        return told[start : start + 20_000]
    tested = re.search(r"Tested: (\d+)", told)
    if tested is None or int(tested[1]) != len(operations(part)):
        return f"not every operation was tested:\n{told}"
    for name in operations(part):
        met = {each.verdict for each in exchanges if each.operation == name}
        wanted = {"conforms"} if name == "task-result" else {"conforms", "violates"}
        if not wanted <= met:
            return f"{name} met {sorted(met)}, expected at least {sorted(wanted)}"
    return ""


@pytest.mark.parametrize(("provider", "kind"), RUNS, ids=lambda value: str(value))
def test_schemathesis_finds_nothing_wrong_between_the_document_and_the_mock(
    tmp_path: Path, provider: str, kind: str
) -> None:
    found = failures(*run(tmp_path, provider, kind, examples=10, seed=1))

    assert not found, found


@pytest.mark.campaign
@pytest.mark.parametrize("strict", [False, True], ids=["default", "strict"])
@pytest.mark.parametrize("seed", [2, 3, 4])
@pytest.mark.parametrize(("provider", "kind"), RUNS, ids=lambda value: str(value))
def test_schemathesis_finds_nothing_wrong_in_a_long_run_either(
    tmp_path: Path, provider: str, kind: str, seed: int, strict: bool
) -> None:
    done = run(tmp_path, provider, kind, examples=200, seed=seed, strict=strict)
    found = failures(*done)

    assert not found, found


def test_every_operation_is_in_a_run() -> None:
    for provider in load.names():
        ran = {
            name
            for kind in PHASES
            if (provider, kind) in RUNS
            for name in operations(only(kind, exported(provider)))
        }

        assert ran == set(operations(exported(provider)))
