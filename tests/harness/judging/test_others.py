"""Other models and tasks: listed as not on record, unless the provider said there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest

from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.harness.judging.judge import results
from imagine_harness.harness.judging.unjudged import unknown
from tests.harness.judging.handmade import RUN, RUNWARE, pictures, recorded, standings, task

if TYPE_CHECKING:
    from imagine_harness.contracts.exchange import Exchange
    from tests.harness.judging.conftest import JudgeAll, Tell

ACCOUNT = "https://api.cloudflare.com/client/v4/accounts/0123456789abcdef0123456789abcdef/ai/run"
LUMENFALL = "https://api.lumenfall.ai/openai/v1/images/generations"
XAI = "https://api.x.ai/v1/images/generations"
UNIALL = "https://api.uniall.ai/v1/images/generations"
OTHER = "39165b58-1a62-44b9-88f5-143340298389"

NAMED: dict[str, tuple[str, Any]] = {
    "cloudflare": (ACCOUNT, {"model": "@cf/b/flux", "input": {"steps": 4}}),
    "lumenfall": (LUMENFALL, {"model": "flux", "size": 5}),
    "xai": (XAI, {"model": "flux", "n": 99}),
    "uniall": (UNIALL, {"model": "flux", "prompt": 5}),
    "runware": (RUNWARE, [task(model="runware:101@1", steps=20, width=5)]),
    "runware's video": (RUNWARE, [task(taskType="videoInference", duration=5)]),
}
"""Calls of models and tasks that are not on record; none is one that the recorded model takes."""

DENIED: dict[str, tuple[str, Any, int, Any]] = {
    "cloudflare": (*NAMED["cloudflare"], 404, {"errors": [{"code": 7003, "message": "m"}]}),
    "lumenfall": (*NAMED["lumenfall"], 404, {"error": {"code": "MODEL_NOT_FOUND"}}),
    "xai": (*NAMED["xai"], 404, {"code": "Some requested entity was not found", "error": "m"}),
    "xai in other words": (*NAMED["xai"], 404, {"error": "there is no flux"}),
    "uniall": (*NAMED["uniall"], 400, {"error": {"code": "model_not_found", "message": "m"}}),
    "uniall's relay": (*NAMED["uniall"], 503, {"error": {"code": "model_not_found"}}),
    "runware": (
        *NAMED["runware"],
        400,
        {"errors": [{"code": "invalidModel", "taskUUID": task()["taskUUID"]}]},
    ),
}
"""The same, answered that there is no such model."""


def told(judge: JudgeAll, *recordings: Exchange) -> list[str]:
    return [each.message for each in unknown(judge(*recordings))]


@pytest.mark.parametrize("status", [200, 0, 401, 429, 500])
@pytest.mark.parametrize("name", NAMED)
def test_another_model_is_not_on_record(judge: JudgeAll, name: str, status: int) -> None:
    [one] = judge(recorded(*NAMED[name], {}, status))

    assert not one.is_known
    assert [each.parameter for each in one.others] in (["model"], ["taskType"])
    [message] = told(judge, recorded(*NAMED[name], {}, status))
    assert message.endswith("is not on record")


@pytest.mark.parametrize("name", DENIED)
def test_a_model_that_the_provider_knows_not_is_a_mistake(judge: JudgeAll, name: str) -> None:
    url, body, status, answer = DENIED[name]
    [one] = judge(recorded(url, body, answer, status))

    assert one.others == ()
    assert one.is_known
    assert any(each.rule.endswith(".model.enum") for each in one.exchange.verdict.violations)


@pytest.mark.parametrize(
    ("name", "status", "answer"),
    [
        ("xai", 400, {"error": "n must be at most 10 for flux"}),
        ("lumenfall", 400, {"error": {"code": "INVALID_PARAMETER", "message": "flux: size"}}),
        ("runware", 400, {"errors": [{"code": "invalidSteps", "taskUUID": OTHER}]}),
        ("lumenfall", 404, {"error": {"code": "NOT_FOUND", "message": "no such account"}}),
        ("xai", 404, "<html>"),
    ],
)
def test_what_was_refused_for_another_reason_may_exist(
    judge: JudgeAll, name: str, status: int, answer: Any
) -> None:
    [one] = judge(recorded(*NAMED[name], answer, status))

    assert (one.is_known, len(one.others)) == (False, 1)


def test_a_mistake_that_a_page_warns_of_is_one_unless_it_was_taken(judge: JudgeAll) -> None:
    warned = {"model": "grok-imagine", "prompt": "x"}
    taken, refused, never = judge(*[recorded(UNIALL, warned, {}, each) for each in (200, 400, 0)])

    assert not taken.is_known
    assert [one.exchange.verdict.kind for one in (refused, never)] == ["violates"] * 2


@pytest.mark.parametrize("named", ["grok-imagine-imag", "Grok-Imagine-Image", "grok_imagine_image"])
def test_a_name_that_is_nearly_the_recorded_one_has_a_hint(judge: JudgeAll, named: str) -> None:
    [never] = told(judge, recorded(XAI, {"model": named, "prompt": "x"}, status=0))
    [taken] = told(judge, recorded(XAI, {"model": named, "prompt": "x"}))

    assert never == f'model "{named}" is not on record, did you mean "grok-imagine-image"?'
    assert taken == f'model "{named}" is not on record'


@pytest.mark.parametrize("value", [None, 5, ["flux"]])
def test_what_is_no_name_is_a_mistake(judge: JudgeAll, value: Any) -> None:
    [one] = judge(recorded(XAI, {"model": value, "prompt": "x"}, {}, 0))

    assert one.others == ()
    assert one.is_known
    assert one.exchange.verdict.kind == "violates"


def test_of_a_batch_the_recorded_tasks_are_judged_and_the_others_listed(
    judge: JudgeAll, judges: Mapping[str, Judge]
) -> None:
    mixed = [task(width=5), task(taskUUID=OTHER, model="runware:101@1", steps=20)]
    image = {"taskType": "imageInference", "taskUUID": OTHER, "imageURL": "https://a.example/a.jpg"}
    conversation = judge(recorded(RUNWARE, mixed, {"data": [image]}))

    [broken] = conversation[0].exchange.verdict.violations
    assert broken.pointer == "/0/width"
    assert [operation.id for operation, _ in conversation[0].roots] == ["task"]
    assert standings(results(conversation, judges)) == [
        ("requests.conform[runware.task.size-listed]", "warning"),
        (f"requests.known[POST {RUNWARE}]", "skipped"),
    ]


def test_of_a_batch_that_was_taken_in_part_the_task_that_was_not_is_a_mistake(
    judge: JudgeAll,
) -> None:
    unknown_one = task(taskUUID=OTHER, model="runware:0@0")
    real_one = task(taskUUID=OTHER[:-1] + "0", model="runware:101@1")
    answer = {"data": [], "errors": [{"code": "invalidModel", "taskUUID": OTHER}]}
    [one] = judge(recorded(RUNWARE, [task(), unknown_one, real_one], answer))

    assert one.is_known
    assert [each.pointer for each in one.exchange.verdict.violations] == ["/1/model"]
    assert [each.value for each in one.others] == ["runware:101@1"]


def test_a_platforms_own_tasks_remain_judged(judge: JudgeAll) -> None:
    [one] = judge(recorded(RUNWARE, [{"taskType": "getResponse", "taskUUID": 5}], {}))

    assert (one.others, one.exchange.operation) == ((), "get-response")


def test_a_path_that_is_nearly_one_on_record_has_a_hint(judge: JudgeAll) -> None:
    near, foreign = RUN.replace("grok", "grock"), RUN.replace("xai/grok-imagine-image", "fal/flux")

    assert told(judge, recorded(near), recorded(foreign)) == [
        "it belongs to no recorded operation, did you mean fal.generate?",
        "it belongs to no recorded operation",
    ]


def test_calls_of_one_model_are_told_once(tell: Tell) -> None:
    one = recorded(LUMENFALL, {"model": "flux", "prompt": "x"}, {})
    other = recorded(LUMENFALL, {"model": "seedream", "prompt": "x"}, {})

    assert [each.message for each in tell(one, one, other)] == [
        'model "flux" is not on record, 2 times',
        'model "seedream" is not on record',
    ]


def test_the_recorded_model_is_judged_as_ever(tell: Tell) -> None:
    assert standings(tell(recorded(answer=pictures(1)))) == [
        ("requests.conform[fal.generate]", "kept")
    ]
