"""Whether an answer has a shape that is on record."""

from __future__ import annotations

from functools import cache
from typing import Any, Protocol

import orjson

from imagine_harness.contracts.engine import SchemaEngine
from imagine_harness.contracts.model import AnswerShape


class Reply(Protocol):
    """An answer of somebody."""

    @property
    def status(self) -> int:
        """The status."""

    def json(self) -> Any:
        """The decoded body, None where it is no JSON."""


def fits(shape: AnswerShape, reply: Reply) -> bool:
    """Whether an answer has the status and the shape on record."""
    return reply.status == shape.status and not wrong(shape, reply)


def misfit(shape: AnswerShape, reply: Reply) -> str:
    """Why an answer has another shape, in one line."""
    if reply.status != shape.status:
        return f"status {reply.status}, expected {shape.status}"
    return wrong(shape, reply)


def wrong(shape: AnswerShape, reply: Reply) -> str:
    """What is wrong with the body of an answer, whatever its status; `""` if nothing is."""
    told = next(_engine(orjson.dumps(shape.schema)).errors(reply.json()), None)
    if told is None:
        return ""
    at = "".join(f"/{step}" for step in told.instance_path)
    return f"{told.message[:200]} at {at or 'the whole answer'}"


@cache
def _engine(schema: bytes) -> SchemaEngine:
    return SchemaEngine(orjson.loads(schema))
