"""What Schemathesis cannot know about the providers, told to it by hooks that it loads itself.

A schema says what a request looks like. It cannot say that an id was never sent before, that a
task exists, that a text is a picture, or how many pictures a mock is ready to make. Nothing here
touches what makes a negative one.
"""

from __future__ import annotations

import os
import uuid
from typing import Any

import jsonschema_rs
import schemathesis
from hypothesis import strategies as st
from schemathesis.core.failures import Failure

from contracts.exchanges import PICTURE
from contracts.load import recorded
from contracts.openapi import FORM, JSON
from mocks.forms import decoded
from mocks.images import from_base64

URLS = ("https://example.com/a.png", "http://127.0.0.1:9/b?c=d#e", "HTTPS://files.example")

UUID = "2f1c4b8e-5a3d-4c6b-9e7f-0a1b2c3d4e5f"

TASK = os.environ["SCHEMATHESIS_TASK"]
"""The id of a task that the mock knows."""

PROVIDER = os.environ["SCHEMATHESIS_PROVIDER"]

ENOUGH = 3
"""Pictures that are asked for where the schema has no limit; the mock has one of its own."""

DATA = PICTURE.partition(",")[2]

schemathesis.openapi.format("binary", st.just(from_base64(DATA, len(DATA))))
schemathesis.openapi.format("image-url", st.sampled_from([*URLS, PICTURE]))
schemathesis.openapi.format("image-reference", st.sampled_from([*URLS, PICTURE, DATA, UUID]))


@schemathesis.hook
def before_call(
    context: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]
) -> None:
    """Ids that no other request had, few pictures, and in a positive a task that exists."""
    for root in case.body if isinstance(case.body, list) else ():
        if isinstance(root, dict) and _is_uuid(root.get("taskUUID")):
            root["taskUUID"] = str(uuid.uuid4())
    if case.media_type == JSON:
        _ask_for_few(context, case.body)
    if case.meta is not None and case.meta.generation.mode.is_positive:
        for name in case.path_parameters.keys() & {"task_id"}:
            case.path_parameters[name] = TASK


@schemathesis.hook
def map_body(context: schemathesis.HookContext, body: Any) -> Any:
    """Few pictures of a form: its files are bytes, which cannot be judged again once drawn."""
    _ask_for_few(context, getattr(body, "body", body))
    return body


@schemathesis.hook
def filter_failure(
    context: schemathesis.HookContext,
    failure: Failure,
    case: schemathesis.Case[Any],
    response: schemathesis.Response,
) -> bool:
    """Keep what is a failure; three kinds of negatives are rightly accepted.

    A batch in which one element is legal succeeds, and tells what it refused under `errors`. And
    a form is called negative for what it was before it was written: a list of one is one field
    then, an empty one is none, an object is its text. Nor is that a negative which the document
    itself accepts: a list where a text would need a format.
    """
    if type(failure).__name__ != "AcceptedNegativeData":
        return True
    if isinstance(case.body, list):
        return not (len(case.body) > 1 and response.json().get("errors"))
    if case.media_type != FORM:
        return context.operation is None or not jsonschema_rs.is_valid(_schema(context), case.body)
    return not _is_legal_as_sent(context, response)


def _is_uuid(value: object) -> bool:
    try:
        return isinstance(value, str) and str(uuid.UUID(value, version=4)) == value.lower()
    except ValueError:
        return False


def _ask_for_few(context: schemathesis.HookContext, body: Any) -> None:
    """Lower a count that no schema bounds, and which is therefore never what makes a negative."""
    count = body.get("n") if isinstance(body, dict) else None
    many = isinstance(count, int | float) and count > ENOUGH
    if many and "maximum" not in _schema(context)["properties"].get("n", {}):
        body["n"] = ENOUGH


def _schema(context: schemathesis.HookContext) -> dict[str, Any]:
    """What the bodies of an operation must be; forms and JSON being run apart, there is one."""
    content = (
        context.operation.definition.raw["requestBody"]["content"] if context.operation else {}
    )
    (media,) = content.values()
    schema: dict[str, Any] = media["schema"]
    return schema


def _is_legal_as_sent(context: schemathesis.HookContext, response: schemathesis.Response) -> bool:
    sent = response.request
    if context.operation is None or not isinstance(sent.body, bytes):
        return False
    parameters = str(sent.headers["Content-Type"]).partition(";")[2].encode()
    (contract,) = recorded(PROVIDER).contracts
    operation = contract.operations[context.operation.definition.raw["operationId"]]
    return jsonschema_rs.is_valid(_schema(context), decoded(sent.body, parameters, operation))
