"""Runware's refusals: an empty `data`, and one element of `errors` for each reason and task."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from imagine_harness.contracts.fields import type_name
from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.contracts.model import Parameter
from imagine_harness.contracts.rules.values import types
from imagine_harness.contracts.untrusted.printing import cut
from imagine_harness.mocks.answer import Accepted, Wording
from imagine_harness.mocks.answering.wording import LONGEST, worded
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.runware.bodies import Element, Told, head

AUTHENTICATION = "authentication"
"""The task that hands in a key; what is wrong with the key is told of this task."""


def refuse(call: Call, wordings: Sequence[Wording]) -> object:
    """Every reason of every task; one that is about the whole call is told to each task of it."""
    return {"data": [], "errors": [item(call, each) for each in _scoped(call, wordings)]}


def _scoped(call: Call, wordings: Sequence[Wording]) -> Iterator[Wording]:
    body = call.body if isinstance(call.body, list) else []
    tasks = [root for root in body if isinstance(root, dict)]
    working = [root for root in tasks if root.get("taskType") != AUTHENTICATION] or tasks
    for wording in wordings:
        if wording.root is not None or not working:
            yield wording
        elif not wording.when.startswith("credential"):
            yield from (replace(wording, root=root) for root in working)
        elif wording.when == "credential-missing" and _is_frame(call):
            yield from (_of_task(wording, root) for root in working)
        else:
            yield wording


def _is_frame(call: Call) -> bool:
    """Whether a call came over WebSocket, where who waits for an answer waits for its task's."""
    return call.header("sec-websocket-key") is not None


def _of_task(wording: Wording, root: Element) -> Wording:
    """A wording that is told of a task and not of the one that hands in the key."""
    body = {key: value for key, value in wording.body.items() if key != "taskType"}
    return replace(wording, root=root, body=body)


def refused(call: Call, done: Accepted, refusal: Refusal) -> Told:
    """A task that was accepted and yet cannot be done."""
    wording = worded(call, refusal, done.root)
    return Told(errors=[item(call, wording)], status=wording.status, refusal=wording.when)


def item(call: Call, wording: Wording) -> Element:
    """One reason, with the task that it concerns where there is one."""
    element: Element = {"code": wording.code or "invalidRequest", "message": wording.message}
    root = wording.root if isinstance(wording.root, dict) else {}
    told = {key: cut(value, LONGEST) for key, value in head(root).items() if isinstance(value, str)}
    return element | told | _about(call, wording) | dict(wording.body)


def _about(call: Call, wording: Wording) -> dict[str, Any]:
    """Of which type the offending parameters are, and where they are documented."""
    violation = wording.violation
    plans = {plan.operation.name: plan.operation for plan in call.plans}
    operation = plans.get(".".join(violation.rule.split(".")[:2])) if violation else None
    if violation is None or operation is None:
        return {}
    concerned = [
        operation.parameters[name] for name in violation.parameters if name in operation.parameters
    ]
    if not concerned:
        return {}
    anchor = concerned[0].name.lower().replace(".", "-")
    where = f"{violation.source.document.url}#{call.figure('anchor')}{anchor}"
    named = dict.fromkeys(name for each in concerned for name in _types(each))
    return {"type": "|".join(named), "documentation": where}


def _types(parameter: Parameter) -> tuple[str, ...]:
    listed = parameter.schema.get("enum", ())
    return types(parameter.schema) or tuple({type_name[type(each)]: None for each in listed})
