"""Whether a refusal is the documented one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.provider import ErrorCase
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.promises.envelopes import as_documented, names
from imagine_harness.harness.suites.subjects.server import Server
from tests.harness.suites.replies import reply

XAI = load.recorded("xai")
GENERATE = XAI.contracts[0].operations["generate"]
READINGS = {reading.id: reading.default for reading in XAI.readings.values()}


@pytest.fixture
def front() -> Server:
    return Server("http://127.0.0.1:1/v1", GENERATE, XAI, READINGS)


@pytest.fixture
def case(front: Server) -> ErrorCase:
    """The wording of a key that is refused: it has a code, and names no field."""
    found = front.provider.error(("credential-refused",), READINGS)
    assert found is not None
    return found


def told(case: ErrorCase, **other: Any) -> dict[str, Any]:
    return {"code": case.code, "error": "Incorrect API key provided", **other}


def test_the_documented_refusal_is_accepted(front: Server, case: ErrorCase) -> None:
    as_documented(front, reply(case.status, told(case)), case)


@pytest.mark.parametrize(
    ("status", "other", "expected"),
    [
        (500, {}, "refused with 500, expected 400"),
        (400, {"code": "bad_request"}, "the refusal has no code Client specified"),
        (400, {"error": 7}, "the refusal has another shape: 7 is not of type"),
    ],
)
def test_another_refusal_is_told_with_its_source(
    front: Server, case: ErrorCase, status: int, other: dict[str, Any], expected: str
) -> None:
    with pytest.raises(Broken, match=expected) as caught:
        as_documented(front, reply(status, told(case, **other)), case)

    assert caught.value.states is case.statement


@pytest.mark.parametrize(
    ("parameter", "said", "expected"),
    [
        ("n", "n must be at most 10", True),
        ("n", "`n` must be at most 10", True),
        ("n", "Bad request: an invalid number", False),
        ("aspect_ratio", "Aspect_Ratio is unknown", True),
        ("aspect_ratio", "something is unknown", False),
        ("inputs.width", "invalidWidth", True),
        ("hd", "hd is unknown", True),
        ("hd", "something happened, rehd", False),
        ("hdr", "something happened, rehdr", True),
    ],
)
def test_a_field_is_named_by_its_last_step(
    case: ErrorCase, parameter: str, said: str, expected: bool
) -> None:
    naming = replace(case, message="{message}")

    assert names(naming, [parameter], reply(400, {"error": said})) == expected


def test_a_wording_that_names_no_field_need_not(case: ErrorCase) -> None:
    silent = replace(case, message="Bad request", body={})

    assert names(silent, ["n"], reply(400, {"error": "Bad request"}))
