"""One provider's mock: a call is judged, and answered in the provider's words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace

from imagine_harness.contracts.exchange import Request
from imagine_harness.contracts.judge.asides import PREFLIGHT, is_preflight
from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.contracts.judge.judgement import Judgement, Refusal
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.model import ContractError
from imagine_harness.contracts.provider import FETCH
from imagine_harness.contracts.secrets.credentials import CREDENTIALS
from imagine_harness.mocks.answer import PLAIN, Accepted, Answer, Wording
from imagine_harness.mocks.answering import fetching
from imagine_harness.mocks.answering.browser_pages import granted
from imagine_harness.mocks.answering.input_images import looking
from imagine_harness.mocks.answering.pace import LARGE, turn
from imagine_harness.mocks.answering.wording import worded
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.context import Context, Services
from imagine_harness.mocks.dialect import Dialect, Fulfil
from imagine_harness.mocks.services.store import TestState


class ProviderMock:
    """One provider, under one set of readings.

    Attributes:
        judge: gives the verdicts on its calls.
        context: what those know of it who answer them.
    """

    def __init__(
        self, recorded: Recorded, dialect: Dialect, readings: Mapping[str, str], services: Services
    ) -> None:
        self.provider = recorded.provider
        self.name = recorded.provider.name
        self.dialect = dialect
        self.judge = Judge(recorded, readings)
        self.context = Context(self.judge, services, dialect.announce)
        self.pages = self.provider.marks(readings)
        self._fulfil = _answers(recorded, dialect)
        self._look = looking(services.media)
        CREDENTIALS.know(self.provider)

    def read(self, readings: Mapping[str, str]) -> None:
        """Work the operations out anew under other readings."""
        self.judge.read(readings)
        self.pages = self.provider.marks(readings)

    async def judged(self, request: Request, state: TestState) -> Judgement:
        """What a request amounts to; nothing of it is done or remembered yet.

        Small requests are judged at once, large ones beside the event loop.
        """
        CREDENTIALS.notice(request.headers, request.query)
        if self.pages is not None and is_preflight(request.method, request.headers):
            judgement = self.judge.identify(request)
            judgement.verdict.refusal = None
            return judgement
        judge, used, look = self.judge.judge, state.used, self._look
        if self.judge.weight(request) < LARGE:
            judgement = judge(request, used, look)
        else:
            judgement = await asyncio.to_thread(judge, request, used, look)
        key = self.provider.credential.in_body(judgement.body)
        if key:
            CREDENTIALS.learn(key)
        return judgement

    async def answer(self, call: Call) -> Answer:
        """Do what a judged call asks for, as far as it is accepted, and answer it."""
        judgement = call.judgement
        if judgement.verdict.aside == PREFLIGHT and self.pages is not None:
            return granted(call)
        if judgement.gate is not None:
            return self.refuse(call, judgement.gate)
        if judgement.operation == FETCH:
            fetched = await fetching.fetched(call)
            return fetched if isinstance(fetched, Answer) else self.refuse(call, fetched)
        call.refused = [worded(call, each.refusal, each.root) for each in judgement.refused]
        if judgement.is_refused:
            admits = self.dialect.admits
            if admits is None or not admits(call):
                return self._in_envelope(call, call.refused)
            call.verdict.refusal = None
        return await self._fulfilled(call)

    async def _fulfilled(self, call: Call) -> Answer:
        """Make what was accepted, remember it, and answer."""
        judgement = call.judgement
        call.state.used.update(judgement.remembered)
        defers, gallery = self.dialect.defers, self.context.gallery
        for number, each in enumerate(judgement.accepted):
            done = Accepted(each.root, each.plan, each.promise, ())
            if defers is None or not defers(call, done):
                images = await gallery.images(done, call.state, call.origin)
                done = Accepted(each.root, each.plan, each.promise, images)
            call.accepted.append(done)
            await turn(number)
        door, operation = judgement.door, judgement.operation or judgement.plans[0].operation.id
        fulfil = self._fulfil[operation] if door is None else self.dialect.doors[door]
        outcome = fulfil(call)
        if isinstance(outcome, Awaitable):
            outcome = await outcome
        if isinstance(outcome, Refusal):
            return self.refuse(call, outcome)
        return self._in_envelope(call, outcome) if isinstance(outcome, list) else outcome

    def refuse(self, call: Call, refusal: Refusal, status: int | None = None) -> Answer:
        """A refusal in the provider's words and envelope, with its own status or with another."""
        wording = worded(call, refusal)
        if status is not None:
            wording = replace(wording, status=status)
        return self._in_envelope(call, [wording])

    def _in_envelope(self, call: Call, wordings: Sequence[Wording]) -> Answer:
        """Refusals in the provider's envelope; the first wording decides the status."""
        call.verdict.refusal = wordings[0].when
        headers = [(n.encode(), v.encode()) for n, v in wordings[0].headers.items()]
        body = self.dialect.refuse(call, wordings)
        if isinstance(body, str):
            return Answer(body.encode(), wordings[0].status, headers, PLAIN)
        return Answer(body, wordings[0].status, headers)


def _answers(recorded: Recorded, dialect: Dialect) -> dict[str, Fulfil]:
    """What answers each operation on record.

    Raises:
        ContractError: nothing answers one of them.
    """
    answers = dict(dialect.fulfil)
    for contract in recorded.contracts:
        for name, operation in contract.operations.items():
            answered = operation.answered_as or name
            if answered not in dialect.fulfil:
                raise ContractError(
                    f"{contract.file}: operation {name!r}: nothing answers it, expected one of "
                    + ", ".join(sorted(dialect.fulfil.keys() - recorded.platform.keys()))
                )
            answers[name] = dialect.fulfil[answered]
    for name in recorded.platform.keys() - dialect.fulfil.keys():
        raise ContractError(f"{recorded.provider.name}: operation {name!r}: nothing answers it")
    return answers
