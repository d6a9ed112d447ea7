"""One exchange: a call is answered, hit by its faults, recorded and sent."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import orjson
from starlette.types import Receive, Scope, Send

from mocks.call import Answer, Call
from mocks.effects import (
    HTML,
    ConnectionReset,
    broken,
    disturbed,
    hit,
    refused,
    send_faulted,
)
from mocks.faults import Fault, FaultError, checked, parsed
from mocks.journal import Exchange
from mocks.problem import problem
from mocks.provider import Judged, Shared
from mocks.stream import streamed


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that is ready to be sent, as its fault left it.

    Attributes:
        body: its bytes; empty where the answer is a stream.
        headers: its own and the provider's.
    """

    answer: Answer
    body: bytes
    headers: Sequence[tuple[bytes, bytes]]
    fault: Fault | None


class Exchanger:
    """Takes calls to their end."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    async def __call__(self, call: Call, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call, record it, and send what its faults leave of the answer."""
        mock = call.mock
        if call.path.startswith(mock.media_prefix) and mock.routes.find(call.path) is None:
            medium = await mock.medium(call)
            sent = Answered(medium, _encoded(medium), medium.headers, None)
            await _send(send, sent, bodyless=call.method == "HEAD")
            return
        try:
            done = await self.answered(call)
        except FaultError as error:
            await _send_problem(send, str(error))
            return
        if done.answer.stream is not None:
            await self._stream(call, done, done.answer.stream, (scope, receive, send))
        elif done.fault is not None:
            await send_faulted(
                send, done.answer, done.body, done.headers, done.fault, scope, self._shared.clock
            )
        else:
            await _send(send, done)

    async def _stream(
        self,
        call: Call,
        done: Answered,
        stream: AsyncIterator[bytes],
        channel: tuple[Scope, Receive, Send],
    ) -> None:
        scope, receive, send = channel
        if done.fault is not None:
            stream = disturbed(stream, done.fault.parts, self._shared.clock)
        try:
            body = await streamed(send, receive, done.answer, stream, done.headers)
        except ConnectionReset:
            self._note(call, done.answer, b"")
            await broken(scope)
            return
        self._note(call, done.answer, body)

    async def answered(self, call: Call) -> Answered:
        """Judge a call, do what it asks for, and record both, but for an answer that streams.

        Raises:
            FaultError: the call asks for a fault that means nothing.
        """
        mock = call.mock
        fault = self._own_fault(call)
        judged = await mock.judge(call)
        planned = self._planned_fault(call)
        fault = fault or planned
        if fault is not None:
            call.disorder = fault.parts
        answer = await self._answer(call, judged, fault)
        if fault is not None:
            answer = hit(call, answer, fault)
            await self._shared.clock.sleep(fault.parts.get("delay", 0))
        extra = mock.dialect.headers(call, answer) if mock.dialect.headers else ()
        body = HTML if fault and "html" in fault.parts else _encoded(answer)
        if answer.stream is None:
            self._note(call, answer, body)
        return Answered(answer, body, [*answer.headers, *extra], fault)

    async def _answer(self, call: Call, judged: Judged | Answer, fault: Fault | None) -> Answer:
        if fault is not None and ("status" in fault.parts or "error" in fault.parts):
            return refused(call, fault.parts.get("status"), fault.parts.get("error"))
        return judged if isinstance(judged, Answer) else await call.mock.fulfil(call, judged)

    def _own_fault(self, call: Call) -> Fault | None:
        """The fault that the request itself asks for, by our header or by `Prefer: code=429`."""
        asked = call.headers.get(b"x-harness-fault")
        if asked is not None:
            return checked(parsed(asked.decode("latin-1")), [call.mock.provider])
        for preference in call.headers.get(b"prefer", b"").decode("latin-1").split(","):
            name, _, code = preference.partition("=")
            if name.strip().lower() == "code":
                return parsed(f"status={code.strip()}")
        return None

    def _planned_fault(self, call: Call) -> Fault | None:
        if call.operation is None:
            return None
        calls = call.state.calls
        name = f"{call.mock.name}.{call.operation}"
        calls[name] = nth = calls.get(name, 0) + 1
        if not self._shared.faults:
            return None
        return self._shared.faults.next(call.mock.name, call.operation, call.test, nth)

    def _note(self, call: Call, answer: Answer, body: bytes) -> None:
        journal = self._shared.journal
        expected = call.headers.get(b"x-harness-expect")
        journal.record(
            Exchange(
                id=journal.next_id(),
                time=call.now(),
                provider=call.mock.name,
                operation=call.operation,
                test=call.test,
                method=call.method,
                path=call.path,
                query=call.query.decode("latin-1"),
                headers=call.headers,
                body=call.raw,
                status=answer.status,
                answer_type=answer.content_type,
                answer=body,
                violations=call.violations,
                refusal=call.refusal,
                fault=call.fault,
                expected=tuple(expected.decode("latin-1").replace(",", " ").split())
                if expected
                else (),
                duration_ms=(time.perf_counter() - call.started) * 1000,
            )
        )


def _encoded(answer: Answer) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else orjson.dumps(answer.body)


async def _send(send: Send, done: Answered, *, bodyless: bool = False) -> None:
    start = [
        (b"content-type", done.answer.content_type),
        (b"content-length", b"%d" % len(done.body)),
        *done.headers,
    ]
    status = done.answer.status
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": b"" if bodyless else done.body})


async def _send_problem(send: Send, detail: str) -> None:
    answer = problem(400, "bad-fault", detail)
    await send(
        {
            "type": "http.response.start",
            "status": 400,
            "headers": list(answer.raw_headers),
        }
    )
    await send({"type": "http.response.body", "body": answer.body})
