"""`judge`: recorded traffic, judged without replaying it."""

from __future__ import annotations

import gzip
import io
import json
import shlex
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from imagine_harness.contracts.engine import SchemaEngine
from imagine_harness.mocks.services.journal import line
from tests.exchanges import changed
from tests.harness.traffic.readers.test_journal import EXCHANGE

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Ended, Run

FIXTURES = Path(__file__).parents[3] / "fixtures"
HAR = FIXTURES / "recordings" / "mixed.har"
CASSETTE = FIXTURES / "recordings" / "fal-vcrpy.yaml"
EXAMPLES = FIXTURES / "exchanges"


def findings(ended: Ended) -> list[str]:
    """The findings that fail the run, each in its first line."""
    return [line for line in ended.out.splitlines() if line.startswith("broken: ")]


def test_one_violating_request_of_a_har_is_the_only_finding(cli: Run) -> None:
    ended = cli("judge", HAR)

    assert ended.code == 1
    assert findings(ended) == [
        "broken: fal.generate.num_images.maximum: num_images must be at most 4, got 5"
    ]
    assert f"answered 422 ({HAR}: entry 2)" in ended.out
    listed = [line.strip() for line in ended.out.splitlines() if "no recorded operation" in line]
    assert listed == [
        "POST https://fal.run/fal-ai/flux/dev: it belongs to no recorded operation",
        "POST https://www.example.com/metrics: it belongs to no recorded operation",
    ]


def test_one_violating_request_of_a_cassette_is_the_only_finding(cli: Run) -> None:
    ended = cli("judge", CASSETTE)

    assert ended.code == 1
    assert findings(ended) == [
        "broken: fal.generate.num_images.maximum: num_images must be at most 4, got 9"
    ]
    assert ended.out.splitlines()[-1] == "imagine-harness judge: 1 broken, 2 kept"


def test_pictures_that_were_fetched_are_no_call_that_was_judged(cli: Run, tmp_path: Path) -> None:
    fetch = changed(EXCHANGE, operation="media", method="GET", path="/cdn/files/b/a/x.png")
    clean = changed(fetch, body=b"", violations=[], refusal=None, fault=None, expected=())
    file = tmp_path / "journal.ndjson"
    file.write_bytes(line(clean))

    ended = cli("judge", file)

    assert ended.code == 3
    assert "nothing was judged, only pictures were fetched" in ended.err


def test_the_recorded_examples_are_clean(cli: Run) -> None:
    ended = cli("judge", EXAMPLES)

    assert (ended.code, findings(ended)) == (0, [])
    assert cli("judge", EXAMPLES, "--strict").code == 1


def test_anything_is_converted_to_har_without_secrets(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "all.har"
    ended = cli("judge", HAR, CASSETTE, "--format", "har", "-o", file)
    printed = cli("judge", HAR, CASSETTE, "--format", "har")

    assert (ended.code, ended.out, printed.code) == (0, "", 0)
    assert printed.out == file.read_text()
    assert "very-private" in HAR.read_text()
    assert "very-private" not in printed.out
    assert len(json.loads(printed.out)["log"]["entries"]) == 15
    assert len(findings(cli("judge", file))) == 1


def test_a_host_is_judged_by_the_contract_that_it_is_said_to_speak(cli: Run) -> None:
    gateway = HAR.parent / "kinds" / "gateway.yaml"
    said = "--host", "images.example.internal=xai"

    assert cli("judge", gateway).code == 3
    ended = cli("judge", gateway, *said, "--host", "localhost:9000=openai")
    assert ended.code == 0
    assert [line.split()[:2] for line in ended.out.splitlines()[1:3]] == [
        ["xai.generate", "1"],
        ["openai.generate", "1"],
    ]


def test_a_record_in_doubt_is_told_with_the_command_that_records_it(cli: Run) -> None:
    ended = cli("judge", HAR.parent / "kinds" / "ruby-differs.yml")

    assert (ended.code, findings(ended)) == (0, [])
    assert "warning: xai.generate.answer: api.x.ai answers otherwise than is on record" in ended.out
    [command] = [line for line in ended.out.splitlines() if line.startswith("  record ")]
    words = shlex.split(command)[2:]
    assert words[-1] == "--apply"
    done = cli(*words[:-1])
    assert done.code == 0
    assert "+[[operation.generate.answer]]" in done.out
    assert cli("judge", HAR.parent / "kinds" / "ruby-differs.yml", "--fail-on", "warning").code == 1


def test_a_provider_without_a_mock_has_readings(cli: Run) -> None:
    file = HAR.parent / "kinds" / "openai.yaml"
    lenient = "--reading", "openai.wrong-values=accepted"

    assert (cli("judge", file).code, cli("judge", file, *lenient).code) == (1, 0)


def test_too_little_coverage_is_a_finding(cli: Run) -> None:
    fine = EXAMPLES / "xai"

    assert cli("judge", fine, "--min-coverage", 30).code == 0
    ended = cli("judge", fine, "--min-coverage", 100)
    assert ended.code == 1
    assert findings(ended)[0].endswith(
        "% of the rules of the called operations were tried, expected at least 100 %"
    )


def test_nothing_to_judge_is_no_success(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.har"
    file.write_text('{"log": {"entries": []}}')

    assert cli("judge", file).code == 3
    assert cli("judge", file, "--allow-empty").code == 0


def test_a_bad_file_is_listed_and_the_rest_is_judged(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.har"
    file.write_text("{")
    ended = cli("judge", CASSETTE, file)

    assert ended.code == 1
    assert len(findings(ended)) == 1
    lines = ended.out.splitlines()
    assert lines[lines.index("not read") + 1].startswith(f"  {file}: is no JSON: ")


def test_standard_input_is_judged_whatever_it_is(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in (HAR, CASSETTE):
        given = SimpleNamespace(buffer=io.BytesIO(gzip.compress(file.read_bytes())))
        monkeypatch.setattr(sys, "stdin", given)
        ended = cli("judge", "-")

        assert (ended.code, len(findings(ended))) == (1, 1)
        assert "(standard input: " in ended.out


def test_what_was_not_judged_is_in_every_report(cli: Run, tmp_path: Path) -> None:
    kinds = HAR.parent / "kinds"
    formats = ("html", "json", "junit", "markdown")
    reports = [f"--report={each}={tmp_path / each}" for each in formats]
    ended = cli("judge", kinds / "mixed", kinds / "chrome.har", *reports, "--report=github")

    assert ended.code == 0
    for told in (ended.out, *((tmp_path / each).read_text() for each in formats)):
        flat = told.replace("\\", "")
        for part in (
            *("mixed/odd.yaml: interaction 3", "mixed/notes.md", "is not a recording"),
            *("none of its 20480 bytes is there", "none of its 212 bytes is there"),
        ):
            assert part in flat


def test_what_was_not_recorded_is_no_success(cli: Run) -> None:
    ended = cli("judge", HAR.parent / "kinds" / "playwright-omit.har")

    assert ended.code == 3
    assert ended.err == "imagine-harness: nothing was judged, what was sent was not recorded\n"
    assert "its body was not recorded: " in ended.out


def test_an_engine_that_fails_accuses_nobody(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class Overflowed:
        def is_valid(self, _value: object) -> bool:
            raise RuntimeError("the stack overflowed")

    assert cli("judge", CASSETTE).code == 1
    failing = property(lambda _: Overflowed(), lambda _, __: None)
    monkeypatch.setattr(SchemaEngine, "_compiled", failing, raising=False)
    ended = cli("judge", CASSETTE)

    assert (ended.code, ended.out) == (3, "")
    [line] = ended.err.splitlines()
    assert line.startswith("imagine-harness: the engine of JSON Schema failed: RuntimeError")


def test_where_nothing_could_be_judged_nothing_is_right(cli: Run, tmp_path: Path) -> None:
    file, told = tmp_path / "a.har", tmp_path / "a.json"
    file.write_text("{")
    ended = cli("judge", file, "--allow-empty", "--report", f"json={told}")

    assert ended.code == 3
    assert ended.err == "imagine-harness: nothing was judged, what there is could not be read\n"
    [result] = json.loads(told.read_text())["results"]
    assert (result["promise"], result["verdict"]) == (f"recordings.read[{file}]", "skipped")
    assert result["message"].startswith("is no JSON: ")


def test_what_cannot_be_converted_is_told_beside_the_rest(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.har"
    file.write_text("{")
    ended = cli("judge", CASSETTE, file, "--format", "har")

    assert ended.code == 0
    assert len(json.loads(ended.out)["log"]["entries"]) == 9
    assert ended.err.startswith(f"imagine-harness: not read: {file}: is no JSON: ")
    assert cli("judge", file, "--format", "har").code == 3


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["-o", "a.har"], "-o takes what --format converts"),
        (["--format", "pdf"], "'pdf' is not 'har'"),
        (["--format", "har", "--report", "github"], "expected no --report with it"),
        (["--reading", "fal.nothing=1"], "no reading 'fal.nothing'"),
        (["--reading", "openai.nothing=1"], "no reading 'openai.nothing'"),
        (["--host", "a=nobody"], "--host: no provider 'nobody' is recorded, known: cloudflare"),
        (["--host", "a/b"], "--host: expected HOST[:PORT][/PREFIX]=PROVIDER, got 'a/b'"),
        (["--report", f"html={FIXTURES}"], "is a folder, expected a file"),
        (["--format", "har", "-o", str(FIXTURES)], "cannot be written: Is a directory"),
    ],
)
def test_an_option_that_means_nothing_is_refused(cli: Run, options: list[str], told: str) -> None:
    ended = cli("judge", HAR, *options)

    assert ended.code == 2
    assert told in ended.err
