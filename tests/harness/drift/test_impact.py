"""Recorded calls that a change hits."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from imagine_harness.contracts.model import ContractError
from imagine_harness.harness.drift.impact import Hit, hits
from imagine_harness.harness.drift.later import later
from imagine_harness.harness.drift.look import look
from imagine_harness.harness.drift.recorded_calls import Call, recorded_calls

EXCHANGES = Path(__file__).parents[3] / "fixtures" / "exchanges"
TODAY = date(2027, 1, 2)


def entry(
    body: Any, *, status: int = 200, path: str = "/fal/xai/grok-imagine-image"
) -> dict[str, Any]:
    """A line of a journal."""
    return {
        "id": "1",
        "provider": "fal",
        "operation": "generate",
        "request": {"method": "POST", "path": path, "query": "", "headers": {}, "body": body},
        "response": {"status": status, "content_type": "application/json", "body": {}},
    }


@pytest.fixture
def hit(edited: Callable[[str, str], bytes]) -> Callable[[str, str, list[Call]], list[Hit]]:
    """The calls that an edit of a sample page hits."""

    def made(provider: str, edit: str, calls: list[Call]) -> list[Hit]:
        seen = look(provider, "page.md", edited(provider, edit))
        assert seen.contract is not None
        assert seen.facts is not None
        new = later(seen.contract, seen.facts, seen.findings, seen.raw, TODAY).contract
        return list(hits(seen.contract, new, seen.findings, calls))

    return made


def test_a_call_that_is_refused_now_is_listed_with_the_change_that_hits_it(
    hit: Callable[[str, str, list[Call]], list[Hit]], tmp_path: Path
) -> None:
    journal = tmp_path / "journal.ndjson"
    bodies = [{"prompt": "a", "num_images": n} for n in (2, 4, 7)]
    lines = [json.dumps(entry(body)) for body in bodies]
    lines.append(json.dumps(entry({"prompt": "a", "num_images": 4}, status=422)))
    journal.write_text("\n".join(lines) + "\n", encoding="utf-8")

    found = hit("fal", "both-ranges-narrowed", recorded_calls(journal, "fal"))

    (only,) = found
    assert only.call.name == "journal.ndjson:2"
    assert only.operation == "generate"
    assert only.finding is not None
    assert only.finding.kind == "request-parameter-max-decreased"
    assert "at most 3" in only.message


def test_calls_are_read_of_a_folder_of_exchanges(
    hit: Callable[[str, str, list[Call]], list[Hit]],
) -> None:
    calls = recorded_calls(EXCHANGES / "cloudflare", "cloudflare")

    assert {each.operation for each in calls} >= {"generate"}
    assert hit("cloudflare", "more-images", calls) == []
    assert hit("cloudflare", "two-resolutions-become-one", calls) != []


def test_calls_are_read_of_a_har_file(
    hit: Callable[[str, str, list[Call]], list[Hit]], tmp_path: Path
) -> None:
    har = tmp_path / "session.har"
    request = {
        "method": "POST",
        "url": "https://fal.run/xai/grok-imagine-image/edit?x=1",
        "postData": {
            "mimeType": "application/json",
            "text": json.dumps({"prompt": "a", "image_urls": ["https://example.com/a.png"] * 3}),
        },
    }
    other = {"method": "GET", "url": "https://fal.run/health"}
    entries = [{"request": each, "response": {"status": 200}} for each in (other, request)]
    har.write_text(json.dumps({"log": {"entries": entries}}), encoding="utf-8")

    (only,) = hit("fal", "fewer-images", recorded_calls(har, "fal"))

    assert only.call.name == "session.har#2"
    assert only.operation == "edit"


def test_a_call_of_an_operation_that_is_gone_is_hit(tmp_path: Path, whole: Any) -> None:
    from dataclasses import replace

    from imagine_harness.contracts import load
    from imagine_harness.harness.drift.compare import compare

    facts = whole("fal")
    page = replace(
        facts,
        endpoints=facts.endpoints[:1],
        parameters=tuple(p for p in facts.parameters if p.operation == "generate"),
        outputs=tuple(o for o in facts.outputs if o.operation == "generate"),
    )
    found = compare(facts, page).findings
    contract = load.recorded("fal").contracts[0]
    new = later(contract, page, found, b"page", TODAY).contract
    file = tmp_path / "one.json"
    line = entry({"prompt": "a"}, path="/xai/grok-imagine-image/edit") | {"operation": "edit"}
    file.write_text(json.dumps(line), encoding="utf-8")

    (only,) = hits(contract, new, found, recorded_calls(file, "fal"))

    assert only.finding is not None
    assert only.finding.kind == "endpoint-removed"


@pytest.mark.parametrize("text", ["", "no JSON\n", '{"provider": "runware"}\n', "[1]\n"])
def test_a_file_without_calls_is_an_error(text: str, tmp_path: Path) -> None:
    file = tmp_path / "calls.ndjson"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(ContractError, match="calls"):
        recorded_calls(file, "fal")
