"""The verdict on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.harness.judging.faults import FaultReaction
from imagine_harness.harness.judging.judge import results
from imagine_harness.harness.judging.reporting import VerdictOptions, reported
from imagine_harness.harness.judging.verdict import render
from tests.exchanges import changed, ours
from tests.harness.judging.handmade import LOCAL, pictures, recorded
from tests.harness.traffic.readers.test_journal import EXCHANGE

if TYPE_CHECKING:
    from tests.harness.judging.conftest import JudgeAll


def test_it_says_what_was_called_what_was_wrong_and_what_was_tried(
    judges: Mapping[str, Judge], judge: JudgeAll
) -> None:
    wrong = {"prompt": "x\x1b[31m", "num_images": 5}
    conversation = judge(
        recorded(), recorded(LOCAL, wrong, pictures(5)), recorded("https://a.example/\x1b[31m")
    )
    made = reported(
        "imagine-harness judge", results(conversation, judges), VerdictOptions(), judges, ""
    )
    fault = FaultReaction("fal.generate", "2", "status=429", "answered 429", "gave up")

    lines = render(made, conversation, [fault]).splitlines()

    assert lines[1].split() == ["fal.generate", "2", "200", "x2", "conforms,", "violates"]
    for each in [
        "broken: fal.generate.num_images.maximum: num_images must be at most 4, got 5",
        "  fix       replace /num_images with 4",
        "  expected  4",
        "  got       5",
        "faults",
        "  fal.generate, request 2: status=429, answered 429: gave up",
        "not judged",
        "imagine-harness judge: 1 broken, 1 skipped",
    ]:
        assert each in lines
    assert any(each.startswith("  source    https://fal.ai/") for each in lines)
    assert any(each.startswith("never touched: fal.generate.") for each in lines)
    assert "\x1b" not in "".join(lines)


def test_it_lists_who_left_where_no_fault_tells_it(
    judges: Mapping[str, Judge], judge: JudgeAll
) -> None:
    early = changed(EXCHANGE, ending="client left after 1.0 s", fault=None, status=0)
    conversation = judge(ours(early), ours(changed(early, fault="reset")))
    made = reported(
        "imagine-harness judge", results(conversation, judges), VerdictOptions(), judges, ""
    )

    lines = render(made, conversation, []).splitlines()

    assert lines[1].split() == ["fal.generate", "2", "no", "answer", "x2", "violates", "x2"]
    place = lines.index("ended early")
    assert lines[place + 1 : place + 3] == [
        "  fal.generate, request 3: client left after 1.0 s",
        "",
    ]


def test_without_any_request_it_says_so(judges: Mapping[str, Judge]) -> None:
    made = reported("imagine-harness run", [], VerdictOptions(), judges, "")

    assert render(made, [], []).startswith("no request to a provider was seen\n")


def test_a_long_list_is_cut(judges: Mapping[str, Judge], judge: JudgeAll) -> None:
    conversation = judge(*[recorded(f"https://a.example/{number}") for number in range(30)])
    made = reported("t", results(conversation, judges), VerdictOptions(), judges, "")

    assert "  and 10 more" in render(made, conversation, []).splitlines()
