"""One exchange: a call is judged, noted, answered, hit by its faults and sent."""

from __future__ import annotations

from collections.abc import AsyncIterator

import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from imagine_harness.contracts.exchange import Exchange, promised
from imagine_harness.contracts.provider import FETCH
from imagine_harness.contracts.secrets.credentials import CREDENTIALS
from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.answering.browser_pages import marked
from imagine_harness.mocks.answering.fetching import EXPIRED, attribute
from imagine_harness.mocks.answering.polls import polled
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.network.problem import problem
from imagine_harness.mocks.note import Note
from imagine_harness.mocks.prepared import PreparedAnswer
from imagine_harness.mocks.protocols.disconnect import ClientLeft, Watch, gone
from imagine_harness.mocks.protocols.fault_effects import (
    CLIENT,
    HARNESS,
    HTML,
    SERVER,
    ConnectionReset,
    bodyless,
    broken,
    disturbed,
    documented,
    head,
    hit,
    line_of,
    send_faulted,
    who_left,
)
from imagine_harness.mocks.protocols.stream import streamed
from imagine_harness.mocks.provider import ProviderMock
from imagine_harness.mocks.services.faults import Fault, FaultError, checked, parsed


class Exchanger:
    """Takes the calls to one provider to their end."""

    def __init__(self, mock: ProviderMock) -> None:
        self._mock = mock
        self._services = mock.context.services

    async def __call__(self, call: Call, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call, note it, and send what its faults leave of the answer."""
        if self._mock.pages is not None and b"origin" in call.headers:
            send = marked(send, self._mock.pages)
        if call.request.method == "HEAD":
            send = bodyless(send)
        try:
            with Watch(gone, receive):
                await self._exchange(call, scope, send)
        except FaultError as error:
            await self.mistaken(call, error)(scope, receive, send)
        except ClientLeft:
            self.leave(call, who_left(scope))
        except BaseException as error:
            self.fail(call, scope, error)
            raise

    async def _exchange(self, call: Call, scope: Scope, send: Send) -> None:
        done = await self.answered(call)
        if done.fault is not None:
            await self._services.clock.sleep(done.parts.get("delay", 0))
        if done.answer.stream is not None:
            await self._stream(done, done.answer.stream, scope, send)
        elif done.fault is not None:
            await send_faulted(send, done, scope, self._services.clock)
        else:
            done.note.end(done.answer, done.body)
            await send(head(done.answer, done.headers, len(done.body)))
            await send({"type": "http.response.body", "body": done.body})

    async def _stream(
        self, done: PreparedAnswer, stream: AsyncIterator[bytes], scope: Scope, send: Send
    ) -> None:
        if done.fault is not None:
            stream = disturbed(stream, done.parts, self._services.clock)
        try:
            await streamed(send, done.answer, stream, done.headers, done.note)
        except ConnectionReset:
            done.note.end(done.answer)
            await broken(scope)

    async def answered(self, call: Call) -> PreparedAnswer:
        """Judge a call, note it, and do what it asks for; it is answered once its note is over.

        Raises:
            FaultError: the call asks for a fault that means nothing.
        """
        call.judgement = await self._mock.judged(call.request, call.state)
        operation = call.judgement.operation
        if operation == FETCH:
            attribute(call)
        call.note = note = self._new_note(call)
        own = self._own_fault(call)
        if own is not None and own.at is not None:
            call.later, own = own, None
        planned = self._planned_fault(call)
        fault = own or planned
        if fault is not None:
            call.disorder = fault.parts
        answer = await self._answer(call, fault)
        if fault is not None:
            answer = hit(call, answer, fault)
        note.update(call.judgement.operation, call.test)
        heads = self._mock.dialect.headers if operation != FETCH else None
        extra = heads(call, answer) if heads else ()
        body = HTML if fault and "html" in fault.parts else _encoded(answer)
        return PreparedAnswer(answer, body, [*answer.headers, *extra], fault, note)

    def fail(self, call: Call, scope: Scope, error: BaseException) -> None:
        """Note that an exchange was cut off by an error: who cancels it has left, or stops."""
        stopped = CLIENT if line_of(scope) is None else SERVER
        self.leave(call, HARNESS if isinstance(error, Exception) else stopped)

    def leave(self, call: Call, who: str) -> None:
        """Note who ended an exchange before its answer did, if nothing else has ended it.

        Of a call that was not judged by then only the operation is told.
        """
        if call.note is None:
            CREDENTIALS.notice(call.headers, call.request.query)
            call.judgement = self._mock.judge.identify(call.request)
            call.verdict.is_judged, call.verdict.refusal = False, None
            call.note = self._new_note(call)
        call.note.leave(who)

    def _new_note(self, call: Call) -> Note:
        journal = self._services.journal
        call.verdict.expected = promised(call.headers)
        exchange = Exchange(
            id=journal.next_id(),
            time=call.now(),
            provider=self._mock.name,
            operation=call.operation,
            test=call.test,
            request=call.request,
            verdict=call.verdict,
        )
        return Note(journal, exchange, call.started)

    async def _answer(self, call: Call, fault: Fault | None) -> Answer:
        parts = fault.parts if fault is not None else {}
        if "gone" in parts:
            return self._mock.refuse(call, EXPIRED)
        if "status" in parts or "error" in parts:
            refusal = documented(call, parts.get("status"), parts.get("error"))
            return self._mock.refuse(call, refusal, refusal.status)
        return await self._mock.answer(call)

    def mistaken(self, call: Call, error: FaultError) -> Response:
        """What is said to a call that asks for a fault that means nothing; it is noted, too."""
        response = problem(400, "bad-fault", str(error))
        if call.note is not None:
            call.verdict.refusal = "bad-fault"
            kind = response.headers["content-type"].encode()
            answer = Answer(None, response.status_code, content_type=kind)
            call.note.end(answer, bytes(response.body))
        return response

    def _own_fault(self, call: Call) -> Fault | None:
        """The fault that the request itself asks for, by our header or by `Prefer: code=429`."""
        headers = call.request.headers
        asked = headers.get(b"x-harness-fault")
        if asked is not None:
            return _fitting(checked(parsed(asked.decode("latin-1")), [self._mock.provider]), call)
        preferred = headers.get(b"prefer")
        if preferred is None:
            return None
        for preference in preferred.decode("latin-1").split(","):
            name, _, code = preference.partition("=")
            if name.strip().lower() == "code":
                return parsed(f"status={code.strip()}")
        return None

    def _planned_fault(self, call: Call) -> Fault | None:
        operation = call.judgement.operation
        if operation is None:
            return None
        calls = call.state.calls
        name = f"{self._mock.name}.{operation}"
        calls[name] = nth = calls.get(name, 0) + 1
        asked = polled(call)
        return self._services.faults.next(
            self._mock.name, operation, call.test, nth, asked, call.later
        )


def _fitting(fault: Fault, call: Call) -> Fault:
    """A fault that a call asks for itself, if it means something for the call.

    Raises:
        FaultError: it is about fetches alone, and the call is none.
    """
    if fault.is_of_fetches and call.operation != FETCH:
        called = call.operation or "nothing on record"
        raise FaultError(f"fault {fault.spec()!r} is about {FETCH}, this is a call of {called}")
    return fault


def _encoded(answer: Answer) -> bytes:
    return answer.body if isinstance(answer.body, bytes) else orjson.dumps(answer.body)
