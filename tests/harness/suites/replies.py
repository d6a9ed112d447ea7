"""Answers of servers, made up for tests."""

from __future__ import annotations

from typing import Any

import orjson

from imagine_harness.harness.results.results import Seen
from imagine_harness.harness.suites.subjects.server_client import Reply


def reply(status: int, body: Any) -> Reply:
    """An answer with a status and a body: bytes as they are, anything else as JSON."""
    data = body if isinstance(body, bytes) else orjson.dumps(body)
    return Reply(Seen("POST", "http://here/images", {}, b"", status, data), data, b"")
