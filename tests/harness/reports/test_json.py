"""The report for programs."""

from __future__ import annotations

import json

from imagine_harness.harness.reports.json import render
from imagine_harness.harness.reports.report import Report
from imagine_harness.harness.results.results import Result


def test_everything_is_in_it(whole: Report) -> None:
    told = json.loads(render(whole))

    assert told["form"] == 1
    assert told["when"] == "2026-11-21T13:40:00+00:00"
    assert (told["seed"], told["fail_on"], told["failed"]) == ("7", "error", True)
    assert told["totals"]["broken"] == 2
    assert [Result.from_json(each) for each in told["results"]] == [*whole.results]
    rule = told["coverage"]["rules"]["fal.generate.num_images.maximum"]
    assert rule["touched"] == ["obeyed", "upper", "broken"]
    assert told["waivers"][0] == {
        "id": "client.retries[*]",
        "subject": "",
        "reason": "waits for <2.0>",
        "expires": "2027-01-31",
        "standing": "used",
        "excused": 1,
    }
    assert told["other_failures"][0]["test"] == "test_b.py::test_other"
