"""Small edits of the sample pages, each found as what it is."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from imagine_harness.harness.drift.page_check import check_page
from tests.laws import hold

PROVIDERS = ("cloudflare", "fal", "lumenfall", "runware", "uniall")
FIXTURES = Path(__file__).parents[3] / "fixtures"
EDITS = [
    (file.stem, edit)
    for file in sorted((FIXTURES / "drift").glob("*.toml"))
    for edit in tomllib.loads(file.read_text(encoding="utf-8"))["edit"]
]


def test_there_are_enough_edits_of_every_providers_page() -> None:
    cosmetic = [edit for _, edit in EDITS if not edit["findings"] and "error" not in edit]

    assert len(EDITS) >= 120
    assert len(cosmetic) >= 40
    assert {provider for provider, _ in EDITS} == {*PROVIDERS}
    assert len({(provider, edit["id"]) for provider, edit in EDITS}) == len(EDITS)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_edit_of_a_page_is_found_as_what_it_is(
    provider: str, page: Callable[[str], str]
) -> None:
    text = page(provider)

    def law(edit: dict[str, Any]) -> None:
        assert text.count(edit["old"]) == edit.get("times", 1)

        seen = check_page(provider, "page.md", text.replace(edit["old"], edit["new"]).encode())

        found = [(f.kind, f.operation or "", f.parameter or "", f.severity) for f in seen.findings]
        assert sorted(found) == sorted(map(tuple, edit["findings"]))
        if "error" in edit:
            assert edit["error"] in (seen.error or "")
        else:
            assert seen.error is None

    own = (edit for name, edit in EDITS if name == provider)
    hold(law, ((edit["id"], (edit,)) for edit in own))
