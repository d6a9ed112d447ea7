"""The recorded examples: they are well formed, and the contracts accept what the pages show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from imagine_harness.contracts.examples import PICTURE, Example, read_example, recorded_examples
from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.model import ContractError
from imagine_harness.contracts.openapi.document import document
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules.keywords import expanded
from imagine_harness.contracts.schema import Validator
from tests.laws import hold

EXCHANGES = [
    (f"{name}/{each.name}", (each,)) for name in load.mocked() for each in recorded_examples(name)
]
SMALL = {
    "provider": "acme",
    "operation": "generate",
    "title": "Small",
    "source": "page#Examples",
    "request": {"method": "POST", "path": "/v1/images", "headers": {}, "json": {"prompt": "x"}},
    "response": {"status": 200, "json": {"url": "https://example.com/a.png"}},
}


def operation_of(recorded: Example) -> Operation:
    found = [
        contract.operations[recorded.operation]
        for contract in load.recorded(recorded.provider).contracts
        if recorded.operation in contract.operations
        and recorded.path_values(contract.operations[recorded.operation]) is not None
    ]
    assert found, f"{recorded.file}: no operation of that id has this method and path"
    return found[0]


def defaults(provider: str) -> dict[str, str]:
    return {name: each.default for name, each in load.recorded(provider).readings.items()}


def strict(provider: str) -> dict[str, str]:
    readings = load.recorded(provider).readings
    return {name: each.strict or each.default for name, each in readings.items()}


def written(folder: Path, entry: object) -> Path:
    file = folder / "acme" / "small.json"
    file.parent.mkdir()
    file.write_text(json.dumps(entry), encoding="utf-8")
    return file


def test_every_provider_has_examples() -> None:
    assert all(recorded_examples(name) for name in load.mocked())


def test_a_provider_without_a_folder_has_none() -> None:
    assert recorded_examples("acme") == ()


def test_a_recorded_request_breaks_no_rule_that_refuses() -> None:
    def law(recorded: Example) -> None:
        operation = operation_of(recorded)
        body = recorded.request.body(operation)
        assert (body is ABSENT) is (not operation.content)
        if body is not ABSENT:
            assert recorded.request.content in (*operation.content, *operation.content_readings)
            assert Validator(operation, defaults(recorded.provider)).accepts(body)

    hold(law, EXCHANGES)


def test_a_recorded_answer_has_the_documented_shape() -> None:
    def law(recorded: Example) -> None:
        shape = operation_of(recorded).answer(defaults(recorded.provider))
        assert shape is not None
        assert recorded.response.status == shape.status
        Draft202012Validator(shape.schema).validate(recorded.response.json)

    hold(law, EXCHANGES)


def test_a_recorded_example_names_a_document_on_record() -> None:
    def law(recorded: Example) -> None:
        known = set(load.provider(recorded.provider).documents)
        for contract in load.recorded(recorded.provider).contracts:
            known |= set(contract.documents)
        assert recorded.source.partition("#")[0] in known

    hold(law, EXCHANGES)


def test_a_recorded_request_carries_the_credential_of_the_mock() -> None:
    def law(recorded: Example) -> None:
        credential = load.provider(recorded.provider).credential
        said = f"{credential.scheme} {credential.example}".strip()
        assert recorded.request.headers[credential.header] == said

    hold(law, EXCHANGES)


def test_a_form_is_read_as_the_types_that_its_parameters_document() -> None:
    [multipart] = [each for each in recorded_examples("uniall") if each.name == "edit-multipart"]
    assert multipart.request.body(operation_of(multipart)) == {
        "model": "grok-imagine-image",
        "prompt": "Rebuild the bicycle in clay",
        "n": 1,
        "response_format": "url",
        "image": PICTURE,
    }


def test_a_repeated_file_is_an_array(tmp_path: Path) -> None:
    entry: dict[str, Any] = json.loads(json.dumps(SMALL))
    entry["request"] |= {"form": [["n", "two"]], "files": [["images[]", "a.png"]]}
    del entry["request"]["json"]
    operation = load.recorded("uniall").contracts[0].operations["edit"]
    body = read_example(written(tmp_path, entry)).request.body(operation)
    assert body == {"n": "two", "images": [PICTURE]}


def test_the_name_of_an_exchange_is_that_of_its_file(tmp_path: Path) -> None:
    read = read_example(written(tmp_path, SMALL))
    assert (read.name, read.note, read.request.content) == ("small", "", "application/json")


def test_the_names_in_a_path_are_those_of_the_operation() -> None:
    [task] = [each for each in recorded_examples("uniall") if each.operation == "task-result"]
    assert task.path_values(operation_of(task)) == {
        "task_id": "task_EKIZolrLYIka6fOBtxwpdkEzcqPoUGYe"
    }


@pytest.mark.parametrize(
    ("key", "value", "named"),
    [
        ("title", None, "title"),
        ("source", "the page", "source"),
        ("operation", "", "operation"),
        ("extra", 1, "extra"),
        ("request", {"method": "POST"}, "request: .*path"),
        ("request", {"method": "post", "path": "/"}, "request.method"),
        ("request", {"method": "GET", "path": "/", "headers": {"A": 1}}, "request.headers.A"),
        ("request", {"method": "PUT", "path": "/", "form": [["a"]]}, "request.form.0"),
        ("request", {"method": "PUT", "path": "/", "json": 1, "files": []}, "request.files"),
        ("response", {"status": "200"}, "response.status"),
        ("provider", "other", "provider: 'other', expected 'acme'"),
    ],
)
def test_a_malformed_file_is_named_with_its_key(
    tmp_path: Path, key: str, value: object, named: str
) -> None:
    file = written(tmp_path, {**SMALL, key: value})
    with pytest.raises(ContractError, match=rf"acme/small\.json: .*{named}"):
        read_example(file)


def test_a_file_that_is_no_json_or_not_there_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, SMALL)
    file.write_text("{", encoding="utf-8")
    with pytest.raises(ContractError, match=r"small\.json: is no JSON"):
        read_example(file)
    file.unlink()
    with pytest.raises(ContractError, match=r"small\.json: cannot be read"):
        read_example(file)


# As examples in the exported document


def exported(provider: str, choices: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The media types of the exported document."""
    of = document(load.recorded(provider), choices)
    for call in (call for methods in of["paths"].values() for call in methods.values()):
        for holder in (call.get("requestBody", {}), *call["responses"].values()):
            yield from holder.get("content", {}).values()


@pytest.mark.parametrize("provider", load.mocked())
@pytest.mark.parametrize("choose", [defaults, strict])
def test_examples_obey_the_schemas_beside_them(provider: str, choose: Any) -> None:
    for media in exported(provider, choose(provider)):
        for example in media.get("examples", {}).values():
            Draft202012Validator(media["schema"]).validate(example["value"])


@pytest.mark.parametrize("provider", load.mocked())
def test_under_the_default_readings_every_recorded_exchange_is_an_example(
    provider: str,
) -> None:
    media = list(exported(provider, defaults(provider)))
    shown = {name for each in media for name in each.get("examples", {})}
    assert shown == {each.name for each in recorded_examples(provider)}
    assert not any("x-note" in each for each in media)


def test_an_example_that_the_readings_refuse_is_left_out_and_named() -> None:
    [note] = [each["x-note"] for each in exported("fal", strict("fal")) if "x-note" in each]
    assert note.startswith("Edit quick start, without image_urls (https://fal.ai/")
    assert "is left out: " in note


def test_the_path_of_a_recorded_request_fits_its_parameters() -> None:
    def law(recorded: Example) -> None:
        operation = operation_of(recorded)
        for name, value in (recorded.path_values(operation) or {}).items():
            schema = expanded(operation.path_parameters[name].schema)
            Draft202012Validator(schema).validate(value)

    hold(law, EXCHANGES)
