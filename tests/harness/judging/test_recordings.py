"""Recordings in the shapes of other people's tools: each is read, or told, and accuses nobody."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from imagine_harness.harness.judging.destinations import DeclaredHost
from imagine_harness.harness.traffic.files import traffic

if TYPE_CHECKING:
    from tests.harness.judging.conftest import JudgeAll, Tell

KINDS = Path(__file__).parents[3] / "fixtures" / "recordings" / "kinds"

FINE, LOST, NEVER, NOBODY = "200 conforms", "200 not recorded", "0 conforms", "200 nobody"

RIGHT: dict[str, list[str]] = {
    "betamax.yaml": [FINE],
    "chrome.har": ["204 nobody", FINE, NEVER, LOST, FINE],
    "exvcr.json": [FINE],
    "firefox.har": [FINE, LOST],
    "gateway.yaml": [NOBODY, "400 nobody", NOBODY],
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
    "openai.yaml": ["200 warns", FINE, "400 violates", NOBODY],
    "other-models.yaml": [
        *(NOBODY, NOBODY, NOBODY, NOBODY, "0 nobody", FINE),
        *("400 violates", "404 violates", "0 nobody", "400 nobody", FINE),
    ],
    "php.json": [FINE],
    "php.yml": [FINE, "400 violates"],
    "playwright-attach": [FINE, LOST],
    "playwright-minimal.har": [LOST, NEVER],
    "playwright-omit.har": [LOST],
    "polly.har": [FINE, FINE],
    "python-differs.yaml": [FINE, FINE, "202 conforms", "200 violates", "418 conforms"],
    "python-filtered.yaml": [LOST, LOST, LOST, LOST, "422 refused"],
    "python-parsed.yaml": ["400 violates"],
    "python-tags.yaml": [FINE, LOST],
    "python.json": [FINE],
    "ruby-1.yml": [FINE],
    "ruby-differs.yml": [FINE],
    "ruby.yml": [FINE, FINE],
    "same-id": [FINE, FINE, NEVER],
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


def verdicts(judge: JudgeAll, file: Path) -> list[str]:
    found = []
    for each in judge(*traffic([file]).exchanges):
        verdict = each.exchange.verdict.kind if each.is_known else "nobody"
        found.append(
            f"{each.exchange.response.status} {'not recorded' if each.unread else verdict}"
        )
    return found


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_each_file_is_read_as_is_right(judge: JudgeAll, name: str) -> None:
    assert verdicts(judge, KINDS / name) == RIGHT[name]


def test_every_file_is_tried() -> None:
    assert {each.name for each in KINDS.iterdir()} == set(RIGHT)


@pytest.mark.parametrize("name", sorted(RIGHT))
def test_an_answer_that_is_not_there_is_none(name: str) -> None:
    found = traffic([KINDS / name]).exchanges
    lost = [
        n
        for n, each in enumerate(found)
        if each.response.status and each.response.whole_body is None
    ]

    assert lost == UNANSWERED.get(name, [])
    assert all(found[number].response.gap for number in lost)


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


DIFFERENT: dict[str, list[str]] = {
    "gateway.yaml": [],
    "openai.yaml": [],
    "other-models.yaml": [],
    "python-differs.yaml": ["fal.generate"] + ["xai.generate"] * 3,
    "ruby-differs.yml": ["xai.generate"],
    "same-id": [],
}
"""The calls of a file that a provider itself answered otherwise than is on record."""


@pytest.mark.parametrize("name", sorted(DIFFERENT))
def test_a_provider_that_answers_otherwise_puts_the_record_in_doubt(tell: Tell, name: str) -> None:
    found = tell(*traffic([KINDS / name]).exchanges)
    differ = [each for each in found if each.promise.startswith("answer-differs[")]

    assert sorted(each.subject for each in differ) == DIFFERENT[name]
    assert {each.standing for each in differ} <= {"warning"}
    assert not any(each.promise.startswith("answers.") and each.fails() for each in found)
    for each in differ:
        command = (
            f"imagine-harness record {each.subject.partition('.')[0]} {KINDS / name} --answers"
        )
        assert command in each.message


def test_a_gateway_is_judged_by_the_contract_that_it_is_said_to_speak(judge: JudgeAll) -> None:
    said = (
        *("images.example.internal/xai=xai", "proxy.example.internal:8443/images/v1=lumenfall"),
        "localhost:9000=openai",
    )
    found = judge(
        *traffic([KINDS / "gateway.yaml"]).exchanges,
        declared_hosts=[*map(DeclaredHost.parse, said)],
    )

    assert [
        (each.exchange.provider, each.exchange.verdict.kind) for each in found if each.is_known
    ] == [
        ("xai", "conforms"),
        ("lumenfall", "warns"),
        ("openai", "conforms"),
    ]
    assert not any(each.is_real for each in found)


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress])
@pytest.mark.parametrize("name", [name for name in sorted(RIGHT) if "." in name])
def test_a_packed_file_is_the_file(
    judge: JudgeAll, tmp_path: Path, name: str, pack: object
) -> None:
    file = tmp_path / f"{name}.gz"
    assert callable(pack)
    file.write_bytes(pack((KINDS / name).read_bytes()))

    assert verdicts(judge, file) == RIGHT[name]
