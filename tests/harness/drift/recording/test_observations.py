"""What a provider was seen to answer is put on record, and is no more than that."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.model import Certainty
from imagine_harness.harness.drift.recording.contract_patch import ContractPatch
from imagine_harness.harness.drift.recording.observations import observed_patch
from imagine_harness.harness.judging.observations import Observation

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = date(2027, 1, 2)
BARE = {"data": [{"url": "https://imgen.x.ai/a.jpeg", "mime_type": "image/jpeg"}], "usage": {}}
ONE = Observation("generate", "shape", 200, "api.x.ai", BARE)


@pytest.fixture
def xai(tmp_path: Path) -> Callable[[], Recorded]:
    """What is on record in a copy of a provider's folder, read when it is asked for."""
    shutil.copytree(load.ROOT / "xai", tmp_path / "xai")

    def read() -> Recorded:
        file = tmp_path / "xai" / "grok-imagine-image.toml"
        known = load.recorded("xai")
        return Recorded(known.provider, (load.contract(file),), known.platform)

    return read


def texts(made: ContractPatch) -> dict[str, str]:
    return {file.name: new for file, (_, new) in made.files.items()}


def patch(made: ContractPatch) -> list[str]:
    """The lines that go and come."""
    lines = [line for line in made.diff().splitlines() if not line.startswith(("+++", "---"))]
    return [line for line in lines if line[:1] in "+-" and line[1:]]


def fits(on_record: Recorded, status: int, answer: Any) -> bool:
    from jsonschema_rs import Draft202012Validator

    shapes = on_record.contracts[0].operations["edit"].answers
    return any(
        each.status == status and Draft202012Validator(each.schema).is_valid(answer)
        for each in shapes
    )


def test_an_answer_becomes_a_further_shape_that_is_observed(xai: Callable[[], Recorded]) -> None:
    before = xai()
    made = observed_patch(before, [ONE], DAY)
    made.write()
    after = xai()

    assert not fits(before, 200, BARE)
    assert fits(after, 200, BARE)
    assert not fits(after, 200, {"data": [{"url": "a"}]})
    first, *_, last = after.contracts[0].operations["generate"].answers
    assert first.statement.certainty is Certainty.DOCUMENTED
    assert last.statement.certainty is Certainty.OBSERVED
    assert str(last.statement.source) == "https://api.x.ai#/v1/images/generations"
    assert all(line.startswith("+") for line in patch(made))
    assert observed_patch(after, [ONE], DAY).files.keys() == made.files.keys()


def test_what_is_said_first_holds_for_the_mock(xai: Callable[[], Recorded]) -> None:
    observed_patch(xai(), [ONE], DAY).write()
    operation = xai().contracts[0].operations["generate"]

    assert operation.answer({}) is operation.answers[0]


def test_another_status_has_a_shape_of_its_own(xai: Callable[[], Recorded]) -> None:
    observed_patch(xai(), [Observation("edit", "status", 201, "api.x.ai", BARE)], DAY).write()

    assert fits(xai(), 201, BARE)


def test_a_number_of_images_becomes_open(xai: Callable[[], Recorded]) -> None:
    made = observed_patch(xai(), [Observation("edit", "count", 200, "api.x.ai", BARE)], DAY)
    made.write()
    operations = xai().contracts[0].operations

    opened = {name: [*each.outcome.open] for name, each in operations.items() if each.outcome}
    assert opened == {"edit": ["count"], "generate": []}
    assert patch(made)[0] == '+open          = ["count"]'


def test_a_refusal_is_one_that_can_be_asked_for(xai: Callable[[], Recorded]) -> None:
    from imagine_harness.contracts.loading.files import read
    from imagine_harness.contracts.loading.providers import provider

    odd = {"reason": "tea"}
    seen = [Observation("", about, 418, "api.x.ai", odd) for about in ("status", "shape")]
    made = observed_patch(xai(), seen, DAY)
    made.write()
    file = next(file for file in made.files if file.name == "provider.toml")
    shared = provider("xai", str(file), read(file, "provider"))

    assert [case.status for case in shared.errors["fault:observed-418"]] == [418]
    assert shared.fault("observed-418") == "fault:observed-418"
    assert shared.refusals[-1].schema.get("required", []) == []
    assert all(line.startswith("+") for line in patch(made))


@pytest.mark.parametrize("provider", load.mocked())
def test_a_file_keeps_every_line_that_it_has(provider: str) -> None:
    on_record, odd = load.recorded(provider), {"reason": "tea"}
    operation = next(op for op in on_record.operations if op.outcome)
    seen = [
        Observation(operation.id, "shape", 207, "api.example", odd),
        *(Observation("", about, 418, "api.example", odd) for about in ("status", "shape")),
    ]

    made = observed_patch(on_record, seen, DAY)

    assert "[documents.observed]" in made.diff()
    assert all(line.startswith("+") for line in patch(made))


def test_the_list_of_changes_tells_it(xai: Callable[[], Recorded]) -> None:
    changes = texts(observed_patch(xai(), [ONE, ONE], DAY))["CHANGES.md"]

    assert changes.count("## 2027-01-02\n") == 1
    assert changes.count("- `xai.generate.shape`: otherwise than is on its page") == 1


def test_the_list_of_changes_beside_the_file_is_the_one_that_tells_it(
    xai: Callable[[], Recorded],
) -> None:
    ours, copy = load.recorded("xai"), xai().contracts[0]
    both = Recorded(ours.provider, (*ours.contracts, copy), ours.platform)
    seen = Observation("generate", "shape", 200, "api.x.ai", BARE, copy.file)

    made = observed_patch(both, [seen], DAY)

    assert {file.parent for file in made.files} == {Path(copy.file).parent}
    assert texts(made).keys() == {"grok-imagine-image.toml", "CHANGES.md"}


def test_nothing_seen_changes_nothing(xai: Callable[[], Recorded]) -> None:
    assert observed_patch(xai(), [], DAY).files == {}


def test_hosts_are_documents_of_their_own(xai: Callable[[], Recorded]) -> None:
    observed_patch(xai(), [ONE], DAY).write()
    other = Observation("generate", "shape", 200, "eu.api.x.ai", {"data": []})
    observed_patch(xai(), [other], DAY).write()
    documents = xai().contracts[0].documents

    assert documents["observed"].url == "https://api.x.ai"
    assert documents["observed-too"].url == "https://eu.api.x.ai"
    assert documents["observed"].read == DAY
