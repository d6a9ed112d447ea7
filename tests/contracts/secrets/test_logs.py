"""What is logged of a failure: all of it, but no secret."""

from __future__ import annotations

import logging

import pytest

from imagine_harness.contracts.secrets.credentials import CREDENTIALS
from imagine_harness.contracts.secrets.logs import HIDING, logger
from imagine_harness.mocks.app import App
from imagine_harness.mocks.server import server

SEEN = "seen-57d2b1f0c3e84a96"


@pytest.mark.parametrize("name", ["imagine-harness", "uvicorn.error", "asyncio"])
def test_messages_and_tracebacks_lose_their_secrets(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    CREDENTIALS.learn(SEEN)
    server(App())
    caplog.set_level(logging.ERROR, name)

    try:
        raise ValueError(f"no answer from https://u:private@h/?token=private with {SEEN}")
    except ValueError as error:
        logging.getLogger(name).error("failed for %s", SEEN, exc_info=error)

    assert "failed for ***" in caplog.text
    assert "no answer from https://***@h/?token=***" in caplog.text
    assert "Traceback" in caplog.text
    assert SEEN not in caplog.text
    assert "u:private" not in caplog.text


def test_a_logger_hides_once(caplog: pytest.LogCaptureFixture) -> None:
    logger("imagine-harness")
    found = logger("imagine-harness")

    found.warning("%d of %d", 1, 2)

    assert found.filters.count(HIDING) == 1
    assert caplog.messages == ["1 of 2"]
