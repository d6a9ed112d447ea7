"""The judge of one provider's calls: a pure function of what is on record, remembered and sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from imagine_harness.contracts.exchange import Request
from imagine_harness.contracts.fields import elements
from imagine_harness.contracts.judge import asides, bodies, fetches, limits
from imagine_harness.contracts.judge.conformance import Used, broken, memory, refusals, selected
from imagine_harness.contracts.judge.credentials import CredentialCheck
from imagine_harness.contracts.judge.input_images import Look, input_pixels, uninspected
from imagine_harness.contracts.judge.judgement import AcceptedRoot, Judgement, Refusal, RefusedRoot
from imagine_harness.contracts.judge.routes import Plan, Routes
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.provider import FETCH, EntryPoint

NOT_FOUND = 404
"""The status of a path at which nothing is, where the provider has no wording of it."""

LIGHT = 1_000
"""Bytes of a body in which there cannot be much, whatever it is."""

LeavesOut = Callable[[Judgement, object], bool]
"""(what is known of a call, one of its roots) -> whether no rule is to be held against it."""


class Judge:
    """Gives verdicts on the calls to one provider, under one set of readings at a time.

    It waits for nothing and keeps nothing but the credentials that it has taken: whatever else is
    remembered is given to it.

    Attributes:
        readings: the choices in force.
        encodings: the content encodings of bodies that are undone.
        routes: what answers which path.
        credentials: the check of credentials, and the keys that it has taken.
    """

    def __init__(self, recorded: Recorded, readings: Mapping[str, str]) -> None:
        self.recorded = recorded
        self.provider = recorded.provider
        self.name = recorded.provider.name
        self.credentials = CredentialCheck(self.provider, self.operation_of)
        self._fronts = self.provider.fronts
        served = [self.provider.hosts.get(host) for host in self.provider.media.hosts]
        self._media_prefixes = tuple(f"{each}/" for each in served if each is not None)
        gates = {"authenticate": self.authenticate, "route": self._route, "decode": self.decode}
        order = self.provider.gates or ("route", "decode")
        self._gates = tuple(gates[name] for name in order if name in gates)
        self._own_readings = tuple(recorded.readings)
        self.readings: Mapping[str, str] = dict(readings)
        self._work_out()

    def read(self, readings: Mapping[str, str]) -> None:
        """Put other readings in force; the operations are worked out anew where that matters."""
        before, self.readings = self.readings, dict(readings)
        if any(before.get(name) != readings.get(name) for name in self._own_readings):
            self._work_out()

    def _work_out(self) -> None:
        readings = self.readings
        self.encodings = self.provider.undone(readings)
        self.routes = Routes(
            Plan(operation, readings, door)
            for operation in self.recorded.operations
            for door in (None, *self._doors(operation))
        )

    def _doors(self, operation: Operation) -> list[EntryPoint]:
        known = self.provider.doors if operation.models else ()
        return [door for door in known if door.leads_to(operation.id)]

    def judge(
        self,
        request: Request,
        used: Used = frozenset(),
        look: Look = uninspected,
        *,
        leaves_out: LeavesOut | None = None,
        asks_credential: bool = True,
    ) -> Judgement:
        """What a request amounts to.

        Args:
            request: what was sent; its body is left without its content encoding.
            used: what earlier requests have used up.
            look: what input images are, by the references to them.
            leaves_out: whether no rule is to be held against a root, None for none such.
            asks_credential: whether a credential that is not taken refuses a call.
        """
        judgement = Judgement(request)
        for gate in self._gates:
            if asks_credential or gate != self.authenticate:
                judgement.gate = gate(judgement)
                if judgement.gate is not None:
                    return self._concluded(judgement)
        if judgement.operation == FETCH:
            return self._concluded(judgement)
        operation = judgement.plans[0].operation
        roots = elements(judgement.body, operation.subject) if operation.judged else ()
        for prefix, root in roots:
            if leaves_out is None or not leaves_out(judgement, root):
                self._root(judgement, root, prefix, used, look)
        return self._concluded(judgement)

    def identify(self, request: Request) -> Judgement:
        """What a request calls, or that it calls nothing; no rule is held against it."""
        judgement = Judgement(request)
        judgement.gate = self._route(judgement)
        return self._concluded(judgement)

    def _concluded(self, judgement: Judgement) -> Judgement:
        """A judgement with its verdict."""
        verdict = judgement.verdict
        if judgement.is_refused:
            reason = judgement.gate or judgement.refused[0].refusal
            verdict.refusal = reason.when[0]
        elif judgement.accepted:
            judgement.operation = _foremost(judgement.accepted).plan.operation.id
        if not judgement.plans:
            verdict.aside = self.aside(judgement.request)
        return judgement

    def _root(
        self, judgement: Judgement, root: object, prefix: str, used: Used, look: Look
    ) -> None:
        """Hold the rules against one root, and work out what its answer must deliver."""
        plan = selected(judgement.plans, root)
        judgement.operation = plan.operation.id
        reasons: list[Refusal] = []
        violations = broken(judgement, plan, root, prefix, used)
        if violations:
            reasons = refusals(judgement, violations)
            limits.note(judgement, violations)
        promise = None
        if not reasons and plan.operation.outcome is not None:
            inputs = input_pixels(plan, root, look)
            if isinstance(inputs, Refusal):
                reasons = [inputs]
            else:
                promise = plan.expected_answer(root, inputs)
                refusal = limits.too_many(judgement, plan, root, promise)
                reasons = [] if refusal is None else [refusal]
        if reasons:
            judgement.refused += (RefusedRoot(root, each) for each in reasons)
            return
        judgement.remembered |= memory(plan, root)
        judgement.accepted.append(AcceptedRoot(root, plan, promise))

    def aside(self, request: Request) -> str | None:
        """What a request is if it calls nothing, in the words of `asides`; None for a call."""
        return None if self.operation_of(request) else asides.aside(request, self._fronts)

    def operation_of(self, request: Request) -> Operation | None:
        """The operation that a request's path and method are those of, None for none."""
        found = self.routes.find(request.path)
        plans = found[0].methods.get(request.method) if found else None
        return plans[0].operation if plans else None

    def is_fetch(self, path: str) -> bool:
        """Whether whoever asks for a path wants a picture."""
        return path.startswith(self._media_prefixes) and self.routes.find(path) is None

    def weight(self, request: Request) -> int:
        """How many bytes judging a request is like: a body's, many times where much is in it."""
        if b"content-encoding" not in request.headers and len(request.body) < LIGHT:
            return len(request.body)
        body = bodies.LARGEST_BODY if b"content-encoding" in request.headers else len(request.body)
        found = self.routes.find(request.path)
        plans = found[0].methods.get(request.method, ()) if found else ()
        return body * max((plan.weight for plan in plans), default=1)

    def authenticate(self, judgement: Judgement) -> Refusal | None:
        """A credential of the documented form is there, and is none that stands for a bad one."""
        refused = self.credentials.refusal(judgement, self.readings)
        return None if refused is None or self._is_public(judgement.request) else refused

    def _is_public(self, request: Request) -> bool:
        operation = self.operation_of(request)
        return self.is_fetch(request.path) if operation is None else operation.public

    def _route(self, judgement: Judgement) -> Refusal | None:
        """The path and method are those of a recorded operation, or of the fetch of a picture."""
        request = judgement.request
        found = self.routes.find(request.path)
        if found is None:
            if self.is_fetch(request.path):
                return fetches.begin(judgement, self.provider, self.credentials.keys)
            return self._missed(request.path)
        route, judgement.path_values = found
        plans = route.methods.get(request.method)
        if plans is None:
            return Refusal(("method-unknown",), {"allowed": ", ".join(route.methods)}, status=405)
        judgement.plans = plans
        judgement.operation = plans[0].operation.id
        return None

    def _missed(self, path: str) -> Refusal:
        """Why nothing is at a path: it is nearly right, and refused in a way of its own, or not."""
        for miss in self.provider.misses:
            found = miss.template.match(path)
            if found is not None:
                return Refusal((miss.when,), found, status=NOT_FOUND)
        return Refusal(("route-unknown",), status=NOT_FOUND)

    def decode(self, judgement: Judgement) -> Refusal | None:
        """The body is there, has an accepted content type, and can be decoded."""
        return bodies.decode(judgement, self.encodings)


def _foremost(accepted: Sequence[AcceptedRoot]) -> AcceptedRoot:
    """The root that a call is called by: the first that is about a model, else the first."""
    return next((each for each in accepted if each.plan.operation.models), accepted[0])
