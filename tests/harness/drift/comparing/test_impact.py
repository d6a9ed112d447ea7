"""Recorded calls that a change affects."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Contract
from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.comparing.impact import (
    AffectedCall,
    affected_calls,
    unjudged_calls,
)
from imagine_harness.harness.drift.page_check import check_page
from imagine_harness.harness.drift.recording.contract_patch import preview
from imagine_harness.harness.judging.calls import ProviderCalls
from imagine_harness.harness.traffic.files import traffic
from tests.exchanges import changed
from tests.harness.drift.recordings import cassette, edit_form, har, journal, posted

EXCHANGES = Path(__file__).parents[4] / "fixtures" / "exchanges"
TODAY = date(2027, 1, 2)
RUN = "https://fal.run/xai/grok-imagine-image"
FEWER = ("pictures to make,`1-4`", "pictures to make,`1-2`")


def impact(provider: str, page: bytes, file: Path) -> list[AffectedCall]:
    """The calls of a file that a page affects."""
    seen = check_page(provider, "page.md", page)
    assert seen.contract is not None
    assert seen.facts is not None
    new = preview(seen.contract, seen.facts, seen.findings, seen.raw, TODAY).contract
    return list(affected_calls(seen.contract, new, seen.findings, calls(file, seen.contract)))


def calls(file: Path, contract: Contract) -> list[Any]:
    return ProviderCalls(traffic([file]).exchanges, contract.provider.name).of(contract)


def hit_at(found: list[AffectedCall]) -> list[tuple[str, str, str]]:
    """Each hit in short: where, its operation, and the kind of what moved."""
    return [
        (each.where.rpartition("/")[2], each.operation, each.finding.kind if each.finding else "")
        for each in found
    ]


def test_a_call_that_is_refused_now_is_listed_with_the_change_that_hits_it(
    edited: Callable[[str, str], bytes], tmp_path: Path
) -> None:
    sent = [posted(RUN, {"prompt": "a", "num_images": n}) for n in (2, 4, 7)]
    sent.append(changed(sent[1], status=422))
    file = har(tmp_path / "session.har", sent)

    found = impact("fal", edited("fal", "both-ranges-narrowed"), file)

    assert hit_at(found) == [
        ("session.har: entry 2", "generate", "request-parameter-max-decreased")
    ]
    assert "at most 3" in found[0].message


@pytest.mark.parametrize(
    ("write", "where"),
    [
        (journal, "calls: line 2"),
        (har, "calls: entry 2"),
        (cassette, "calls: interaction 2"),
    ],
)
def test_a_form_is_hit_as_json_is_in_every_kind_of_recording(
    write: Callable[[Path, Any], Path],
    where: str,
    page: Callable[[str], str],
    tmp_path: Path,
) -> None:
    wanted = {"model": "grok-imagine-image", "prompt": "a", "num_images": 3}
    sent = [edit_form({**wanted, "num_images": 2}), edit_form(wanted)]
    assert FEWER[0] in page("uniall")

    found = impact(
        "uniall", page("uniall").replace(*FEWER).encode(), write(tmp_path / "calls", sent)
    )

    assert hit_at(found) == [(where, "edit", "request-parameter-max-decreased")]


def test_calls_are_read_of_a_folder_of_exchanges(edited: Callable[[str, str], bytes]) -> None:
    folder = EXCHANGES / "cloudflare"

    assert impact("cloudflare", edited("cloudflare", "more-images"), folder) == []
    assert impact("cloudflare", edited("cloudflare", "two-resolutions-become-one"), folder) != []


def test_a_call_of_another_model_is_not_hit(page: Callable[[str], str], tmp_path: Path) -> None:
    other = edit_form({"model": "grok-imagine-image-max", "prompt": "a", "num_images": 3})

    found = impact(
        "uniall", page("uniall").replace(*FEWER).encode(), har(tmp_path / "a.har", [other])
    )

    assert found == []


@pytest.fixture
def without_edit(whole: Any) -> tuple[Contract, Contract, Any]:
    """The contract of a model, what is left of it without its edits, and what moved."""
    facts = whole("fal")
    page = replace(
        facts,
        endpoints=facts.endpoints[:1],
        parameters=tuple(p for p in facts.parameters if p.operation == "generate"),
        outputs=tuple(o for o in facts.outputs if o.operation == "generate"),
    )
    found = compare(facts, page).findings
    contract = load.recorded("fal").contracts[0]
    return contract, preview(contract, page, found, b"page", TODAY).contract, found


def test_a_call_without_a_body_is_hit_where_its_operation_is_gone(
    whole: Any, tmp_path: Path
) -> None:
    contract, facts = load.recorded("uniall").contracts[0], whole("uniall")
    page = replace(
        facts,
        endpoints=tuple(e for e in facts.endpoints if e.operation != "task-result"),
        outputs=tuple(o for o in facts.outputs if o.operation != "task-result"),
    )
    found = compare(facts, page).findings
    new = replace(
        contract,
        operations={k: v for k, v in contract.operations.items() if k != "task-result"},
    )
    asked = changed(
        posted("https://api.uniall.ai/v1/images/tasks/task_1", None), method="GET", body=b""
    )

    file = har(tmp_path / "a.har", [asked])
    known = calls(file, contract)

    assert hit_at([*affected_calls(contract, new, found, known)]) == [
        ("a.har: entry 1", "task-result", "endpoint-removed")
    ]
    assert [*affected_calls(contract, contract, found, known)] == []


@pytest.mark.parametrize(
    "place", ["https://fal.run", "https://queue.fal.run", "http://localhost:4010/fal"]
)
def test_a_call_of_an_operation_that_is_gone_is_hit_wherever_it_was_made(
    place: str, tmp_path: Path, without_edit: tuple[Contract, Contract, Any]
) -> None:
    contract, new, found = without_edit
    paths = ("/xai/grok-imagine-image/edit", "/xai/grok-imagine-image")
    file = har(tmp_path / "a.har", [posted(f"{place}{path}", {"prompt": "a"}) for path in paths])

    made = list(affected_calls(contract, new, found, calls(file, contract)))

    assert hit_at(made) == [("a.har: entry 1", "edit", "endpoint-removed")]


def test_a_batch_of_which_several_tasks_are_hit_is_told_once(
    edited: Callable[[str, str], bytes],
) -> None:
    seen = check_page("fal", "page.md", edited("fal", "both-ranges-narrowed"))
    assert seen.contract is not None
    assert seen.facts is not None
    new = preview(seen.contract, seen.facts, seen.findings, seen.raw, TODAY).contract
    [one] = ProviderCalls([posted(RUN, {"prompt": "a", "num_images": 4})], "fal").of(seen.contract)

    found = affected_calls(seen.contract, new, seen.findings, [replace(one, roots=one.roots * 2)])

    assert [each.operation for each in found] == ["generate"]


@pytest.mark.parametrize(("status", "told"), [(200, 1), (0, 1), (422, 0)])
def test_of_a_call_that_was_refused_nobody_misses_the_body(status: int, told: int) -> None:
    contract = load.recorded("fal").contracts[0]
    sent = changed(posted(RUN, {}), body=None, status=status, where="a.har: entry 1")

    found = [*unjudged_calls(ProviderCalls([sent], "fal").of(contract))]

    assert [each.where for each in found] == ["a.har: entry 1"] * told


def test_of_a_body_that_was_not_recorded_nothing_is_said_but_why(tmp_path: Path) -> None:
    contract = load.recorded("fal").contracts[0]
    entry = posted(RUN, {"prompt": "a"})
    file = har(tmp_path / "a.har", [entry])
    document: Mapping[str, Any] = json.loads(file.read_text("utf-8"))
    request = document["log"]["entries"][0]["request"]
    del request["postData"]
    request["bodySize"] = 14
    file.write_text(json.dumps(document), "utf-8")

    (call,) = calls(file, contract)

    assert (call.roots, call.gap) == (
        (),
        "its body was not recorded: none of its 14 bytes is there",
    )
    assert list(affected_calls(contract, contract, [], [call])) == []
