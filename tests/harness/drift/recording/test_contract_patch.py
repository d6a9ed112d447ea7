"""What is recorded is in the file, and found no more."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.model import ContractError
from imagine_harness.contracts.operation import Contract
from imagine_harness.harness.drift import contract_facts
from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.page_check import check_page
from imagine_harness.harness.drift.page_facts import Facts
from imagine_harness.harness.drift.recording.contract_patch import contract_patch, preview
from tests.laws import hold

PROVIDERS = ("cloudflare", "fal", "lumenfall", "runware", "uniall")
LATER = date(2027, 1, 2)


@pytest.fixture
def left_of_edit(
    whole: Callable[[str], Facts],
    contract: Callable[[str], Contract],
    helper: Callable[[str], Any],
) -> Callable[[str, str, int], list[str]]:
    """What is still found once a small edit of a provider's page is recorded."""

    def made(provider: str, name: str, seed: int) -> list[str]:
        facts = whole(provider)
        edit = helper("small_edits").edited(facts, name, seed)
        if edit is None:
            return []
        found = compare(facts, edit.facts).findings
        patch = preview(contract(provider), edit.facts, found, b"page", LATER)
        return [each.subject for each in patch.left]

    return made


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_edit_that_is_recorded_is_found_no_more(
    provider: str,
    left_of_edit: Callable[[str, str, int], list[str]],
    helper: Callable[[str], Any],
) -> None:
    for name in [*helper("small_edits").EDITS][::5]:
        assert left_of_edit(provider, name, 1) == [], name


@pytest.mark.campaign
@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_edit_that_is_recorded_is_found_no_more(
    provider: str,
    left_of_edit: Callable[[str, str, int], list[str]],
    helper: Callable[[str], Any],
) -> None:
    for name in helper("small_edits").EDITS:
        for seed in range(20):
            assert left_of_edit(provider, name, seed) == [], name


@pytest.fixture
def kept(tmp_path: Path, contract: Callable[[str], Contract]) -> Callable[[str], Contract]:
    """A copy of a provider's contract that may be changed."""

    def made(provider: str) -> Contract:
        shutil.copytree(Path(contract(provider).file).parent, tmp_path / provider)
        return load.contract(tmp_path / provider / Path(contract(provider).file).name)

    return made


def test_a_file_changes_only_where_the_page_did(
    kept: Callable[[str], Contract], edited: Callable[[str, str], bytes]
) -> None:
    contract = kept("runware")
    raw = edited("runware", "quality-range-narrowed")
    seen = check_page("runware", "page.md", raw)
    assert seen.facts is not None
    before = Path(contract.file).read_text(encoding="utf-8").splitlines()

    made = contract_patch(contract, seen.facts, seen.findings, raw, LATER)
    made.write()

    after = Path(contract.file).read_text(encoding="utf-8").splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [
        "recorded = 2027-01-02",
        "read   = 2027-01-02",
        'sha256 = "' + sha256(raw).hexdigest() + '"',
        'outputQuality       = { type = "integer", minimum = 30, maximum = 90, default = 95 }',
    ]
    again = compare(contract_facts.facts(load.contract(Path(contract.file))), seen.facts)
    assert again.findings == ()


def test_the_list_of_changes_says_what_moved(
    kept: Callable[[str], Contract], edited: Callable[[str, str], bytes]
) -> None:
    contract = kept("runware")
    seen = check_page("runware", "page.md", edited("runware", "quality-range-narrowed"))
    assert seen.facts is not None

    contract_patch(contract, seen.facts, seen.findings, seen.raw, LATER).write()

    text = Path(contract.file).with_name("CHANGES.md").read_text(encoding="utf-8")
    dates = [line for line in text.splitlines() if line.startswith("## ")]
    assert dates[0] == "## 2027-01-02"
    assert (
        "- `runware.task.outputQuality.minimum`: `20` → `30`, request-parameter-min-increased "
        "(Request Parameters &gt; outputQuality)" in text
    )


def test_nothing_is_written_for_a_patch(
    kept: Callable[[str], Contract], edited: Callable[[str, str], bytes]
) -> None:
    contract = kept("runware")
    seen = check_page("runware", "page.md", edited("runware", "quality-range-narrowed"))
    assert seen.facts is not None
    before = Path(contract.file).read_text(encoding="utf-8")

    patch = contract_patch(contract, seen.facts, seen.findings, seen.raw, LATER).diff()

    assert "+++ b/" in patch
    assert "minimum = 30" in patch
    assert "+++ b/" + "/".join(Path(contract.file).with_name("CHANGES.md").parts[-3:]) in patch
    assert Path(contract.file).read_text(encoding="utf-8") == before


def test_another_host_is_put_with_the_providers(
    kept: Callable[[str], Contract], whole: Callable[[str], Facts]
) -> None:
    contract, facts = kept("fal"), whole("fal")
    moved = replace(facts.endpoints[0], host="run.example")
    page = replace(facts, endpoints=(moved, *facts.endpoints[1:]))

    contract_patch(contract, page, compare(facts, page).findings, b"page", LATER).write()

    text = Path(contract.file).with_name("provider.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text)["hosts"]["run.example"] == "/"


def test_a_guess_that_the_page_states_now_is_no_guess_any_more(
    kept: Callable[[str], Contract], whole: Callable[[str], Facts]
) -> None:
    contract, facts = kept("uniall"), whole("uniall")
    new = tuple(
        replace(p, schema={**p.schema, "minimum": 1, "maximum": 8}) if p.name == "n" else p
        for p in facts.parameters
    )
    page = replace(facts, parameters=new)

    contract_patch(contract, page, compare(facts, page).findings, b"page", LATER).write()

    text = Path(contract.file).read_text(encoding="utf-8")
    assert 'id      = "n-limit"' not in text
    assert text.count("n-at-most-ten") == 0
    assert text.count('{ type = "integer", default = 1, minimum = 1, maximum = 8 }') == 3


def test_an_operation_parts_from_the_one_it_is_like_where_the_page_does(
    kept: Callable[[str], Contract], whole: Callable[[str], Facts]
) -> None:
    contract, facts = kept("lumenfall"), whole("lumenfall")
    edit_n = next(p for p in facts.parameters if (p.operation, p.name) == ("edit", "n"))
    rest = tuple(p for p in facts.parameters if p is not edit_n)
    page = replace(facts, parameters=rest)

    contract_patch(contract, page, compare(facts, page).findings, b"page", LATER).write()

    new = load.contract(Path(contract.file))
    assert "n" not in new.operations["edit"].parameters
    assert "n" in new.operations["generate"].parameters
    assert compare(contract_facts.facts(new), page).findings == ()


def test_a_new_operation_is_drafted_into_the_file(
    kept: Callable[[str], Contract], whole: Callable[[str], Facts]
) -> None:
    contract, facts = kept("fal"), whole("fal")
    endpoint = next(e for e in facts.endpoints if e.operation == "edit")
    moved = replace(endpoint, operation="remix", path="/xai/grok-imagine-image/remix")
    parameters = [replace(p, operation="remix") for p in facts.parameters if p.operation == "edit"]
    outputs = [replace(o, operation="remix") for o in facts.outputs if o.operation == "edit"]
    page = replace(
        facts,
        endpoints=(*facts.endpoints, moved),
        parameters=(*facts.parameters, *parameters),
        outputs=(*facts.outputs, *outputs),
    )
    found = compare(facts, page).findings
    assert [f.kind for f in found] == ["endpoint-added"]

    contract_patch(contract, page, found, b"page", LATER).write()

    new = load.contract(Path(contract.file))
    assert new.operations["remix"].answered_as == "edit"
    assert compare(contract_facts.facts(new), page).findings == ()


EDITS = [
    (file.stem, edit["id"])
    for file in sorted((Path(__file__).parents[4] / "fixtures" / "drift").glob("*.toml"))
    for edit in tomllib.loads(file.read_text(encoding="utf-8"))["edit"]
    if edit["findings"] and "error" not in edit
]

UNRECORDABLE = {
    ("runware", "size-under-another-name"): "a label that names no tier and ratio",
}
"""Edits that no contract can say, and why."""


@pytest.mark.campaign
def test_every_edited_page_that_is_recorded_is_found_no_more(
    edited: Callable[[str, str], bytes],
) -> None:
    def law(provider: str, name: str) -> None:
        seen = check_page(provider, "page.md", edited(provider, name))
        assert seen.contract is not None
        assert seen.facts is not None
        if (provider, name) in UNRECORDABLE:
            with pytest.raises(ContractError):
                preview(seen.contract, seen.facts, seen.findings, seen.raw, LATER)
            return

        assert preview(seen.contract, seen.facts, seen.findings, seen.raw, LATER).left == ()

    hold(law, (("-".join(each), each) for each in EDITS))
