"""Which contract a page is held against, and how that ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from imagine_harness.contracts.operation import Contract
from imagine_harness.harness.drift.page_check import check_page

PROVIDERS = ("cloudflare", "fal", "lumenfall", "runware", "uniall")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_sample_page_says_what_is_recorded_and_all_of_it(
    provider: str, page: Callable[[str], str]
) -> None:
    seen = check_page(provider, "page.md", page(provider).encode())

    assert (seen.severity, seen.error, seen.findings) == ("none", None, ())
    assert seen.facts is not None
    assert seen.facts.open_points == ()


def test_a_sentence_that_is_not_understood_is_neither_drift_nor_clean(
    page: Callable[[str], str],
) -> None:
    text = page("fal").replace("How many pictures to make.", "Best in threes, or 5 at night.", 1)

    seen = check_page("fal", "page.md", text.encode())

    assert (seen.severity, seen.error, seen.findings) == ("unknown", None, ())
    assert [point.text for point in seen.open_points] == [
        "num_images: Best in threes, or 5 at night."
    ]


def test_a_remark_on_record_is_told_no_more(
    page: Callable[[str], str], contract: Callable[[str], Contract]
) -> None:
    said = "Best in threes, or 5 at night."
    raw = page("fal").replace("How many pictures to make.", said, 1).encode()
    recorded = contract("fal")
    document = replace(recorded.documents["page"], remarks=(f"num_images: {said}",))
    known = replace(recorded, documents={**recorded.documents, "page": document})

    seen = check_page("fal", "page.md", raw, also=[known])

    assert (seen.severity, seen.open_points) == ("none", ())


def test_a_model_under_another_id_is_known_by_its_title(page: Callable[[str], str]) -> None:
    text = page("runware").replace("xai:grok-imagine@image", "xai:grok-imagine@image-2")

    seen = check_page("runware", "page.md", text.encode())

    assert seen.model == "xai:grok-imagine@image"
    assert [f.kind for f in seen.findings] == ["model-removed", "model-added"]
    assert seen.severity == "breaking"


def test_another_model_is_no_drift_of_this_one(page: Callable[[str], str]) -> None:
    text = page("runware").replace("xai:grok-imagine@image", "other:1@1")
    text = text.replace("# Grok Imagine Image", "# Other Model").replace(
        "title: Grok Imagine Image", "title: Other Model"
    )

    for model in (None, "xai:grok-imagine@image"):
        seen = check_page("runware", "page.md", text.encode(), model)

        assert seen.severity == "unknown"
        assert "another model, other:1@1" in (seen.error or "")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_page_cut_anywhere_is_not_clean_and_makes_up_no_finding(
    provider: str, page: Callable[[str], str]
) -> None:
    raw = page(provider).encode()
    for cut in range(0, len(raw) // 2, len(raw) // 20):
        seen = check_page(provider, "page.md", raw[:cut])

        assert (seen.severity, seen.findings) == ("unknown", ()), cut


def test_what_was_not_reached_is_told_beside_what_moved(page: Callable[[str], str]) -> None:
    text = page("fal").replace("Range: `1` to `4`", "Range: `1` to `3`", 1)
    text = text[: text.index('<Tab title="Edit">')]

    seen = check_page("fal", "page.md", text.encode())

    assert [f.kind for f in seen.findings] == ["request-parameter-max-decreased"]
    assert seen.severity == "breaking"
    assert seen.error is not None
    assert "edit" in seen.error
