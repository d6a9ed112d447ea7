"""Rules, readings and operations explained."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.loading.load import recorded
from imagine_harness.contracts.model import Reading
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules.base import Rule
from tests.laws import hold

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Run

every_provider = pytest.mark.parametrize("provider", load.names())


def told(out: str) -> dict[str, str]:
    """The lines of an explanation by their labels; of several the first."""
    lines = [(line[:12].strip(), line[12:]) for line in out.splitlines()]
    return dict(reversed([(label, text) for label, text in lines if label]))


@pytest.mark.parametrize(
    "providers",
    [
        pytest.param(load.names(), id="one of each kind"),
        *(pytest.param([each], id=each, marks=pytest.mark.campaign) for each in load.names()),
    ],
)
def test_every_kind_of_rule_is_explained_with_bodies_on_both_sides(
    cli: Run, providers: Sequence[str]
) -> None:
    def law(rule: Rule) -> None:
        stated, kind = rule.statement, rule.kind
        ended = cli("explain", stated.id)
        said = told(ended.out)

        assert (ended.code, ended.err) == (0, "")
        assert (said["rule"], said["type"], said["source"]) == (stated.id, kind, str(stated.source))
        assert said["certainty"] == stated.certainty
        assert "legal" in said
        assert ("illegal" in said) == rule.refuses
        assert ("reading" in said) == (stated.reading is not None)
        if "answer" in said:
            assert said["answer"].startswith("4" if said["broken"] == "refused" else "200 ")

    contracts = [contract for each in providers for contract in recorded(each).contracts]
    rules = [rule for contract in contracts for rule in contract.rules()]
    one_of_each_kind = {rule.kind: rule for rule in rules}.values()
    hold(law, ((rule.statement.id, (rule,)) for rule in one_of_each_kind))


def test_a_rule_is_told_with_its_fix_and_the_providers_answer(cli: Run) -> None:
    said = told(cli("explain", "fal.generate.num_images.maximum").out)

    assert said["broken"] == "refused"
    assert said["legal"] == '{"prompt": "a lighthouse at dusk", "num_images": 1}'
    assert said["illegal"] == '{"prompt": "a lighthouse at dusk", "num_images": 5}'
    assert said["fix"] == '{"op": "replace", "path": "/num_images", "value": 4}'
    assert said["answer"] == (
        '422 {"detail": [{"type": "less_than_equal", "loc": ["body", "num_images"], '
        '"msg": "Input should be less than or equal to 4", "input": 5, "ctx": {"le": 4}}]}'
    )


def test_a_rule_that_a_reading_decides_is_told_under_the_one_in_force(cli: Run) -> None:
    default = told(cli("explain", "fal.edit.images-given").out)
    strict = told(cli("explain", "fal.edit.images-given", "--strict").out)

    assert default["broken"] == "accepted, with a warning in the journal"
    assert default["answer"].startswith("200 ")
    assert default["reading"] == (
        "fal.edit-without-images: refused with 'refused', in force is 'accepted'"
    )
    assert strict["broken"] == "refused"
    assert strict["answer"].startswith("422 ")


def test_a_reading_changes_how_a_refusal_is_worded(cli: Run) -> None:
    said = told(
        cli(
            *("explain", "fal.generate.num_images.maximum"),
            *("--reading", "fal.validation-style=documented"),
        ).out
    )

    assert "https://docs.fal.ai/errors/#less_than_equal" in said["answer"]


def test_a_rule_that_is_never_broken_says_so(cli: Run) -> None:
    said = told(cli("explain", "lumenfall.generate.nearest-ratio").out)

    assert said["broken"] == "never: it says what happens instead of a refusal"
    assert "answer" not in said


def test_a_rule_with_memory_is_broken_by_the_second_request(cli: Run) -> None:
    said = told(cli("explain", "runware.task.taskUUID.unique").out)

    assert said["illegal"] == "the same body, sent a second time"


@every_provider
def test_every_reading_is_explained(cli: Run, provider: str) -> None:
    def law(reading: Reading) -> None:
        ended = cli("explain", reading.id)
        said = told(ended.out)

        assert ended.code == 0
        assert said["reading"] == reading.id
        assert said["choices"] == ", ".join(reading.choices)
        assert said["default"] == reading.default
        assert said["note"] == reading.note

    readings = recorded(provider).readings
    hold(law, ((name, (each,)) for name, each in readings.items()))


def test_a_reading_names_the_rules_that_it_decides(cli: Run) -> None:
    out = cli("explain", "xai.newer-values").out

    assert "decides     xai.generate.newer-ratios (with refused)\n" in out
    assert "decides     xai.edit.newer-tiers (with refused)\n" in out


@pytest.mark.parametrize(
    "operation",
    [
        operation
        for name in load.names()
        for contract in recorded(name).contracts
        for operation in contract.operations.values()
    ],
    ids=lambda operation: operation.name,
)
def test_every_operation_is_explained(cli: Run, operation: Operation) -> None:
    ended = cli("explain", operation.name)
    said = told(ended.out)

    assert ended.code == 0
    assert said["operation"] == operation.name
    assert said["call"] == f"{operation.method} {operation.path}"
    assert ended.out.count("\nrule ") == len(operation.rules)


@pytest.mark.parametrize("name", ["lumenfall.media", "lumenfall.media.credential-sent"])
def test_the_fetch_of_pictures_is_explained(cli: Run, name: str) -> None:
    by_default = cli("explain", name)
    chosen = cli("explain", name, "--reading", "lumenfall.media-lifetime=week")

    assert by_default.code == 0
    lines = [" ".join(line.split()) for line in by_default.out.splitlines()]
    assert "fetch GET https://media.lumenfall.ai/{name}.{extension}" in lines
    assert "good for 3600 s (lumenfall.media-lifetime=hour), observed" in lines
    assert "in force 3600 s" in lines
    assert any(line.startswith("finding lumenfall.media.credential-sent") for line in lines)
    assert "in force 604800 s" in [" ".join(line.split()) for line in chosen.out.splitlines()]


def test_a_rule_of_a_contract_file_is_explained(cli: Run, invented: Path) -> None:
    said = told(cli("explain", "fal.generate.count.maximum", "--contract", invented).out)

    assert said["source"] == "https://fal.example/invented#Input"
    assert said["answer"].startswith("422 ")


def test_a_rule_without_a_mock_is_explained_without_an_answer(cli: Run) -> None:
    said = told(cli("explain", "openai.generate.n-at-most-ten", "--strict").out)

    assert said["broken"] == "refused"
    assert said["illegal"] == '{"model": "any-model", "prompt": "a lighthouse at dusk", "n": 11}'
    assert "answer" not in said


def test_a_name_that_two_models_have_is_told_apart_by_the_model(cli: Run, invented: Path) -> None:
    both = cli("explain", "fal.generate.prompt.required", "--contract", invented)
    named = {
        model: told(cli("explain", f"fal.generate@{model}", "--contract", invented).out)
        for model in ("xai/invented-model", "xai/grok-imagine-image")
    }

    assert both.code == 2
    assert "fal.generate.prompt.required@xai/invented-model" in both.err
    assert {model: said["models"] for model, said in named.items()} == {m: m for m in named}


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("fal.generate.num_image.maximum", "did you mean fal.generate.num_images.maximum or "),
        ("fal.generat", "did you mean fal.generate"),
        ("fal.validation", "or fal.validation-style"),
        ("zzz", "imagine-harness list PROVIDER lists every rule"),
    ],
)
def test_a_name_that_nothing_has_is_a_usage_error_with_a_way_on(
    cli: Run, name: str, meant: str
) -> None:
    ended = cli("explain", name)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"imagine-harness: nothing is named {name!r}")
    assert meant in ended.err
    assert ended.err.count("\n") == 1


def test_no_name_is_a_usage_error(cli: Run) -> None:
    ended = cli("explain")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "imagine-harness: Missing argument 'RULE'.\n"
