"""What results are made of."""

from __future__ import annotations

import pytest

from imagine_harness.contracts.exchange import Exchange
from tests.exchanges import reported


@pytest.fixture
def refused() -> Exchange:
    """A refused call as a report holds it: its text is not ASCII, and its answer no text at all."""
    return reported(
        "POST",
        "http://127.0.0.1/draw?a=b",
        {"authorization": "Bearer ***"},
        b'{"prompt": "\xc3\xa9"}',
        422,
        b"\x89PNG\xff",
        "ACME_KEY",
        {"content-type": "image/png"},
    )
