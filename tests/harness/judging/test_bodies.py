"""Bodies as recorders leave them: cut, decoded, without a type, and what is judged of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imagine_harness.contracts.exchange import Exchange
from tests.exchanges import changed, ours
from tests.harness.judging.handmade import QUEUE, RUN, got, recorded
from tests.harness.traffic.readers.test_journal import EXCHANGE

if TYPE_CHECKING:
    from tests.harness.judging.conftest import JudgeAll


def test_a_body_that_was_not_recorded_is_not_judged(judge: JudgeAll) -> None:
    [one] = judge(changed(recorded(), body=None, gap="it was cut"))

    assert (one.unread, one.gap) == (True, "its body was not recorded: it was cut")
    assert one.is_known
    assert (one.exchange.operation, one.exchange.verdict.refusal) == ("generate", None)


def test_a_call_without_a_body_needs_none(judge: JudgeAll) -> None:
    [one] = judge(changed(got(f"{QUEUE}/requests/a/status", {}), method="GET", body=None))

    assert not one.unread
    assert one.operation is not None


@pytest.mark.parametrize("body", [b"", b"{", b"<BODY>", b'"***"', b"{}", b"null", b"[]"])
def test_what_a_provider_took_was_not_what_is_there(judge: JudgeAll, body: bytes) -> None:
    taken, refused = judge(changed(recorded(), body=body), changed(recorded(status=422), body=body))

    assert taken.is_known
    assert (taken.exchange.verdict.refusal, taken.exchange.verdict.violations) == (None, [])
    assert taken.unread
    assert taken.gap.endswith(", and was answered 200")
    assert refused.is_known
    assert refused.exchange.verdict.kind != "conforms"
    assert not refused.unread


def test_a_body_that_breaks_a_rule_was_sent_so_whatever_was_answered(judge: JudgeAll) -> None:
    [one] = judge(recorded(body={"prompt": 5}))

    assert not one.unread
    assert one.is_known
    assert one.exchange.verdict.kind == "violates"


def test_a_content_type_that_was_not_recorded_is_taken_from_the_body(judge: JudgeAll) -> None:
    bare = changed(recorded(), headers={})
    taken, none, wrong, refused = judge(
        bare,
        changed(bare, status=0),
        changed(bare, headers={"content-type": "text/plain"}),
        changed(bare, status=415, headers={"accept": "*/*"}),
    )

    for one in (taken, none):
        assert one.is_known
        assert one.exchange.verdict.kind == "conforms"
        assert one.gap == "its content type was not recorded, it is taken for application/json"
    for one in (wrong, refused):
        assert one.is_known
        assert (one.exchange.verdict.refusal, one.gap) == ("content-type", "")


def test_a_request_that_did_not_come_whole_is_not_judged(judge: JudgeAll) -> None:
    noted = changed(EXCHANGE, is_judged=False, violations=[], refusal=None)
    [one] = judge(ours(changed(noted, body=None)))

    assert (one.unread, one.looked_at) == (True, False)
    assert one.is_known
    assert one.exchange.verdict.kind == "unjudged"


def test_a_body_that_nobody_can_read_is_refused(judge: JudgeAll) -> None:
    [one] = judge(changed(recorded(status=422), body=b"{"))

    assert one.is_known
    assert one.exchange.verdict.refusal == "body-malformed"


def test_a_picture_that_a_recorder_cut_is_no_trouble_where_the_provider_took_it(
    judge: JudgeAll,
) -> None:
    cut = {"prompt": "x", "image_urls": ["data:image/png;base64,iVBORw0KGgo="]}
    taken, refused = judge(
        recorded(RUN + "/edit", cut), recorded(RUN + "/edit", cut, {"detail": []}, 422)
    )

    assert taken.is_known
    assert refused.is_known
    assert (taken.exchange.verdict.refusal, refused.exchange.verdict.refusal) == (
        None,
        "image-broken",
    )


def encoded(body: bytes, coding: str, status: int = 422) -> Exchange:
    one = recorded(status=status, headers={"content-encoding": coding})
    return changed(one, body=body)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "x-gzip", "deflate, gzip"])
def test_a_body_whose_encoding_a_recorder_has_undone_is_judged(
    judge: JudgeAll, coding: str
) -> None:
    [one] = judge(encoded(b'{"prompt": "x", "num_images": 5}', coding))

    assert one.is_known
    assert [each.rule for each in one.exchange.verdict.violations] == [
        "fal.generate.num_images.maximum"
    ]


@pytest.mark.parametrize("body", [b'{"prompt": "x"}', b"\x8b\x08\x80", None])
def test_an_encoding_that_the_provider_does_not_undo_is_refused_as_it_is_served(
    judge: JudgeAll, body: bytes | None
) -> None:
    one = changed(encoded(b"", "br"), body=body, gap="" if body else "it is packed as br")
    [refused] = judge(one)
    [taken] = judge(changed(one, status=200))

    assert refused.is_known
    assert refused.exchange.verdict.refusal == "content-encoding"
    assert taken.unread
    assert taken.is_known
    assert taken.exchange.verdict.kind == "conforms"


def test_whether_an_encoding_is_undone_depends_on_the_provider(judge: JudgeAll) -> None:
    here = "http://127.0.0.1:4010/uniall/v1/images/generations"
    body = {"model": "grok-imagine-image", "prompt": "x"}
    made = [
        recorded(here, body, status=400, headers={"content-encoding": coding})
        for coding in ("gzip", "deflate")
    ]

    assert [each.exchange.verdict.refusal for each in judge(*made)] == [
        None,
        "content-encoding",
    ]
