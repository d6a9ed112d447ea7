"""Whether an answer has a shape that is on record."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson

from imagine_harness.contracts.engine import SchemaEngine
from imagine_harness.contracts.model import AnswerShape


def fits(shape: AnswerShape, status: int, answer: Any) -> bool:
    """Whether a decoded answer has the status and the shape on record."""
    return not misfit(shape, status, answer)


def misfit(shape: AnswerShape, status: int, answer: Any) -> str:
    """Why a decoded answer has another shape, in one line; `""` if it has this one."""
    if status != shape.status:
        return f"status {status}, expected {shape.status}"
    return misfit_of_body(shape, answer)


def misfit_of_body(shape: AnswerShape, answer: Any) -> str:
    """What is wrong with a decoded answer, whatever its status; `""` if nothing is."""
    first = next(_engine(orjson.dumps(shape.schema)).errors(answer), None)
    if first is None:
        return ""
    at = "".join(f"/{step}" for step in first.instance_path)
    return f"{first.message[:200]} at {at or 'the whole answer'}"


@cache
def _engine(schema: bytes) -> SchemaEngine:
    return SchemaEngine(orjson.loads(schema))
