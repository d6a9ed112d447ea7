"""Recorded answers against the status, shape and number of images on record."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from imagine_harness.contracts.model import Certainty, Document, Source, Violation
from imagine_harness.harness.judging.answers import flaws, met
from tests.exchanges import changed, ours
from tests.harness.judging.handmade import RUNWARE, pictures, recorded, task
from tests.harness.traffic.readers.test_journal import EXCHANGE

if TYPE_CHECKING:
    from tests.harness.judging.conftest import JudgeAll

TOO_MANY = {"detail": [{"loc": ["body", "num_images"], "msg": "m", "type": "less_than_equal"}]}


def told(judge: JudgeAll, *recordings: Any) -> list[tuple[str, str]]:
    return [(f.about, f.message) for one in judge(*recordings) for f in flaws(one)]


def test_a_documented_answer_has_no_flaw(judge: JudgeAll) -> None:
    two = {"prompt": "x", "num_images": 2}

    assert told(judge, recorded(), recorded(body=two, answer=pictures(2))) == []


def test_another_shape_is_told_with_its_place(judge: JudgeAll) -> None:
    [(about, message)] = told(judge, recorded(answer={"images": [{}], "revised_prompt": ""}))

    assert about == "shape"
    assert "url" in message
    assert message.endswith("at /images/0")


def test_another_status_is_told(judge: JudgeAll) -> None:
    assert told(judge, recorded(status=201)) == [
        ("status", "answered with status 201, expected 200")
    ]


def test_a_wrong_number_of_images_is_told(judge: JudgeAll) -> None:
    body = {"prompt": "x", "num_images": 3}

    assert told(judge, recorded(body=body, answer=pictures(2))) == [
        ("count", "2 images came back, asked for 3")
    ]


@pytest.mark.parametrize(
    ("came", "flaws"), [(3, []), (2, [("count", "2 images came back, asked for 3")])]
)
def test_images_of_a_batch_are_counted_together(
    judge: JudgeAll, came: int, flaws: list[tuple[str, str]]
) -> None:
    second = task(taskUUID="39165b58-1a62-44b9-88f5-143340298389", numberResults=2)
    sent = [task(), second]
    images = [
        {
            "taskType": "imageInference",
            "taskUUID": each["taskUUID"],
            "imageUUID": task()["taskUUID"],
            "imageURL": f"https://im.runware.ai/image/os/b11c07/ws/2/ii/{place}.jpg",
        }
        for place, each in enumerate([task(), second, second])
    ]

    assert told(judge, recorded(RUNWARE, sent, {"data": images[:came]})) == flaws


def test_images_that_cannot_be_told_as_such_are_not_counted(judge: JudgeAll) -> None:
    nameless = {"images": [{"url": "https://files.example.com/a"}], "revised_prompt": ""}
    two = {"prompt": "x", "num_images": 2}

    assert told(judge, recorded(body=two, answer=nameless)) == []


def test_images_are_not_counted_where_no_number_is_promised(judge: JudgeAll) -> None:
    url = "https://api.cloudflare.com/client/v4/accounts/0123456789abcdef0123456789abcdef/ai/run"
    body = {"model": "xai/grok-imagine-image", "input": {"prompt": "x", "n": 3}}
    result = {"image": "https://examples.aig.cloudflare.com/a.jpeg"}
    answer = {"state": "Completed", "result": result, "gatewayMetadata": {"keySource": "Unified"}}

    assert told(judge, recorded(url, body, answer)) == []


@pytest.mark.parametrize(
    "answer", [{"answer": None}, {"answer_headers": {"content-type": "text/event-stream"}}]
)
def test_what_was_not_recorded_or_streams_is_not_judged(
    judge: JudgeAll, answer: dict[str, Any]
) -> None:
    assert told(judge, changed(recorded(answer={}), **answer)) == []


def test_a_refusal_must_be_a_documented_one(judge: JudgeAll) -> None:
    wrong = {"prompt": "x", "num_images": 5}

    assert told(judge, recorded(body=wrong, answer=TOO_MANY, status=422)) == []
    assert [about for about, _ in told(judge, recorded(answer={"oh": 1}, status=422))] == ["shape"]
    assert told(judge, recorded(status=418, answer=TOO_MANY)) == [
        ("status", "answered with status 418, which is no documented error")
    ]


def test_a_documented_error_that_came_is_met(judge: JudgeAll) -> None:
    wrong = {"prompt": "x", "num_images": 5}
    broken, fine = judge(recorded(body=wrong, answer=TOO_MANY, status=422), recorded())

    assert met(broken) == "fal.violation:maximum"
    assert met(fine) is None


def test_an_error_of_our_own_mocks_is_met_by_what_they_said(judge: JudgeAll) -> None:
    said = Violation(
        *("fal.generate.num_images.maximum", "maximum", "/num_images", ("num_images",), "m", 4, 5),
        Source(Document("page", "https://a.example", date.min, Certainty.DOCUMENTED), ""),
        Certainty.DOCUMENTED,
    )
    noted = changed(EXCHANGE, violations=[said], refusal="violation:num_images.maximum")
    bare = changed(EXCHANGE, violations=[], refusal="credential-missing")
    late = changed(EXCHANGE, violations=[], refusal="violation:num_images.maximum")
    found = judge(*[ours(each) for each in (noted, bare, late)])

    assert [met(one) for one in found] == [
        *("fal.violation:maximum", "fal.credential-missing", "fal.violation:maximum")
    ]
