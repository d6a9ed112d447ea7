"""The verb judge, over journals of our own mocks."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imagine_harness.mocks.services.journal import line
from tests.exchanges import changed
from tests.harness.traffic.readers.test_journal import EXCHANGE

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Ended, Run, Serve


FIXTURES = Path(__file__).parents[3] / "fixtures"


def findings(ended: Ended) -> list[str]:
    """The findings that fail the run, each in its first line."""
    return [line for line in ended.out.splitlines() if line.startswith("broken: ")]


def test_a_journal_is_judged_as_it_was_live(cli: Run, serve: Serve, tmp_path: Path) -> None:
    journal = tmp_path / "a.ndjson"
    served = serve("--journal", journal, "--fault", "fal.generate nth=1 status=429")
    for count in (1, 2, 5):
        served.post("/fal/xai/grok-imagine-image", {"prompt": "x", "num_images": count})
    served.get("/__admin/health")
    served.end()

    ended = cli("judge", journal)

    assert ended.code == 1
    first = ended.out.splitlines()[1]
    assert first.split()[:2] == ["fal.generate", "3"]
    assert first.endswith("fault, conforms, violates")
    assert len(findings(ended)) == 1
    assert "status=429, answered 429: tried again after " in ended.out


def test_a_half_written_line_costs_itself_and_is_listed(cli: Run, tmp_path: Path) -> None:
    journal, report = tmp_path / "a.ndjson", tmp_path / "a.json"
    whole = line(changed(EXCHANGE, fault=None, expected=()))
    journal.write_bytes(whole[:200] + whole + whole)

    ended = cli("judge", journal, "--report", f"json={report}")

    assert ended.code == 1
    assert len(findings(ended)) == 1
    assert f"{journal}: line 1: is no JSON: " in ended.out
    [told] = [e for e in json.loads(report.read_text())["results"] if e["verdict"] == "skipped"]
    assert f"{journal}: line 1" in told["promise"]


def test_a_journal_without_a_whole_line_could_not_be_looked_at(cli: Run, tmp_path: Path) -> None:
    journal = tmp_path / "a.ndjson"
    journal.write_bytes(line(EXCHANGE)[:200])

    assert cli("judge", journal).code == 3
    converted = cli("judge", journal, "--format", "har")
    assert converted.code == 3
    assert "line 1: is no JSON: " in converted.err


def test_a_run_and_its_journal_have_one_verdict(cli: Run, tmp_path: Path) -> None:
    journal, one, other = (tmp_path / name for name in ("a.ndjson", "a.json", "b.json"))
    program = (
        "import os, urllib.request as u\n"
        "for body in (b'{\"model\":\"grok-imagine-image\",\"prompt\":5}', b'{', b'[]'):\n"
        "    asked = u.Request(os.environ['OPENAI_BASE_URL'] + '/images/generations', body,\n"
        "        {'Authorization': 'Bearer a', 'Content-Type': 'application/json'})\n"
        "    try: u.urlopen(asked)\n"
        "    except OSError: pass\n"
    )
    command = [sys.executable, "-I", "-S", "-c", program]
    live = cli(
        *("run", "--no-intercept", "--journal", journal, "--report", f"json={one}", "--"), *command
    )
    later = cli("judge", journal, "--report", f"json={other}")

    assert live.code == later.code == 1
    told: list[dict[str, Any]] = [json.loads(file.read_text()) for file in (one, other)]
    assert told[0]["coverage"] == told[1]["coverage"]
    rules = [[(each["promise"], each["verdict"]) for each in one["results"]] for one in told]
    assert rules[0] == rules[1]
    assert len(rules[0]) == 3


def test_a_journal_is_judged_anew_under_other_readings(cli: Run, tmp_path: Path) -> None:
    journal = tmp_path / "a.ndjson"
    exchange = changed(
        EXCHANGE,
        body=b'{"prompt": "x", "undeclared": 1}',
        violations=[],
        status=200,
        refusal=None,
        fault=None,
        expected=(),
    )
    journal.write_bytes(line(exchange))

    assert cli("judge", journal).code == 0
    assert cli("judge", journal, "--strict").code == 1
