"""Which provider and operation a recorded request is of, and what the rules say of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.exchanges import changed, ours
from tests.harness.judging.handmade import LOCAL, QUEUE, RUN, RUNWARE, got, recorded, task
from tests.harness.traffic.readers.test_journal import EXCHANGE

if TYPE_CHECKING:
    from tests.harness.judging.conftest import JudgeAll


@pytest.mark.parametrize("url", [RUN, QUEUE, LOCAL, RUN.replace("fal.run", "FAL.run")])
def test_a_request_is_known_by_its_host_or_by_our_own_prefix(judge: JudgeAll, url: str) -> None:
    [one] = judge(recorded(url))

    assert one.is_known
    assert (one.exchange.provider, one.exchange.operation) == ("fal", "generate")
    assert one.exchange.verdict.kind == "conforms"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/xai/grok-imagine-image",
        "https://fal.run/fal-ai/flux/dev",
        "http://127.0.0.1:4010/nobody/v1",
        "http://[",
        "",
    ],
)
def test_a_request_of_no_recorded_operation_has_no_entry(judge: JudgeAll, url: str) -> None:
    [one] = judge(changed(recorded(), url=url))

    assert not one.is_known


def test_another_method_of_a_recorded_path_has_no_entry(judge: JudgeAll) -> None:
    [one] = judge(recorded(RUN, method="OPTIONS"))

    assert not one.is_known


PICTURE = "https://v3b.fal.media/files/b/0f00ba/p0.jpg"
KEY = "6d1f0b3e9a:7a2c4e6f8b"
SENT = {"authorization": f"Key {KEY}"}


@pytest.mark.parametrize(
    ("headers", "query", "places"),
    [
        ({"accept": "image/*"}, "", []),
        (SENT, "", ["/headers/authorization"]),
        ({"authorization": "Key ***"}, "", ["/headers/authorization"]),
        ({"x-api-key": KEY}, "", ["/headers/x-api-key"]),
        ({"accept": "*/*"}, f"?token={KEY}", ["/query/token"]),
        ({"accept": "*/*"}, "?X-Amz-Signature=0af3&token=signed", []),
    ],
)
def test_of_a_fetched_picture_only_what_goes_along_is_judged(
    headers: dict[str, str], query: str, places: list[str], judge: JudgeAll
) -> None:
    fetch = changed(got(PICTURE + query, {}, 404), headers=headers)
    _, one = judge(recorded(headers=SENT), fetch)

    assert one.is_known
    assert (one.exchange.operation, one.is_fetch, one.looked_at) == ("media", True, True)
    assert [each.pointer for each in one.exchange.verdict.violations] == places
    assert {each.rule for each in one.exchange.verdict.violations} <= {"fal.media.credential-sent"}


def test_of_a_fetch_whose_headers_were_not_recorded_nothing_is_said(judge: JudgeAll) -> None:
    [one] = judge(got(PICTURE, {}))

    assert (one.looked_at, one.gap) == (False, "its headers were not recorded")


def test_what_is_no_fetch_is_none_at_a_media_host_either(judge: JudgeAll) -> None:
    [one] = judge(recorded(PICTURE, method="PUT", headers=SENT))

    assert not one.is_known


def test_a_broken_rule_is_named_whatever_the_provider_answered(judge: JudgeAll) -> None:
    for status in (200, 422):
        [one] = judge(recorded(body={"prompt": "x", "num_images": 5}, status=status))

        assert one.is_known
        assert [each.rule for each in one.exchange.verdict.violations] == [
            "fal.generate.num_images.maximum"
        ]


def test_credentials_that_were_left_out_are_not_judged(judge: JudgeAll) -> None:
    hidden = {"authorization": "Key ***"}
    found = judge(recorded(), recorded(headers=hidden), recorded(headers=hidden, status=401))

    assert [one.exchange.verdict.refusal for one in found] == [None, None, None]


def test_a_credential_that_was_refused_is_judged_where_it_is_shown(judge: JudgeAll) -> None:
    [one] = judge(recorded(headers={"authorization": "Bearer abc"}, status=401))

    assert one.is_known
    assert one.exchange.verdict.refusal == "credential-malformed"


def test_an_id_must_be_new_unless_both_calls_were_answered(judge: JudgeAll) -> None:
    statuses = (500, 200, 200, 400, 0)
    found = judge(*[recorded(RUNWARE, [task()], status=each) for each in statuses])

    assert [len(one.exchange.verdict.violations) for one in found] == [
        0,
        0,
        0,
        1,
        1,
    ]


def test_an_id_must_be_new_in_its_own_session(judge: JudgeAll) -> None:
    taken, refused = recorded(RUNWARE, [task()]), recorded(RUNWARE, [task()], status=400)
    found = judge(changed(taken, session="a"), changed(refused, session="b"))

    assert [one.exchange.verdict.violations for one in found] == [[], []]


def test_an_id_twice_in_one_request_is_used_twice(judge: JudgeAll) -> None:
    [one] = judge(recorded(RUNWARE, [task(), task()]))

    assert one.is_known
    assert [each.rule for each in one.exchange.verdict.violations] == [
        "runware.task.taskUUID.unique"
    ]


def test_whether_a_host_of_the_provider_itself_answered_is_known(judge: JudgeAll) -> None:
    assert [one.is_real for one in judge(recorded(RUN), recorded(LOCAL))] == [True, False]


def test_a_path_that_is_nearly_right_is_a_mistake_where_the_host_knows_it_not(
    judge: JudgeAll,
) -> None:
    near = RUN.replace("imagine", "imagin")
    denied, other, taken, foreign = judge(
        recorded(near, status=404),
        recorded(near, status=429),
        recorded(near),
        recorded("https://fal.run/fal-ai/flux/dev", status=404),
    )

    assert denied.is_known
    assert (denied.exchange.verdict.kind, denied.exchange.verdict.refusal) == (
        "unmatched",
        "route-unknown",
    )
    assert [each.is_known for each in (other, taken, foreign)] == [False, False, False]


def test_each_root_of_a_batch_is_judged_as_what_it_is_meant_for(judge: JudgeAll) -> None:
    asked = {"taskType": "getResponse", "taskUUID": task()["taskUUID"]}
    [one] = judge(recorded(RUNWARE, [task(), asked]))

    assert [operation.id for operation, _ in one.roots] == ["task", "get-response"]


@pytest.mark.parametrize(
    ("method", "url", "aside"),
    [
        ("GET", "https://fal.run/", "visit"),
        ("HEAD", "https://queue.fal.run", "visit"),
        ("GET", "https://fal.run/favicon.ico", "visit"),
        ("GET", "http://127.0.0.1:4010/lumenfall/openai/v1/", "visit"),
        ("GET", RUN, None),
        ("GET", "https://example.com/", None),
    ],
)
def test_a_look_at_what_is_there_is_no_call(
    judge: JudgeAll, method: str, url: str, aside: str | None
) -> None:
    [one] = judge(changed(got(url, {}, 404), method=method))

    assert (one.is_known, one.aside, one.looked_at) == (False, aside, False)


@pytest.mark.parametrize(("model", "roots"), [("grok-imagine-image", 1), ("acme-9", 0)])
def test_of_what_our_mocks_judged_only_the_roots_of_known_models_are_counted(
    model: str, roots: int, judge: JudgeAll
) -> None:
    body = json.dumps({"model": model, "prompt": "x"}).encode()
    sent = changed(EXCHANGE, provider="uniall", path="/v1/images/tasks", body=body)

    [one] = judge(ours(changed(sent, violations=[], refusal=None, status=200)))

    assert len(one.roots) == roots
