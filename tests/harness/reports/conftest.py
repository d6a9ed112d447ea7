"""One report of everything that a report can hold, some of it hostile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from imagine_harness.contracts.examples import PICTURE
from imagine_harness.contracts.model import Level
from imagine_harness.harness.reports.report import OtherFailure, Report, report
from imagine_harness.harness.results.results import PromiseVerdict, Result, Side
from imagine_harness.harness.results.waivers import Waiver
from tests.exchanges import reported as exchange

HOSTILE = "</pre></script><script>alert('x')</script> ]]> | `a` ::error:: 100%\x1b[31m\x00"
SUBJECT = "client of fal.generate"
SEEN = exchange(
    "POST",
    "http://127.0.0.1:4010/fal/xai/grok-imagine-image",
    {"authorization": "Key ***", "x-own": HOSTILE},
    b'{"prompt":"<b>bold</b>","num_images":9}',
    422,
    b'{"detail":[{"msg":"too many"}]}',
    "FAL_KEY",
    {"content-type": "application/json"},
)
BROKEN = Result(
    promise="client.conforms",
    says="it sends only conforming requests",
    subject=SUBJECT,
    verdict=PromiseVerdict.BROKEN,
    message=f"num_images must be at most 4, got 9\n{HOSTILE}",
    rule="fal.generate.num_images.maximum",
    source="https://fal.ai/docs/page#Input Schema",
    certainty="documented",
    expected=4,
    got=9,
    seen=(SEEN,),
    sides=(Side("legal", {"a": 1, "num_images": 4}), Side("broken", {"a": 1, "num_images": 9})),
    steps={"curl": "curl -X POST 'http://x'", "python": "import httpx\n"},
    exercised={"fal.generate.num_images.maximum": ("broken",)},
    seconds=1.25,
    seed=7,
    file="tests/test_my,client.py",
    line=12,
)
WARNING = replace(
    BROKEN,
    promise="client.tolerates[extra]",
    level=Level.WARNING,
    message="it raised KeyError",
    rule="",
    certainty="inferred",
    sides=(Side("served", picture=PICTURE), Side("returned", picture="javascript:alert(1)")),
    exercised={"fal.generate.num_images.maximum": ("obeyed", "upper")},
)


def small(
    promise: str, verdict: PromiseVerdict, message: str = "", subject: str = SUBJECT
) -> Result:
    return Result(promise, f"it keeps {promise}", subject, verdict, message=message)


RESULTS = (
    BROKEN,
    WARNING,
    small("client.retries[503]", PromiseVerdict.BROKEN, "one request came").waived(
        "waits for <2.0>"
    ),
    small("client.polls", PromiseVerdict.SKIPPED, "it submits no task"),
    small("client.forwards[prompt]", PromiseVerdict.KEPT),
    small("client.forwards[prompt]", PromiseVerdict.KEPT, subject="client of xai.edit"),
)
WAIVERS = (
    Waiver("client.retries[*]", "waits for <2.0>", date(2027, 1, 31), "", "w.toml", 1),
    Waiver("client.forwards", "fixed | long ago", date(2027, 1, 31), "", "w.toml", 2),
    Waiver("client.unheard", "of", date(2027, 1, 31), "", "w.toml", 3),
)

Reported = Callable[..., Report]


@pytest.fixture(scope="session")
def reported() -> Reported:
    """Make the report of some results, of all of them by default."""

    def made(results: tuple[Result, ...] = RESULTS, fail_on: Level = Level.ERROR) -> Report:
        return report(
            "imagine-harness",
            results,
            waivers=WAIVERS if results is RESULTS else (),
            on=date(2026, 11, 21),
            when=datetime(2026, 11, 21, 13, 40, tzinfo=UTC),
            others=[OtherFailure("test_b.py::test_other", f"boom {HOSTILE}")]
            * (results is RESULTS),
            fail_on=fail_on,
        )

    return made


@pytest.fixture(scope="session")
def whole(reported: Reported) -> Report:
    """The report of everything."""
    return reported()
