"""fal's queue: taking a request on, and taking it back."""

from __future__ import annotations

from dataclasses import replace

from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.contracts.untrusted.decoding import whole
from imagine_harness.mocks.answer import Accepted, Answer
from imagine_harness.mocks.answering import jobs
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.fal.bodies import LIFECYCLE
from imagine_harness.mocks.fal.platform_headers import lifetime, start_timeout, stores
from imagine_harness.mocks.fal.requests import addresses, app_of, asked_for, waiting
from imagine_harness.mocks.services.tasks import ENDED, Stage, Task


def admits(call: Call) -> bool:
    """Whether a body that the model refuses is queued all the same."""
    return call.door is not None and call.reading("validation-at") == "result"


def submit(call: Call) -> Answer | Refusal:
    """Take a request on; without an accepted root its result will be the refusal."""
    within = start_timeout(call)
    if isinstance(within, Refusal):
        return within
    app = app_of(call.plans[0].operation)
    limit = whole(call.query.get("fal_max_queue_length", ""))
    ahead = waiting(call, app)
    if limit is not None and 0 <= limit <= ahead:
        return Refusal(("queue-full",), status=429)
    task = jobs.submit(
        call,
        _kept_as_asked(call, call.accepted[0]) if call.accepted else _refused_root(call),
        call.state.uuid(),
        webhook=call.query.get("fal_webhook") or None,
        app=app,
        refused=tuple(call.refused),
        start_by=None if within is None else call.now() + within,
    )
    _plan(call, task)
    return Answer(_receipt(call, task, ahead))


def _kept_as_asked(call: Call, done: Accepted) -> Accepted:
    """An accepted root whose pictures are served for as long as the request says."""
    kept_for = lifetime(call, LIFECYCLE)
    if kept_for is None or done.promise is None:
        return done
    return replace(done, promise=replace(done.promise, lifetime=kept_for))


def _refused_root(call: Call) -> Accepted:
    return Accepted(call.refused[0].root, call.plans[0], None, ())


def _plan(call: Call, task: Task) -> None:
    """Set how and when a request ends, and for how long it is known then."""
    context, job = call.context, jobs.job_of(task)
    promised = job.accepted.promise
    large = promised is not None and promised.carrier == "data-uri"
    if not stores(call):
        task.lifetime = context.figure("large-result-kept" if large else "result-kept")
    if job.beside["refused"]:
        task.end, task.failure = Stage.FAILED, None
    if call.reading("submit-state") == "in-progress" and task.starts is not None:
        task.starts = min(task.starts, call.now())
    start_by = job.beside["start_by"]
    if start_by is not None and (task.starts is None or task.starts > start_by):
        task.ends, task.end = start_by, Stage.FAILED
        if task.announce is not None:
            context.services.tasks.when_ended(task, task.announce)


def _receipt(call: Call, task: Task, ahead: int) -> dict[str, object]:
    """What a submission is answered with."""
    hooked = jobs.job_of(task).webhook is not None
    if hooked and call.reading("webhook-submit") == "bare":
        return {"request_id": task.id, "gateway_request_id": task.id}
    at_once = call.reading("submit-state") == "in-progress"
    return {
        "status": "IN_PROGRESS" if at_once else "IN_QUEUE",
        "request_id": task.id,
        **({"gateway_request_id": task.id} if hooked else {}),
        **addresses(call, task),
        **({} if at_once else {"queue_position": ahead}),
        "logs": None,
        "metrics": {},
    }


def cancel(call: Call) -> Answer | Refusal:
    """Take a request back: at once where it waits, by a word to the runner where it runs."""
    task = asked_for(call)
    if task is None:
        return Refusal(("request-unknown",), status=404)
    tasks = call.services.tasks
    stage = tasks.stage(task)
    if stage is Stage.QUEUED:
        tasks.force(task, Stage.CANCELLED)
        return Answer({"status": "OK"})
    if stage in ENDED or call.reading("cancel-refusal") == "detail":
        return Refusal(("request-over",))
    if call.reading("cancelled-run") == "stops":
        tasks.force(task, Stage.CANCELLED)
    return Answer({"status": "CANCELLATION_REQUESTED"}, status=202)
