"""What a recording lacks, as its answer tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagine_harness.contracts.examples import PICTURE
from imagine_harness.harness.traffic.readers.forms import BOUNDARY, end, part
from imagine_harness.mocks.answering.input_images import data_of
from tests.exchanges import changed
from tests.harness.judging.handmade import recorded

if TYPE_CHECKING:
    from tests.harness.judging.conftest import JudgeAll


def test_the_type_of_a_form_is_taken_from_its_body(judge: JudgeAll) -> None:
    fields = {"model": b"grok-imagine-image", "prompt": b"steam"}
    parts = [part(BOUNDARY, f'name="{name}"', value) for name, value in fields.items()]
    parts.append(part(BOUNDARY, 'name="image"; filename="a.png"', data_of(PICTURE), "image/png"))
    sent = recorded("https://api.uniall.ai/v1/images/edits")

    [one] = judge(changed(sent, headers={}, body=b"".join(parts) + end(BOUNDARY)))

    assert one.is_known
    assert (one.exchange.verdict.kind, one.unread) == ("conforms", False)
    assert one.gap == "its content type was not recorded, it is taken for multipart/form-data"


def test_a_body_of_no_known_type_was_not_recorded_where_it_was_taken(judge: JudgeAll) -> None:
    [one] = judge(changed(recorded(), headers={}, body=b"a=b"))

    assert one.unread
    assert one.gap == (
        "its body was not recorded: its content type is not there, and was answered 200"
    )
