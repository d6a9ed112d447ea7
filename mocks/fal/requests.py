"""Queued requests: which one a call is about, where it is found, and what stands before it."""

from __future__ import annotations

from imagine_harness.contracts.operation import Operation
from imagine_harness.mocks.answering.jobs import job_of
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.services.tasks import Stage, Task


def app_of(operation: Operation) -> str:
    """`owner/app` of a model's operation: the queue's addresses leave the rest of its path out."""
    return "/".join(operation.path.split("/")[1:3])


def asked_for(call: Call) -> Task | None:
    """The request that a path names, None where its app has none of that id, or has no more.

    What a call asks belongs to the test that submitted the request.
    """
    task = call.services.tasks.get(call.context.name, call.path_values["request_id"])
    app = f"{call.path_values['owner']}/{call.path_values['app']}"
    if task is None or job_of(task).beside["app"] != app:
        return None
    call.test = task.test
    return task


def stage_of(call: Call, task: Task) -> Stage:
    """Where a request is; one that the model refuses fails, whoever says that it is done."""
    stage = call.services.tasks.stage(task)
    refused = stage is Stage.SUCCEEDED and job_of(task).beside["refused"]
    return Stage.FAILED if refused else stage


def addresses(call: Call, task: Task) -> dict[str, str]:
    """Where to ask about a request, as seen from where the call came to."""
    found = call.url("queue.fal.run", f"/{job_of(task).beside['app']}/requests/{task.id}")
    suffix = "/response" if call.reading("result-suffix") == "with-response" else ""
    return {
        "response_url": found + suffix,
        "status_url": f"{found}/status",
        "cancel_url": f"{found}/cancel",
    }


def waiting(call: Call, app: str, before: Task | None = None) -> int:
    """How many requests of an app wait in the call's test, or how many of them before one."""
    ahead = 0
    for task in call.services.tasks.waiting(call.context.name):
        if task is before:
            break
        ahead += task.test == call.test and job_of(task).beside["app"] == app
    return ahead
