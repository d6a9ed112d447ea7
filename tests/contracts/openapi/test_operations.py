"""The calls of the exported documents: their content types, and several models at one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from imagine_harness.contracts.examples import recorded_examples
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.openapi.document import document
from imagine_harness.contracts.openapi.refusals import JSON
from imagine_harness.contracts.operation import FORM
from tests.contracts.openapi.documents import defaults, made, strict, whole


def test_a_content_type_is_there_while_its_reading_is_in_force() -> None:
    recorded = load.recorded("lumenfall")
    path = recorded.contracts[0].operations["edit"].path
    bodies = made("lumenfall")["paths"][path]["post"]["requestBody"]["content"]
    assert list(bodies) == [FORM, JSON]
    of = document(recorded, strict(recorded))
    assert list(of["paths"][path]["post"]["requestBody"]["content"]) == [FORM]


def another(provider: str, folder: Path, *changes: tuple[str, str]) -> Recorded:
    """A provider with a second model, made from its first."""
    recorded = load.recorded(provider)
    text = Path(recorded.contracts[0].file).read_text(encoding="utf-8")
    for old, new in (*changes, ("model ", f'provider = "{provider}"\nmodel ')):
        assert old in text
        text = text.replace(old, new, 1)
    file = folder / "second.toml"
    file.write_text(text, encoding="utf-8")
    return Recorded(recorded.provider, (*recorded.contracts, load.contract(file)))


@pytest.mark.parametrize(
    ("provider", "change", "only_first"),
    [
        ("lumenfall", ('"grok-imagine-image"', '"second"'), {"n": 1}),
        ("runware", ('"xai:grok-imagine@image"', '"second"'), {"numberResults": 20}),
    ],
)
def test_models_that_share_a_call_are_told_apart_by_their_names(
    provider: str, change: tuple[str, str], only_first: dict[str, int], tmp_path: Path
) -> None:
    [name] = only_first
    narrow = {"n": 'type = "integer", default = 1', "numberResults": "maximum = 20"}[name]
    wide = {"n": "enum = [2]", "numberResults": "maximum = 2"}[name]
    recorded = another(provider, tmp_path, change, (narrow, wide))
    of = document(recorded, defaults(recorded))
    assert list(OpenAPIV31SpecValidator(of).iter_errors()) == []
    operation = next(iter(recorded.contracts[0].operations.values()))
    call = of["paths"][operation.path][operation.method.lower()]
    assert call["operationId"] == operation.id
    assert call["x-models"] == [*recorded.contracts[0].models, "second"]
    validator = Draft202012Validator(call["requestBody"]["content"][JSON]["schema"])
    [example] = [e for e in recorded_examples("runware") if e.name == "task-frozen-lake"]
    task: Any = example.request.json
    plain = task[0] if provider == "runware" else {"prompt": "x"}
    first = {**plain, "model": recorded.contracts[0].models[0], **only_first}
    second = {**plain, "model": "second"}
    assert validator.is_valid(whole(operation, first))
    assert validator.is_valid(whole(operation, second))
    assert not validator.is_valid(whole(operation, {**second, **only_first}))
    assert not validator.is_valid(whole(operation, {**first, "model": "third"}))
    if provider == "runware":
        assert validator.is_valid([first, second])


def test_models_that_share_an_operation_id_are_told_apart_by_their_models(tmp_path: Path) -> None:
    path = 'path     = "/xai/grok-imagine-image"'
    recorded = another(
        "fal", tmp_path, (path, 'path     = "/second"'), ('"xai/grok-imagine-image"', '"second"')
    )
    of = document(recorded, defaults(recorded))
    assert list(OpenAPIV31SpecValidator(of).iter_errors()) == []
    assert of["paths"]["/second"]["post"]["operationId"] == "generate@second"
    assert "examples" not in of["paths"]["/second"]["post"]["requestBody"]["content"][JSON]
