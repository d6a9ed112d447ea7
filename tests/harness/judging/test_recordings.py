"""Recordings in the shapes of other people's tools: each is read, or told, and accuses nobody."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.judging.files import traffic

if TYPE_CHECKING:
    from tests.harness.judging.conftest import Judge

KINDS = Path(__file__).parents[3] / "fixtures" / "recordings" / "kinds"

FINE, LOST, NEVER = "200 conforms", "200 not recorded", "0 conforms"

RIGHT: dict[str, list[str]] = {
    "betamax.yaml": [FINE],
    "chrome.har": ["204 nobody", FINE, NEVER, LOST, FINE],
    "exvcr.json": [FINE],
    "firefox.har": [FINE, LOST],
    "go-1.yaml": [FINE],
    "go-3.yaml": [LOST, FINE],
    "har.yaml": [FINE],
    "http-toolkit.har": [FINE, LOST],
    "insomnia-4.json": [NEVER],
    "insomnia-5.yaml": ["0 violates"],
    "insomnia.har": [FINE, NEVER, LOST],
    "k6.har": [NEVER, "0 violates"],
    "mitmproxy.har": [FINE, NEVER],
    "mixed": [FINE, FINE, FINE],
    "no-headers.har": [FINE, LOST],
    "php.json": [FINE],
    "php.yml": [FINE, "400 violates"],
    "playwright-attach": [FINE, LOST],
    "playwright-minimal.har": [LOST, NEVER],
    "playwright-omit.har": [LOST],
    "polly.har": [FINE, FINE],
    "python-filtered.yaml": [LOST, LOST, LOST, LOST, "422 refused"],
    "python-parsed.yaml": ["400 violates"],
    "python-tags.yaml": [FINE, LOST],
    "python.json": [FINE],
    "ruby-1.yml": [FINE],
    "ruby.yml": [FINE, FINE],
}
"""What is right for each file: of each call how it was answered, and its verdict."""

UNANSWERED: dict[str, list[int]] = {
    "chrome.har": [4],
    "firefox.har": [0],
    "playwright-attach": [1],
    "playwright-minimal.har": [0],
    "playwright-omit.har": [0],
    "ruby.yml": [1],
}
"""The calls of a file that have an answer which is not there."""


def verdicts(judge: Judge, file: Path) -> list[str]:
    found = []
    for each in judge(*traffic([file]).recordings):
        verdict = each.entry.verdict if each.entry else "nobody"
        found.append(f"{each.recording.status} {'not recorded' if each.unread else verdict}")
    return found


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_each_file_is_read_as_is_right(judge: Judge, name: str) -> None:
    assert verdicts(judge, KINDS / name) == RIGHT[name]


def test_every_file_is_tried() -> None:
    assert {each.name for each in KINDS.iterdir()} == set(RIGHT)


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_an_answer_that_is_not_there_is_none(name: str) -> None:
    found = traffic([KINDS / name]).recordings
    lost = [n for n, each in enumerate(found) if each.status and each.answer is None]

    assert lost == UNANSWERED.get(name, [])
    assert all(found[number].answer_gap for number in lost)


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_nothing_but_the_odd_is_left_unread(name: str) -> None:
    told = [f"{each}".removeprefix(f"{KINDS}/") for each in traffic([KINDS / name]).unread]
    if name != "mixed":
        assert told == []
        return
    begin = [
        "mixed/broken.json: is no JSON: ",
        "mixed/empty.yaml: is empty",
        "mixed/helm.yml: is no YAML: ",
        "mixed/kettle.png: is not a recording",
        "mixed/notes.md: is not a recording",
        "mixed/odd.yaml: interaction 2: request: uri is no address",
        "mixed/odd.yaml: interaction 3: request: headers must be an object or a list, got 5",
        "mixed/odd.yaml: interaction 4: request: a header must be a text, got an object",
        "mixed/openapi.json: is not a recording",
        "mixed/settings.yaml: is not a recording",
    ]
    assert len(told) == len(begin)
    assert all(each.startswith(start) for each, start in zip(told, begin, strict=True))


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
@pytest.mark.parametrize("name", [name for name in sorted(RIGHT) if "." in name])
def test_a_packed_file_is_the_file(judge: Judge, tmp_path: Path, name: str, pack: object) -> None:
    file = tmp_path / f"{name}.gz"
    assert callable(pack)
    file.write_bytes(pack((KINDS / name).read_bytes()))

    assert verdicts(judge, file) == RIGHT[name]
