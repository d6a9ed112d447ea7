"""OpenAPI documents written to where they are wanted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.openapi.document import document

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Run


@pytest.mark.parametrize("provider", load.names())
def test_the_document_of_a_provider_under_the_default_readings(cli: Run, provider: str) -> None:
    recorded = load.recorded(provider)
    defaults = {name: reading.default for name, reading in recorded.readings.items()}
    ended = cli("export", provider)

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith('{\n  "openapi": "3.1.0",\n')
    assert ended.out.endswith("}\n")
    assert json.loads(ended.out) == document(recorded, defaults)


def test_a_file_gets_what_standard_output_would(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "fal.json"
    ended = cli("export", "fal", "-o", file)

    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert file.read_text(encoding="utf-8") == cli("export", "fal").out


def of_edits(out: str) -> dict[str, Any]:
    call = json.loads(out)["paths"]["/xai/grok-imagine-image/edit"]["post"]
    schema: dict[str, Any] = call["requestBody"]["content"]["application/json"]["schema"]
    return schema


def test_the_document_describes_the_readings_in_force(cli: Run) -> None:
    default = of_edits(cli("export", "fal").out)
    strict = of_edits(cli("export", "fal", "--strict").out)
    chosen = of_edits(cli("export", "fal", "--reading", "fal.edit-without-images=refused").out)

    assert "minItems" not in default["properties"]["image_urls"]
    assert strict["properties"]["image_urls"]["minItems"] == 1
    assert chosen["properties"]["image_urls"]["minItems"] == 1


def test_the_model_of_a_contract_file_is_in_the_document(cli: Run, invented: Path) -> None:
    paths = json.loads(cli("export", "fal", "--contract", invented).out)["paths"]

    assert paths["/xai/invented-model"]["post"]["operationId"] == "generate@xai/invented-model"
    assert paths["/xai/grok-imagine-image"]["post"]["operationId"] == (
        "generate@xai/grok-imagine-image"
    )


@pytest.mark.parametrize(
    ("output", "why"),
    [("no/such/folder/fal.json", "No such file or directory"), (".", "Is a directory")],
)
def test_a_file_that_cannot_be_written_is_a_usage_error(
    cli: Run, tmp_path: Path, output: str, why: str
) -> None:
    file = tmp_path / output
    ended = cli("export", "fal", "--output", file)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == f"imagine-harness: --output {file}: {why}\n"


def test_a_provider_that_is_not_on_record_is_a_usage_error(cli: Run) -> None:
    ended = cli("export", "falk")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        "imagine-harness: no provider 'falk' is recorded, known: "
        "cloudflare, fal, lumenfall, openai, runware, uniall, xai; did you mean 'fal'?\n"
    )


def test_a_reading_that_does_not_exist_is_a_usage_error(cli: Run) -> None:
    ended = cli("export", "fal", "--reading", "fal.nope=x")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("imagine-harness: no reading 'fal.nope', known: fal.")
