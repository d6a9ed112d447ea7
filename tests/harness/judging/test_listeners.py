"""Calls to a provider without a mock, judged by its contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagine_harness.contracts.catalog import NotOnRecord
from imagine_harness.contracts.loading import load
from imagine_harness.harness.judging.listeners import knowing, listeners, unmocked
from imagine_harness.harness.judging.requests import Judged, judged
from imagine_harness.mocks.app import App
from tests.exchanges import changed
from tests.harness.judging.handmade import recorded

EDITS = "https://api.openai.com/v1/images/edits"
MADE = {"created": 1, "data": [{"url": "https://example.com/a.png"}]}


def one(app: App, url: str, body: object, status: int = 200) -> Judged:
    [found] = judged([recorded(url, body, MADE, status)], app)
    return found


def verdict(found: Judged) -> tuple[str, str | None, str] | None:
    own = found.exchange
    return (own.provider, own.operation, own.verdict.kind) if found.is_known else None


def test_every_provider_on_record_is_served_or_listened_to(app: App) -> None:
    assert {*App().mocks}.isdisjoint(unmocked())
    assert {*app.mocks} == {*App().mocks, *unmocked()}


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
def test_an_edit_takes_images_as_objects(app: App, body: object, right: str) -> None:
    assert isinstance(body, dict)
    sent = {"model": "gpt-image-1.5", "prompt": "x", **body}

    assert verdict(one(app, EDITS, sent)) == ("openai", "edit", right)


def test_one_contract_alone_is_known_even_where_nothing_answers_its_operations(
    app: App, tmp_path: Path
) -> None:
    file = tmp_path / "mine.toml"
    text = (load.ROOT / "fal" / "grok-imagine-image.toml").read_text(encoding="utf-8")
    text = text.replace("operation.generate", "operation.paint").replace('"generate"', '"paint"')
    file.write_text(f'provider = "fal"\n{text}', encoding="utf-8")
    fal = app.mocks["fal"]

    found = knowing(load.contract(file), fal)

    called = {plan.operation.id for plan in found.routes.all()}
    assert called == {"paint", "edit", *fal.recorded.platform}
    assert found.readings.items() <= fal.readings.items()


def test_a_call_of_nothing_on_record_is_nobodys(app: App) -> None:
    for path in ("/v1/chat/completions", "/v1/images/a.png", "/"):
        assert not one(app, f"https://api.openai.com{path}", {}).is_known


def test_a_bad_credential_is_none_of_its_business_unless_it_was_refused(app: App) -> None:
    sent = {"model": "gpt-image-1", "prompt": "x"}
    plain = recorded(EDITS.replace("edits", "generations"), sent, MADE)
    basic = changed(plain, headers={**plain.request.text_headers, "authorization": "Basic abc"})

    taken, refused = judged([basic, changed(basic, status=401)], app)

    assert taken.is_known
    assert refused.is_known
    assert (taken.exchange.verdict.refusal, refused.exchange.verdict.refusal) == (
        None,
        "credential-malformed",
    )


def test_its_readings_can_be_chosen() -> None:
    app = App()
    sent = {"model": "m", "prompt": "x", "n": 40}
    url = EDITS.replace("edits", "generations")
    for own, strict, right in (
        ({}, False, "warns"),
        ({"openai.n-limit": "ten"}, False, "violates"),
        ({}, True, "violates"),
    ):
        app.mocks |= listeners(app.shared, own=own, strict=strict)
        assert verdict(one(app, url, sent)) == ("openai", "generate", right)
    with pytest.raises(NotOnRecord, match="no reading 'openai"):
        listeners(app.shared, own={"openai.nothing": "x"})
