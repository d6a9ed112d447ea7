"""Recorded examples of the providers' pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from imagine_harness.contracts.loading.load import mocked
from imagine_harness.harness.judging.answers import flaws
from imagine_harness.harness.traffic.errors import RecordingError
from imagine_harness.harness.traffic.readers.examples import read

if TYPE_CHECKING:
    from tests.harness.judging.conftest import JudgeAll

FOLDER = Path(__file__).parents[4] / "fixtures" / "exchanges"


def test_every_recorded_example_is_judged_clean(judge: JudgeAll) -> None:
    found = judge(*[read(file) for file in sorted(FOLDER.rglob("*.json"))])

    assert {one.exchange.provider for one in found if one.exchange} == {*mocked()}
    assert {one.exchange and one.exchange.verdict.kind for one in found} == {"conforms", "warns"}
    assert [flaw.message for one in found for flaw in flaws(one)] == []


def test_a_form_is_written_as_it_went_over_the_wire() -> None:
    made = read(FOLDER / "lumenfall" / "edit-multipart.json")

    assert made.provenance.url == "http://127.0.0.1:4010/lumenfall/openai/v1/images/edits"
    assert made.request.text_headers["content-type"].startswith("multipart/form-data; boundary=")
    assert made.request.whole_body is not None
    assert (
        b'name="image"; filename="source.png"\r\nContent-Type: image/png\r\n'
        in made.request.whole_body
    )


def test_what_is_no_example_is_told_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"request": {}, "response": {}, "operation": "generate"}')

    with pytest.raises(RecordingError, match=r"a\.json: "):
        read(file)
