"""The verb serve: what each of its options decides, and which mean nothing."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Run, Serve


FAL = "/fal/xai/grok-imagine-image"

PROMPT = {"prompt": "a lighthouse"}


UNDECLARED = {**PROMPT, "colour": "red"}


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as made:
            made.bind(("::1", 0))
    except OSError:
        return False
    return True


def test_only_the_asked_for_providers_are_served(serve: Serve) -> None:
    served = serve("--provider", "xai", "--provider", "fal")

    assert [line.split()[0] for line in served.told if line[0] != " "] == [
        *("xai", "fal", "fal", "admin", "imagine-harness")
    ]
    assert served.get("/__admin/health").json()["providers"] == ["xai", "fal"]
    missing = served.get("/runware/v1")
    assert (missing.status_code, missing.headers["x-harness-error"]) == (404, "unknown-provider")


def test_strict_refuses_what_is_only_a_warning_otherwise(serve: Serve) -> None:
    served = serve("--provider", "fal", "--strict")

    assert served.post(FAL, UNDECLARED).status_code == 422


def test_a_reading_changes_a_verdict_and_wins_over_strict(serve: Serve) -> None:
    served = serve(
        *("--provider", "fal", "--provider", "runware", "--strict"),
        *("--reading", "fal.undeclared-keys=ignored"),
        *("--reading", "runware.size-omitted=defaulted"),
    )
    task = {
        "taskType": "imageInference",
        "taskUUID": "2f1c4b8e-5a3d-4c6b-9e7f-0a1b2c3d4e5f",
        "model": "xai:grok-imagine@image",
        "positivePrompt": "a lighthouse",
    }

    assert served.post(FAL, UNDECLARED).status_code == 200
    assert served.post("/runware/v1", [task], Authorization="Bearer a").status_code == 200


def test_a_fault_happens_where_and_when_it_was_planned(serve: Serve) -> None:
    served = serve("--fault", "fal.generate nth=2 status=429 retry-after=1")
    answers = [served.post(FAL, PROMPT) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 429, 200]
    assert answers[1].headers["retry-after"] == "1"
    assert answers[1].json() == {"detail": "Too many requests"}


def test_a_status_that_is_asked_for_is_the_status_of_the_answer(serve: Serve) -> None:
    served = serve("--provider", "fal")
    asked = [400, 401, 404, 405, 408, 413, 415, 418, 422, 429, 500, 502, 503, 599]
    answers = [served.post(FAL, PROMPT, Prefer=f"code={status}") for status in asked]

    assert [answer.status_code for answer in answers] == asked
    assert [answer.headers.get("x-harness-error") for answer in answers] == [None] * len(asked)


def test_a_fault_takes_its_connection_down(serve: Serve) -> None:

    served = serve("--provider", "fal", "--fault", "fal reset times=1")

    with pytest.raises(httpx.RemoteProtocolError):
        served.post(FAL, PROMPT)
    assert served.post(FAL, PROMPT).status_code == 200


def test_the_speed_is_that_of_the_clock(serve: Serve) -> None:
    served = serve("--provider", "uniall", "--speed", 50)

    assert served.get("/__admin/clock").json()["speed"] == 50


def test_the_same_seed_gives_the_same_ids(serve: Serve) -> None:
    urls = {
        served.post(FAL, PROMPT).json()["images"][0]["url"].removeprefix(served.address)
        for served in (serve("--seed", 5), serve("--seed", 5))
    }

    assert len(urls) == 1


def test_another_model_is_served_from_its_contract_file(serve: Serve, invented: Path) -> None:
    served = serve("--provider", "fal", "--contract", invented)
    made = served.post("/fal/xai/invented-model", {**PROMPT, "count": 2})
    refused = served.post("/fal/xai/invented-model", {**PROMPT, "count": 3})

    assert (made.status_code, len(made.json()["images"])) == (200, 2)
    assert refused.status_code == 422
    assert refused.json()["detail"][0]["msg"] == "Input should be less than or equal to 2"
    assert served.line().endswith("fal.generate                 200 conforms")
    assert served.post(FAL, PROMPT).status_code == 200


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_an_ipv6_address_is_shown_in_brackets_and_leads_back(serve: Serve) -> None:
    served = serve("--provider", "fal", "--host", "::1")
    url = served.post(FAL, PROMPT).json()["images"][0]["url"]

    assert served.address.startswith("http://[::1]:")
    assert url.startswith(f"{served.address}/fal/cdn/")


def test_a_port_in_use_is_a_usage_error(cli: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = cli("serve", "--port", port)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        f"imagine-harness: cannot listen on 127.0.0.1:{port}: Address already in use\n"
    )


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--host", "203.0.113.1"], "cannot listen on 203.0.113.1:0: "),
        (["--host", ""], "cannot listen on an empty host"),
        (["--port", "65536"], "'--port'"),
        (["--port", "http"], "'--port'"),
        (["--seed", "x"], "'--seed'"),
        (["--speed", "fast"], "'--speed'"),
        (["--speed", "0"], "speed must be above 0"),
        (["--speed", "-1"], "speed must be above 0"),
        (["--speed", "nan"], "speed must be above 0"),
        (["--speed", "inf"], "speed must be above 0"),
        (["--memory", "much"], "--memory: expected a size such as 64MB or 1.5GiB, got 'much'"),
        (["--memory", "10kB"], "memory must be at least 1 MB, got 10 kB"),
        (["--reading", "fal.validation-style"], "--reading expects ID=CHOICE"),
        (["--reading", "fal.nope=x"], "no reading 'fal.nope', known: "),
        (["--reading", "fal.validation-style=x"], "no choice 'x', it has pydantic, documented"),
        (["--fault", ""], "says not what goes wrong"),
        (["--fault", "fal.generate"], "says not what goes wrong"),
        (["--fault", "fal.generate status=99"], "status must be 100 to 599, got 99"),
        (["--fault", "fal.generate statu=500"], "unknown word 'statu'"),
        (["--fault", "nope status=500"], "no provider 'nope'"),
        (["--fault", "fal.nope status=500"], "no operation 'nope'"),
        (["--admin-token", ""], "admin-token takes letters, digits and"),
        (["--admin-token", "a b"], "admin-token takes letters, digits and"),
        (["--provider", "nope"], "no provider 'nope' is recorded, known: cloudflare, fal, "),
        (["--journal", "/no/such/folder/journal"], "--journal /no/such/folder/journal: No such "),
        (["--no-such-option"], "--no-such-option"),
        (["unexpected"], "unexpected"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_an_option_that_means_nothing_is_a_usage_error_of_one_line(
    cli: Run, monkeypatch: pytest.MonkeyPatch, options: list[str], told: str
) -> None:
    monkeypatch.setattr("imagine_harness.mocks.server.serve", lambda *_: pytest.fail("it serves"))
    ended = cli("serve", "--port", 0, *options)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("imagine-harness: ")
    assert told in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "cannot be read: No such file or directory"),
        ("provider = ", "invented.toml: "),
        ('provider = "fal"\n', "invented.toml: "),
        ('provider = "nope"\nmodel = "m"\n', "invented.toml: "),
    ],
    ids=["missing", "no TOML", "incomplete", "unknown provider"],
)
def test_a_contract_that_cannot_be_read_is_an_exit_code_of_its_own(
    cli: Run, tmp_path: Path, text: str | None, told: str
) -> None:
    file = tmp_path / "invented.toml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    ended = cli("serve", "--port", 0, "--contract", file)

    assert (ended.code, ended.out) == (3, "")
    assert ended.err.startswith(f"imagine-harness: {file}")
    assert told in ended.err
    assert ended.err.count("\n") == 1


def test_a_contract_with_an_operation_that_nothing_answers_cannot_be_served(
    cli: Run, monkeypatch: pytest.MonkeyPatch, invented: Path
) -> None:
    monkeypatch.setattr("imagine_harness.mocks.server.serve", lambda *_: pytest.fail("it serves"))
    text = invented.read_text(encoding="utf-8")
    invented.write_text(text.replace("operation.generate", "operation.sketch"), encoding="utf-8")
    ended = cli("serve", "--port", 0, "--contract", invented)

    assert (ended.code, ended.out) == (3, "")
    assert ended.err == (
        f"imagine-harness: {invented}: operation 'sketch': nothing answers it, "
        "expected one of edit, generate\n"
    )


def test_tasks_move_as_the_option_says(serve: Serve) -> None:
    body = {"model": "grok-imagine-image", "prompt": "a lighthouse"}
    stages = []
    for mode in ("immediate", "manual"):
        served = serve("--provider", "uniall", "--quiet", "--tasks", mode)
        served.post("/uniall/v1/images/tasks", body, Authorization="Bearer a")
        [task] = served.get("/__admin/tasks").json()
        stages.append((task["mode"], task["stage"]))

    assert stages == [("immediate", "succeeded"), ("manual", "queued")]


def test_a_way_to_move_tasks_that_is_none_is_refused(cli: Run) -> None:
    ended = cli("serve", "--port", 0, "--tasks", "sometimes")

    assert ended.code == 2
    assert "'timed', 'immediate', 'manual'" in ended.err
