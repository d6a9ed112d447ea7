"""What Schemathesis cannot know about a contract, in hooks that it loads itself.

A schema says what a request looks like. It cannot say that an id was never sent before, that a
task exists, that a text is a picture, or how many pictures a server is ready to make. Nothing
here changes what makes a negative one.

Loaded in the process that `harness.suites.schemathesis.fuzzing` starts, which leaves a plan for it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path as File
from typing import Any

import orjson
import schemathesis
from hypothesis import strategies as st
from schemathesis.core.failures import Failure

from imagine_harness.contracts.engine import SchemaEngine
from imagine_harness.contracts.examples import PICTURE
from imagine_harness.contracts.fields import ABSENT, Patch, Path, get, patched
from imagine_harness.contracts.forms import FormError
from imagine_harness.contracts.judge.forms import decoded
from imagine_harness.contracts.loading.load import contract
from imagine_harness.contracts.openapi.refusals import JSON
from imagine_harness.contracts.operation import FORM, Operation
from imagine_harness.harness.suites.schemathesis.fuzzing import PLAN
from imagine_harness.harness.suites.subjects.arguments import UPLOAD
from imagine_harness.harness.suites.subjects.encoding import FEW, counts, is_many, usable

Context = schemathesis.HookContext

DATA = PICTURE.partition(",")[2]

_plan = orjson.loads(File(os.environ[PLAN]).read_bytes())
_contracts = [contract(File(file), tuple(models)) for file, models in _plan["contracts"]]
_operations: dict[str, list[Operation]] = {
    call: [_contracts[number].operations[name] for number, name in places]
    for call, places in _plan["calls"].items()
}

schemathesis.openapi.format("binary", st.just(UPLOAD))
schemathesis.openapi.format("image-url", st.just(PICTURE))
schemathesis.openapi.format("image-reference", st.sampled_from([PICTURE, DATA]))


@schemathesis.hook
def before_call(context: Context, case: schemathesis.Case[Any], kwargs: dict[str, Any]) -> None:
    """Roots that any server can be asked, and in a positive the ids of what exists."""
    body: Any = case.body
    batch = isinstance(body, list)
    for root in body if batch else [body]:
        if case.media_type == JSON and isinstance(root, dict):
            _keep_legality(context, root, batch=batch)
    if case.meta is not None and case.meta.generation.mode.is_positive:
        known = _plan["known"][_call(context)["operationId"]]
        for name in case.path_parameters.keys() & known.keys():
            case.path_parameters[name] = known[name]


@schemathesis.hook
def map_body(context: Context, body: Any) -> Any:
    """A form as any server can be asked it: its bytes cannot be judged again once drawn."""
    root = getattr(body, "body", body)
    if isinstance(root, dict) and FORM in _call(context)["requestBody"]["content"]:
        _replace(root, dict(_as_any_server(context, root)))
    return body


@schemathesis.hook
def filter_failure(
    context: Context,
    failure: Failure,
    case: schemathesis.Case[Any],
    response: schemathesis.Response,
) -> bool:
    """Keep what is a failure; three kinds of negatives are rightly accepted.

    A batch in which one element is legal succeeds, and lists what it refused under `errors`. And
    a form is called negative for what it was before it was written: a list of one is one field
    then, an empty one is none, an object is its text. Nor is that a negative which the document
    itself accepts: a list where a text would need a format.
    """
    if type(failure).__name__ != "AcceptedNegativeData":
        return True
    if isinstance(case.body, list):
        return not (len(case.body) > 1 and _has_errors(response))
    if case.media_type != FORM:
        return not _is_valid(context, case.body)
    return not _is_legal_as_sent(context, response)


def _has_errors(response: schemathesis.Response) -> bool:
    try:
        answer = response.json()
    except ValueError:
        return False
    return isinstance(answer, dict) and bool(answer.get("errors"))


def _is_valid(context: Context, body: Any) -> bool:
    """Whether the document accepts a body; one that is not there or no JSON it does not."""
    try:
        json.dumps(body, ensure_ascii=False).encode()
    except (TypeError, ValueError):
        return False
    return SchemaEngine(_schema(context)).is_valid(body)


def _call(context: Context) -> dict[str, Any]:
    """The operation of the document that a case is of."""
    call: dict[str, Any] = context.operation.definition.raw if context.operation else {}
    return call


def _schema(context: Context) -> dict[str, Any]:
    """What the bodies of an operation must be; forms and JSON being run apart, there is one."""
    (media,) = _call(context)["requestBody"]["content"].values()
    schema: dict[str, Any] = media["schema"]
    return schema


def _as_any_server(context: Context, root: Any) -> Any:
    """A root as any server can be asked it, for few images where the document sets no limit."""
    for operation in _operations[_call(context)["operationId"]]:
        root = patched(usable(operation, root), _few(context, operation, root))
    return root


def _few(context: Context, operation: Operation, root: Any) -> Patch:
    return {
        each.path: FEW
        for each in counts(operation)
        if is_many(each.value(root)) and not _is_bounded(context, each.path)
    }


def _is_bounded(context: Context, path: Path) -> bool:
    """Whether the document asserts a maximum; a reading may leave it out."""
    schema = _schema(context)
    steps = [part for step in path for part in ("properties", step)]
    return get(schema.get("items", schema), (*steps, "maximum")) is not ABSENT


def _keep_legality(context: Context, root: dict[str, Any], *, batch: bool) -> None:
    """Make a root one that any server can be asked, unless that would make it right or wrong."""
    made = _as_any_server(context, root)
    legal = [_is_valid(context, [each] if batch else each) for each in (root, made) if made != root]
    if len(set(legal)) == 1:
        _replace(root, made)


def _replace(root: dict[str, Any], made: dict[str, Any]) -> None:
    root.clear()
    root.update(made)


def _is_legal_as_sent(context: Context, response: schemathesis.Response) -> bool:
    """Whether a form is right once it is read, for one of the operations that it may be of."""
    sent = response.request
    if not isinstance(sent.body, bytes):
        return False
    parameters = str(sent.headers["Content-Type"]).partition(";")[2].encode()
    for operation in _operations[_call(context)["operationId"]]:
        try:
            read = decoded(sent.body, parameters, operation)
        except FormError:
            continue
        if _is_valid(context, read):
            return True
    return False
