"""fal's webhooks: told once at the end, signed with Ed25519, tried again for hours."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.answering import jobs
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.context import Context
from imagine_harness.mocks.fal.bodies import output
from imagine_harness.mocks.fal.status import failed, invalid
from imagine_harness.mocks.services.delivery import Delivery, Policy
from imagine_harness.mocks.services.tasks import Stage, Task

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


USER = "mock-user"
"""Whom the mock calls the owner of every key."""

_RETIRED, _CURRENT = "retired", "current"


async def announce(context: Context, task: Task, stage: Stage) -> Sequence[Delivery]:
    """The webhook of a request that has ended, if it asked for one."""
    url = jobs.job_of(task).webhook
    if url is None:
        return ()
    payload = {"request_id": task.id, "gateway_request_id": task.id}
    payload |= await _ending(context, task, stage)
    delivery = Delivery(
        kind="webhook",
        provider=context.name,
        task=task.id,
        test=task.test,
        url=url,
        body=orjson.dumps(payload),
        policy=_policy(context),
        sign=_signed,
    )
    return (delivery,)


async def _ending(context: Context, task: Task, stage: Stage) -> dict[str, Any]:
    call = jobs.call_of(context, task)
    if stage is Stage.SUCCEEDED:
        return {"status": "OK", "payload": output(call, await jobs.finished_images(context, task))}
    status, body = failed(call, task, stage)
    return {"status": "ERROR", "error": invalid(status), "payload": body}


def _policy(context: Context) -> Policy:
    retries = context.figure("webhook-retries")
    between = context.figure("webhook-period") / retries
    return Policy(context.figure("webhook-timeout"), [between] * retries)


def _signed(delivery: Delivery, now: float) -> Mapping[str, str]:
    """The headers of one attempt: who, when, and a signature of both and of the body."""
    stamp = str(int(now))
    digest = hashlib.sha256(delivery.body).hexdigest()
    message = "\n".join([delivery.task, USER, stamp, digest]).encode()
    return {
        "X-Fal-Webhook-Request-Id": delivery.task,
        "X-Fal-Webhook-User-Id": USER,
        "X-Fal-Webhook-Timestamp": stamp,
        "X-Fal-Webhook-Signature": _key(_CURRENT).sign(message).hex(),
    }


@cache
def _key(name: str) -> Ed25519PrivateKey:
    """A key of the context, the same in every run; it proves nothing to anybody else."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"mock {name}".encode()).digest())


def keys(_call: Call) -> Answer:
    """The public keys. The first signs nothing any more: a receiver has to try every one."""
    listed = [_key(name).public_key().public_bytes_raw() for name in (_RETIRED, _CURRENT)]
    return Answer({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": _text(raw)} for raw in listed]})


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
