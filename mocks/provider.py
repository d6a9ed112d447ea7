"""One provider's mock: a call goes through its gates, is answered in its words, and is noted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from imagine_harness.contracts.fields import elements
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.model import ContractError
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.provider import FETCH, BrowserPages, Door
from imagine_harness.contracts.secrets.credentials import CREDENTIALS
from imagine_harness.mocks import fetching, limits
from imagine_harness.mocks.asides import PREFLIGHT
from imagine_harness.mocks.browser_pages import granted
from imagine_harness.mocks.call import (
    LARGEST_BODY,
    PLAIN,
    Accepted,
    Answer,
    Call,
    Refusal,
    Wording,
)
from imagine_harness.mocks.dialect import Dialect
from imagine_harness.mocks.gallery import Gallery
from imagine_harness.mocks.gates import GATES, conform, decode, memory, refusals, selected
from imagine_harness.mocks.inputs import looked_at
from imagine_harness.mocks.pace import aside, turn
from imagine_harness.mocks.plan import Plan, Routes
from imagine_harness.mocks.services.clock import Clock
from imagine_harness.mocks.services.delivery import Deliveries
from imagine_harness.mocks.services.fault_plan import FaultPlan
from imagine_harness.mocks.services.journal import Journal
from imagine_harness.mocks.services.media import Media
from imagine_harness.mocks.services.schedule import Schedule
from imagine_harness.mocks.services.store import Store
from imagine_harness.mocks.services.tasks import Tasks
from imagine_harness.mocks.upstreams import Upstream
from imagine_harness.mocks.wording import worded


@dataclass(frozen=True, slots=True)
class Shared:
    """What the mocks of all providers share.

    Attributes:
        upstreams: the providers that a gateway's mock hands calls on to, by name.
    """

    clock: Clock
    store: Store
    media: Media
    tasks: Tasks
    journal: Journal
    faults: FaultPlan
    schedule: Schedule
    deliveries: Deliveries
    upstreams: Mapping[str, Upstream]


@dataclass(frozen=True, slots=True)
class Judged:
    """What the gates and rules made of a call's roots.

    One is accepted, or there is none, or the provider admits what it will refuse later.
    """

    accepted: list[Accepted]
    refused: list[Wording]


class ProviderMock:
    """One provider, under one set of readings.

    Attributes:
        gates: the steps before the rules, in the provider's order.
        asks: for each operation that asks about tasks, the lifecycle of these.
        credentials, keys: those that it has taken, as whole headers and alone.
        encodings: the content encodings of bodies that it undoes.
        gallery: its pictures.
        pages: how answers are marked for pages of other origins, None where they may not call.
    """

    def __init__(
        self, recorded: Recorded, dialect: Dialect, readings: Mapping[str, str], shared: Shared
    ) -> None:
        self.recorded = recorded
        self.provider = recorded.provider
        self.name = recorded.provider.name
        self.dialect = dialect
        self.shared = shared
        self._fulfil = dict(dialect.fulfil)
        for contract in recorded.contracts:
            for name, operation in contract.operations.items():
                answered = operation.answered_as or name
                if answered not in dialect.fulfil:
                    raise ContractError(
                        f"{contract.file}: operation {name!r}: nothing answers it, expected one of "
                        + ", ".join(sorted(dialect.fulfil.keys() - recorded.platform.keys()))
                    )
                self._fulfil[name] = dialect.fulfil[answered]
        for name in recorded.platform.keys() - dialect.fulfil.keys():
            raise ContractError(f"{self.name}: operation {name!r}: nothing answers it")
        self.gates = tuple(GATES[name] for name in self.provider.gates if name in GATES)
        self.credential_header = self.provider.credential.header.lower().encode()
        self.credentials: set[bytes] = set()
        self.keys: set[str] = set()
        CREDENTIALS.know(self.provider)
        served = [self.provider.hosts.get(host) for host in self.provider.media.hosts]
        self._media_prefixes = tuple(f"{each}/" for each in served if each is not None)
        self.asks = {name: life for life in self.provider.lifecycles for name in life.asks}
        self.gallery = Gallery(self.provider, shared.media, shared.clock)
        self.readings: Mapping[str, str] = {}
        self.encodings: tuple[str, ...] = ()
        self.pages: BrowserPages | None = None
        self.routes = Routes(())
        self.read(readings)

    def read(self, readings: Mapping[str, str]) -> None:
        """Work the operations out anew under other readings."""
        self.readings = self.gallery.readings = dict(readings)
        self.encodings = self.provider.undone(readings)
        self.pages = self.provider.marks(readings)
        self.routes = Routes(
            Plan(operation, readings, door)
            for operation in self.recorded.operations
            for door in (None, *self._doors(operation))
        )

    def _doors(self, operation: Operation) -> list[Door]:
        known = self.provider.doors if operation.models else ()
        return [door for door in known if door.leads_to(operation.id)]

    def is_fetch(self, path: str) -> bool:
        """Whether whoever asks for a path wants a picture."""
        return path.startswith(self._media_prefixes) and self.routes.find(path) is None

    async def judge(
        self, call: Call, leaves_out: Callable[[object], bool] = lambda _: False
    ) -> Judged | Answer:
        """Take a call through the gates and the rules; nothing of it is done or remembered yet.

        Args:
            call: what was asked.
            leaves_out: whether no rule is to be held against a root.
        """
        CREDENTIALS.notice(call.headers, call.query.decode("latin-1"))
        if call.aside == PREFLIGHT and self.pages is not None:
            return granted(call)
        for gate in self.gates:
            refused = await aside(_weight(call) if gate is decode else 0, gate, call)
            if refused is not None:
                return self.refuse(call, [worded(call, refused)])
        if call.operation == FETCH:
            return await fetching.fetched(call)
        operation = call.plans[0].operation
        judged = Judged([], [])
        roots = elements(call.body, operation.subject) if operation.judged else ()
        for number, (prefix, root) in enumerate(roots):
            if leaves_out(root):
                continue
            outcome = await self._root(call, root, prefix)
            await turn(number)
            if isinstance(outcome, Accepted):
                judged.accepted.append(outcome)
            else:
                judged.refused.extend(outcome)
        if judged.refused and not judged.accepted and not self._admits(call, judged.refused):
            return self.refuse(call, judged.refused)
        if judged.accepted:
            call.operation = _foremost(judged.accepted).plan.operation.id
        return judged

    def _admits(self, call: Call, refused: Sequence[Wording]) -> bool:
        return self.dialect.admits is not None and self.dialect.admits(call, refused)

    async def _root(self, call: Call, root: object, prefix: str) -> Accepted | list[Wording]:
        chosen = selected(call, root)
        call.operation = chosen.operation.id
        broken = await aside(len(call.raw), conform, call, chosen, root, prefix)
        if broken:
            refused = refusals(call, broken)
            limits.note(call, broken)
            if refused:
                return [worded(call, each, root) for each in refused]
        promised = None
        if chosen.operation.outcome is not None:
            inputs = await looked_at(call, chosen, root) if chosen.operation.outcome.inputs else []
            if isinstance(inputs, Refusal):
                return [worded(call, inputs, root)]
            promised = chosen.promise(root, inputs)
            refusal = limits.too_many(call, chosen, root, promised)
            if refusal is not None:
                return [worded(call, refusal, root)]
        call.remembered |= memory(chosen, root)
        return Accepted(root, chosen, promised, ())

    async def fulfil(self, call: Call, judged: Judged) -> Answer:
        """Do what was accepted, remember it, and answer."""
        call.state.used.update(call.remembered)
        operation = call.operation or call.plans[0].operation.id
        defers = self.dialect.defers
        for number, each in enumerate(judged.accepted):
            if defers is None or not defers(call, each):
                images = await self.gallery.images(call, each)
                judged.accepted[number] = replace(each, images=images)
            await turn(number)
        fulfil = self._fulfil[operation]
        if call.door is not None:
            fulfil = self.dialect.doors[call.door]
        outcome = fulfil(call, judged.accepted, judged.refused)
        if isinstance(outcome, Awaitable):
            outcome = await outcome
        if isinstance(outcome, Refusal):
            return self.refuse(call, [worded(call, outcome)])
        return outcome

    def refuse(self, call: Call, wordings: Sequence[Wording]) -> Answer:
        """A refusal in the provider's envelope; the first wording decides the status."""
        call.refusal = wordings[0].when
        headers = [(n.encode(), v.encode()) for n, v in wordings[0].headers.items()]
        body = self.dialect.refuse(call, wordings)
        if isinstance(body, str):
            return Answer(body.encode(), wordings[0].status, headers, PLAIN)
        return Answer(body, wordings[0].status, headers)

    def figure(self, name: str) -> Any:
        """What is on record under the name of a figure."""
        return self.provider.figures[name].value


def _weight(call: Call) -> int:
    """The bytes of a body, or as many as there may be of one that comes encoded."""
    return LARGEST_BODY if b"content-encoding" in call.headers else len(call.raw)


def _foremost(accepted: Sequence[Accepted]) -> Accepted:
    """The root that a call is called by: the first that is about a model, else the first."""
    return next((each for each in accepted if each.plan.operation.models), accepted[0])
