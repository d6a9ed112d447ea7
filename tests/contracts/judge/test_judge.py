"""The judge: what is on record, what is remembered and a request alone give a verdict."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from imagine_harness.contracts.exchange import Request
from imagine_harness.contracts.judge.input_images import BrokenImage, ImageFacts
from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.contracts.judge.judgement import Judgement
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.loading.load import recorded
from imagine_harness.contracts.provider import FETCH

PURE = Path(load.ROOT) / "judge"
IMPURE = {"asyncio", "time", "random", "socket", "threading", "os", "secrets", "datetime", "httpx"}
"""Modules of clocks, of chance, of sockets and of whatever else a verdict must not depend on."""

KEYS = {
    "cloudflare": "Bearer abc",
    "runware": "Bearer abc",
    "fal": "Key a:b",
    "lumenfall": "Bearer lmnfl_a",
    "uniall": "Bearer sk-a",
    "xai": "Bearer xai-a",
}
EDIT = "/xai/grok-imagine-image/edit"
UUID = "00000000-0000-4000-8000-000000000001"
TASK = {
    "taskType": "imageInference",
    "taskUUID": UUID,
    "model": "xai:grok-imagine@image",
    "positivePrompt": "a cat",
    "resolution": "1K",
}


def judge_of(provider: str, **choices: str) -> Judge:
    on_record = recorded(provider)
    readings = {key: each.default for key, each in on_record.readings.items()}
    own = {f"{provider}.{topic}": choice for topic, choice in choices.items()}
    return Judge(on_record, {**readings, **own})


def request(
    provider: str, path: str, body: Any = None, method: str = "POST", **headers: str
) -> Request:
    named = {b"authorization": KEYS[provider].encode()}
    if body is not None:
        named[b"content-type"] = b"application/json"
    named |= {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    sent = b"" if body is None else json.dumps(body).encode()
    return Request(method, path, "", named, sent)


def fal(body: Mapping[str, Any], **headers: str) -> Request:
    return request("fal", "/xai/grok-imagine-image", body, **headers)


def test_the_judge_knows_no_clock_no_chance_and_no_socket() -> None:
    for file in PURE.glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        imported = {
            name.partition(".")[0]
            for node in ast.walk(tree)
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert not imported & IMPURE, file.name
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef)]


def test_a_legal_request_conforms_and_says_what_its_answer_must_deliver() -> None:
    judgement = judge_of("fal").judge(fal({"prompt": "a cat", "num_images": 3}))

    assert (judgement.operation, judgement.verdict.kind) == ("generate", "conforms")
    [accepted] = judgement.accepted
    assert accepted.promise is not None
    assert (accepted.promise.count, accepted.promise.carrier) == (3, "url")
    assert judgement.body == {"prompt": "a cat", "num_images": 3}


def test_an_illegal_one_is_refused_for_each_broken_rule() -> None:
    judgement = judge_of("fal").judge(fal({"prompt": "a cat", "num_images": 9, "resolution": "4k"}))

    assert (judgement.accepted, judgement.verdict.kind) == ([], "violates")
    assert {each.rule for each in judgement.verdict.violations} == {
        "fal.generate.num_images.maximum",
        "fal.generate.resolution.enum",
    }
    assert judgement.verdict.refusal == judgement.refused[0].refusal.when[0]
    assert [each.root for each in judgement.refused] == [judgement.body] * 2


def test_the_same_request_gets_the_same_verdict_however_often_it_is_judged() -> None:
    judge = judge_of("runware")

    first, second = (judge.judge(request("runware", "/v1", [TASK])) for _ in range(2))

    assert first.verdict == second.verdict
    assert first.remembered == second.remembered == {("runware.task.taskUUID.unique", repr(UUID))}


def test_what_was_used_up_is_what_it_is_told() -> None:
    judge = judge_of("runware")
    used = judge.judge(request("runware", "/v1", [TASK])).remembered

    again = judge.judge(request("runware", "/v1", [TASK]), used)

    assert [each.rule for each in again.verdict.violations] == ["runware.task.taskUUID.unique"]


def test_of_several_roots_each_is_accepted_or_refused_alone() -> None:
    tall = {**TASK, "taskUUID": UUID.replace("1", "2"), "numberResults": 21}

    judgement = judge_of("runware").judge(request("runware", "/v1", [TASK, tall]))

    assert [each.root for each in judgement.accepted] == [TASK]
    assert [each.root for each in judgement.refused] == [tall]
    assert (judgement.is_refused, judgement.verdict.refusal) == (False, None)
    assert [each.pointer for each in judgement.verdict.violations] == ["/1/numberResults"]


def test_a_root_that_is_left_out_is_neither_accepted_nor_refused() -> None:
    def other_task(_: Judgement, root: object) -> bool:
        return isinstance(root, dict) and root["taskType"] == "videoInference"

    film = {"taskType": "videoInference"}
    judgement = judge_of("runware").judge(
        request("runware", "/v1", [film, TASK]), leaves_out=other_task
    )

    assert [each.root for each in judgement.accepted] == [TASK]
    assert judgement.refused == []


@pytest.mark.parametrize(
    ("sent", "when"),
    [
        (request("fal", "/nowhere", {}), "route-unknown"),
        (request("fal", "/xai/grok-imagine-image", method="GET"), "method-unknown"),
        (fal({"prompt": "x"}, authorization="Bearer a"), "credential-malformed"),
        (fal({"prompt": "x"}, authorization="Key invalid:invalid"), "credential-refused"),
        (fal({"prompt": "x"}, content_type="text/plain"), "content-type"),
        (fal({"prompt": "x"}, content_encoding="br"), "content-encoding"),
    ],
)
def test_what_comes_to_no_rule_is_refused_at_a_gate(sent: Request, when: str) -> None:
    judgement = judge_of("fal").judge(sent)

    assert judgement.gate is not None
    assert judgement.gate.when[0] == judgement.verdict.refusal == when
    assert (judgement.accepted, judgement.refused) == ([], [])


def test_a_credential_that_nobody_asks_for_refuses_nothing() -> None:
    sent = fal({"prompt": "x"}, authorization="Bearer a")

    judgement = judge_of("fal").judge(sent, asks_credential=False)

    assert judgement.verdict.kind == "conforms"


def test_a_path_that_is_nearly_right_is_refused_in_a_way_of_its_own() -> None:
    path = f"/client/v4/accounts/{'a' * 32}/ai/run/@cf/some/model"

    judgement = judge_of("cloudflare").judge(request("cloudflare", path, {}))

    assert judgement.gate is not None
    assert judgement.gate.when == ("model-unknown",)
    assert judgement.gate.values["got"] == "@cf/some/model"
    zeros = judge_of("cloudflare").judge(
        request("cloudflare", path.replace("a" * 32, "0" * 32), {})
    )
    assert zeros.verdict.refusal == "route-unknown"


def test_a_key_that_a_body_hands_in_is_taken_where_the_provider_says_so() -> None:
    hands_in = {"taskType": "authentication", "apiKey": "a-key-of-mine"}
    sent = request("runware", "/v1", [hands_in, TASK])
    bare = Request(sent.method, sent.path, "", {b"content-type": b"application/json"}, sent.body)
    other = Request("POST", "/v1", "", bare.headers, json.dumps([TASK]).encode())
    judge = judge_of("runware")

    assert judge.judge(bare).verdict.refusal is None
    assert judge.credentials.keys == {"a-key-of-mine"}
    assert judge.judge(other).verdict.refusal == "credential-missing"


@pytest.mark.parametrize(
    ("given", "when"),
    [
        (ImageFacts("png", 64, 48), None),
        (ImageFacts("tiff", 64, 48), "image-format"),
        (BrokenImage("it is cut"), "image-broken"),
        (None, None),
    ],
)
def test_input_images_are_what_it_is_told(
    given: ImageFacts | BrokenImage | None, when: str | None
) -> None:
    asked: list[str] = []

    def look(reference: str) -> ImageFacts | None:
        asked.append(reference)
        if isinstance(given, BrokenImage):
            raise given
        return given

    image = {"url": "https://example.com/a.png"}
    body = {"model": "grok-imagine-image", "prompt": "x", "image": image}
    judgement = judge_of("xai").judge(request("xai", "/v1/images/edits", body), look=look)

    assert asked == ["https://example.com/a.png"]
    assert judgement.verdict.refusal == when


def test_the_fetch_of_a_picture_is_no_call_and_a_credential_sent_along_is_told() -> None:
    judge = judge_of("fal")
    with_key = request("fal", "/cdn/files/a/b.png", method="GET")

    judgement = judge.judge(with_key)

    assert (judgement.operation, judgement.gate) == (FETCH, None)
    assert [each.kind for each in judgement.verdict.violations] == ["credential-sent"]
    assert judge.judge(request("fal", "/cdn/files/a/b.png", {})).verdict.refusal == "method-unknown"


def test_what_is_identified_has_its_operation_and_no_rule_held_against_it() -> None:
    judgement = judge_of("fal").identify(fal({"num_images": 9}))

    assert (judgement.operation, judgement.verdict.violations) == ("generate", [])
    assert judgement.body is None


def test_whoever_only_looks_is_set_aside() -> None:
    judge = judge_of("fal")

    assert judge.judge(request("fal", "/", method="GET")).verdict.aside == "visit"
    assert judge.judge(request("fal", "/nowhere", method="GET")).verdict.aside is None


def test_other_readings_are_in_force_at_once() -> None:
    judge = judge_of("openai")
    sent = {"model": "gpt-image-1", "prompt": "x", "n": 40}
    request_ = Request(
        "POST", "/v1/images/generations", "", {b"content-type": b"application/json"},
        json.dumps(sent).encode(),
    )  # fmt: skip

    before = judge.judge(request_).verdict.kind
    judge.read({**judge.readings, "openai.n-limit": "ten"})

    assert (before, judge.judge(request_).verdict.kind) == ("warns", "violates")


def test_a_body_weighs_more_where_there_is_much_in_it() -> None:
    long = "a cat " * 1_000
    plain, edit = fal({"prompt": long}), request("fal", EDIT, {"prompt": long})
    batch = request("runware", "/v1", [{**TASK, "positivePrompt": long}])
    judge = judge_of("fal")

    assert judge.weight(plain) == len(plain.body)
    assert judge.weight(edit) > len(edit.body)
    assert judge_of("runware").weight(batch) > len(batch.body)
    assert judge.weight(fal({"prompt": "a cat"}, content_encoding="gzip")) >= 32_000_000
