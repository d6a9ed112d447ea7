"""Retry-After in seconds and as a date, read from a fault and written into a header."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.mocks.services import retry_after

NOW = 1_792_567_679.2
"""Wednesday, 21 October 2026, 07:27:59.2 in Greenwich."""

HEADERS = [
    ("1", b"1"),
    (2, b"2"),
    ("0.5", b"0.5"),
    ("1000000", b"1000000"),
    ("0", b"0"),
    ("2026-10-21T07:28:00Z", b"Wed, 21 Oct 2026 07:28:00 GMT"),
    ("2026-10-21T07:28:00", b"Wed, 21 Oct 2026 07:28:00 GMT"),
    ("2026-10-21T09:28:00+02:00", b"Wed, 21 Oct 2026 07:28:00 GMT"),
    ("Wed, 21 Oct 2026 07:28:00 GMT", b"Wed, 21 Oct 2026 07:28:00 GMT"),
    ("date:0", b"Wed, 21 Oct 2026 07:28:00 GMT"),
    ("date:0.8", b"Wed, 21 Oct 2026 07:28:00 GMT"),
    ("date:60", b"Wed, 21 Oct 2026 07:29:00 GMT"),
    ("date:252000000000", b"Fri, 31 Dec 9999 23:59:59 GMT"),
]


@pytest.mark.parametrize(("given", "header"), HEADERS)
def test_a_value_is_written_as_the_header_has_it_and_as_it_was_read(
    given: Any, header: bytes
) -> None:
    value = retry_after.read(given)

    assert retry_after.header(value, NOW) == header
    assert retry_after.read(retry_after.as_text(value)) == value


@pytest.mark.parametrize(
    "given", ["", "soon", "-1", "nan", "inf", "date:", "date:-1", "date:1e400", "2026-02-30", True]
)
def test_what_is_neither_seconds_nor_a_date_is_refused(given: object) -> None:
    with pytest.raises(ValueError, match=r".*"):
        retry_after.read(given)
