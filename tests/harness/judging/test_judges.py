"""Calls to a provider without a mock, judged by its contract."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from imagine_harness.contracts.catalog import NotOnRecord
from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.contracts.loading import load
from imagine_harness.harness.judging.judges import judge_of, unmocked
from imagine_harness.harness.judging.judges import judges as judges_of
from imagine_harness.harness.judging.requests import JudgedExchange, judged
from imagine_harness.mocks.app import App
from tests.exchanges import changed
from tests.harness.judging.handmade import recorded

EDITS = "https://api.openai.com/v1/images/edits"
MADE = {"created": 1, "data": [{"url": "https://example.com/a.png"}]}


def one(judges: Mapping[str, Judge], url: str, body: object, status: int = 200) -> JudgedExchange:
    [found] = judged([recorded(url, body, MADE, status)], judges)
    return found


def verdict(found: JudgedExchange) -> tuple[str, str | None, str] | None:
    own = found.exchange
    return (own.provider, own.operation, own.verdict.kind) if found.is_known else None


def test_every_provider_on_record_has_a_judge_with_a_mock_or_without_one() -> None:
    assert {*App().mocks}.isdisjoint(unmocked())
    assert {*judges_of()} == {*App().mocks, *unmocked()}


@pytest.mark.parametrize(
    ("body", "right"),
    [
        ({"images": [{"image_url": "https://example.com/a.png"}]}, "conforms"),
        ({"images": [{"image_url": "data:image/png;base64,iVBORw0KGgo="}]}, "conforms"),
        ({"images": [{"file_id": "file-a"}, {"file_id": "file-b"}]}, "conforms"),
        ({"image": "https://example.com/a.png"}, "conforms"),
        ({"images": ["https://example.com/a.png"]}, "violates"),
        ({"images": [{"image_url": 5}]}, "violates"),
        ({}, "violates"),
    ],
)
def test_an_edit_takes_images_as_objects(
    judges: Mapping[str, Judge], body: object, right: str
) -> None:
    assert isinstance(body, dict)
    sent = {"model": "gpt-image-1.5", "prompt": "x", **body}

    assert verdict(one(judges, EDITS, sent)) == ("openai", "edit", right)


def test_one_contract_alone_is_known_even_where_nothing_answers_its_operations(
    judges: Mapping[str, Judge], tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    text = (load.ROOT / "fal" / "grok-imagine-image.toml").read_text(encoding="utf-8")
    text = text.replace("operation.generate", "operation.paint").replace('"generate"', '"paint"')
    file.write_text(f'provider = "fal"\n{text}', encoding="utf-8")
    fal = judges["fal"]

    found = judge_of(load.contract(file), fal)

    called = {plan.operation.id for plan in found.routes.all()}
    assert called == {"paint", "edit", *fal.recorded.platform}
    assert found.readings.items() <= fal.readings.items()


def test_a_call_of_nothing_on_record_is_nobodys(judges: Mapping[str, Judge]) -> None:
    for path in ("/v1/chat/completions", "/v1/images/a.png", "/"):
        assert not one(judges, f"https://api.openai.com{path}", {}).is_known


def test_a_bad_credential_is_none_of_its_business_unless_it_was_refused(
    judges: Mapping[str, Judge],
) -> None:
    sent = {"model": "gpt-image-1", "prompt": "x"}
    plain = recorded(EDITS.replace("edits", "generations"), sent, MADE)
    basic = changed(plain, headers={**plain.request.text_headers, "authorization": "Basic abc"})

    taken, refused = judged([basic, changed(basic, status=401)], judges)

    assert taken.is_known
    assert refused.is_known
    assert (taken.exchange.verdict.refusal, refused.exchange.verdict.refusal) == (
        None,
        "credential-malformed",
    )


def test_its_readings_can_be_chosen() -> None:
    sent = {"model": "m", "prompt": "x", "n": 40}
    url = EDITS.replace("edits", "generations")
    for own, strict, right in (
        ({}, False, "warns"),
        ({"openai.n-limit": "ten"}, False, "violates"),
        ({}, True, "violates"),
    ):
        assert verdict(one(judges_of(own=own, strict=strict), url, sent)) == (
            "openai",
            "generate",
            right,
        )
    with pytest.raises(NotOnRecord, match="no reading 'openai"):
        judges_of(own={"openai.nothing": "x"})
