"""Answers of servers, made up for tests."""

from __future__ import annotations

from typing import Any

import httpx
import orjson

from imagine_harness.harness.suites.subjects.interaction import Interaction
from imagine_harness.harness.suites.subjects.response import ServerResponse


def reply(status: int, body: Any, asked: Any = None) -> Interaction:
    """A call answered with a status and a body: bytes as they are, anything else as JSON."""
    data = body if isinstance(body, bytes) else orjson.dumps(body)
    request = httpx.Request("POST", "http://here/images")
    response = httpx.Response(status, content=data, request=request)
    return Interaction(asked=asked, response=ServerResponse(response))
