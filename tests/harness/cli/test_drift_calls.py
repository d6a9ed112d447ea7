"""Recorded calls under a page that moved: `drift --calls`."""

from __future__ import annotations

import gzip
import io
import json
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from imagine_harness.contracts.exchange import Exchange
from tests.harness.cli.test_drift import NARROWED, PAGES, WIDENED
from tests.harness.drift.recordings import cassette, edit_form, har, journal, posted

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Run

RUN = "https://fal.run/xai/grok-imagine-image"
HIT = posted(RUN, {"prompt": "a", "num_images": 4})


def test_recorded_calls_that_are_hit_are_listed(
    cli: Run, moved: Callable[..., Path], tmp_path: Path
) -> None:
    file = har(tmp_path / "a.har", [HIT])
    page = moved(NARROWED)

    text = cli("drift", "fal", page, "--calls", file).out
    report = json.loads(cli("drift", "fal", page, "--calls", file, "--format", "json").out)

    assert f"refused now: {file}: entry 1 (generate): num_images must be at most 3" in text
    assert [hit["kind"] for hit in report["calls"]] == ["request-parameter-max-decreased"]
    assert report["calls"][0]["name"] == f"{file}: entry 1"


def zipped(file: Path) -> Path:
    made = file.with_suffix(".har.zip")
    with zipfile.ZipFile(made, "w") as archive:
        archive.write(file, "inner.har")
    return made


def packed(file: Path) -> Path:
    made = file.with_suffix(".har.gz")
    made.write_bytes(gzip.compress(file.read_bytes()))
    return made


def polly(file: Path) -> Path:
    """The same as PollyJS keeps it: a HAR that says who made it, in a file of one name."""
    told = json.loads(file.read_text("utf-8"))
    told["log"]["creator"] = {"name": "Polly.JS", "version": "6.0.5", "comment": "persister:fs"}
    made = file.with_name("recording.har")
    made.write_text(json.dumps(told), "utf-8")
    return made


@pytest.mark.parametrize("way", [zipped, packed, polly, lambda file: file.parent])
def test_calls_are_read_of_whatever_judge_reads(
    way: Callable[[Path], Path], cli: Run, moved: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "traffic").mkdir()
    calls = way(har(tmp_path / "traffic" / "a.har", [HIT]))

    done = cli("drift", "fal", moved(NARROWED), "--calls", calls)

    assert done.code == 1
    assert done.out.count("refused now: {") == 2
    assert done.out.count("(generate): num_images must be at most 3") == 1


@pytest.mark.parametrize("write", [journal, har, cassette])
def test_a_recorded_form_is_hit_in_every_kind_of_recording(
    write: Callable[[Path, Sequence[Exchange]], Path], cli: Run, tmp_path: Path
) -> None:
    page = tmp_path / "page.md"
    text = (PAGES / "uniall" / "grok-imagine-image.md").read_text(encoding="utf-8")
    page.write_text(text.replace("pictures to make,`1-4`", "pictures to make,`1-2`"))
    wanted = {"model": "grok-imagine-image", "prompt": "a", "num_images": 3}

    done = cli("drift", "uniall", page, "--calls", write(tmp_path / "calls", [edit_form(wanted)]))

    assert done.code == 1
    assert " 1 (edit): num_images must be at most 2" in done.out


def test_calls_come_from_standard_input_for_every_page(
    cli: Run, moved: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = har(tmp_path / "a.har", [HIT]).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    pages = moved(NARROWED, name="a.md"), moved(NARROWED, name="b.md")

    done = cli("drift", "fal", *pages, "--calls", "-")

    assert done.out.count("standard input: entry 1 (generate)") == 2


def test_standard_input_is_not_page_and_calls_at_once(cli: Run) -> None:
    done = cli("drift", "fal", "-", "--calls", "-")

    assert done.code == 2
    assert "standard input" in done.err


def test_what_of_the_calls_could_not_be_read_is_listed_and_the_rest_is_used(
    cli: Run, moved: Callable[..., Path], tmp_path: Path
) -> None:
    folder = tmp_path / "traffic"
    folder.mkdir()
    file = har(folder / "b.har", [HIT, posted(RUN, {"prompt": "a"})])
    told = json.loads(file.read_text("utf-8"))
    told["log"]["entries"][1]["request"].update(postData=None, bodySize=14)
    file.write_text(json.dumps(told), "utf-8")
    (folder / "a.har").write_text("{")

    done = cli("drift", "fal", moved(NARROWED), moved(WIDENED, name="b.md"), "--calls", folder)

    assert done.code == 1
    assert "refused now: " in done.out
    lines = done.err.splitlines()
    first, second = [line.partition(str(folder))[2] for line in lines]
    assert first.startswith("/a.har: is no JSON")
    assert second == "/b.har: entry 2: its body was not recorded: none of its 14 bytes is there"
    assert all(line.startswith("imagine-harness: not read: ") for line in lines)


@pytest.mark.parametrize("change", [NARROWED, ("Up to 3 images", "Up to 3 images")])
def test_calls_of_nobody_have_not_been_looked_at(
    change: tuple[str, str], cli: Run, moved: Callable[..., Path], tmp_path: Path
) -> None:
    page = moved(change)
    other = har(tmp_path / "a.har", [posted("https://api.runware.ai/v1", [])])
    broken = tmp_path / "b.har"
    broken.write_text("{")

    for calls in (tmp_path / "none.har", other, broken):
        done = cli("drift", "fal", page, "--calls", calls)
        assert done.code == 3
        assert f"{calls}: no call of fal is recorded in it" in done.err
