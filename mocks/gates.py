"""The steps before an answer. Each looks at a call and lets it pass or says why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import orjson

from contracts.model import Level, Violation
from mocks.call import Call, Refusal
from mocks.forms import FormError, decoded
from mocks.plan import Plan
from mocks.wording import of_violation

Gate = Callable[[Call], Refusal | None]
"""None lets the call pass."""

MOST_CREDENTIALS = 1_000
"""Accepted credentials that are known again without being looked at."""


def authenticate(call: Call) -> Refusal | None:
    """A credential of the documented form is there, and is none that stands for a bad one."""
    refused = _known(call)
    return None if refused is None or _is_public(call) else refused


def _is_public(call: Call) -> bool:
    found = call.mock.routes.find(call.path)
    plans = found[0].methods.get(call.method) if found else None
    return bool(plans and plans[0].operation.public)


def _known(call: Call) -> Refusal | None:
    mock = call.mock
    credential = mock.provider.credential
    given = call.headers.get(mock.credential_header)
    if given in mock.credentials:
        return None
    if given is None:
        find = call.mock.dialect.key_in_body
        key = find(call.body) if find else None
        if key is None:
            return Refusal(("credential-missing",), status=401)
    else:
        scheme, _, key = given.decode("latin-1").partition(" ")
        key = key.strip()
        if scheme.lower() != credential.scheme.lower():
            return Refusal(("credential-malformed",), {"masked": _masked(key)}, status=401)
    if key in credential.refused:
        return Refusal(("credential-refused",), {"masked": _masked(key)}, status=401)
    if not mock.credential_form.fullmatch(key):
        return Refusal(("credential-malformed",), {"masked": _masked(key)}, status=401)
    if given is not None and len(mock.credentials) < MOST_CREDENTIALS:
        mock.credentials.add(given)
    return None


def _masked(key: str) -> str:
    return f"{key[:2]}***" if key else "nothing"


def route(call: Call) -> Refusal | None:
    """The path and method are those of a recorded operation."""
    found = call.mock.routes.find(call.path)
    if found is None:
        return _missed(call)
    here, call.path_values = found
    plans = here.methods.get(call.method)
    if plans is None:
        return Refusal(("method-unknown",), {"allowed": ", ".join(here.methods)}, status=405)
    call.plans = plans
    call.operation = plans[0].operation.id
    return None


def _missed(call: Call) -> Refusal:
    for miss in call.mock.dialect.misses:
        found = miss.path.fullmatch(call.path)
        if found:
            return Refusal(miss.refusal.when, found.groupdict(), status=miss.refusal.status)
    return Refusal(("route-unknown",), status=404)


def decode(call: Call) -> Refusal | None:
    """The body is there, has an accepted content type, and can be decoded."""
    if not call.plans:
        return None
    accepted = call.plans[0].content
    if not accepted or call.plans[0].operation.raw:
        return Refusal(("body-too-large",), status=413) if call.too_large else None
    if call.too_large:
        return Refusal(("body-too-large",), status=413)
    kind, _, rest = call.headers.get(b"content-type", b"").partition(b";")
    kind = kind.strip().lower()
    if not call.raw and not kind:
        return Refusal(("body-empty",))
    if kind not in accepted:
        allowed = " or ".join(each.decode() for each in accepted)
        return Refusal(("content-type",), {"allowed": allowed, "got": kind.decode("latin-1")})
    if not call.raw:
        return Refusal(("body-empty",))
    if kind == b"multipart/form-data":
        return _decode_form(call, rest)
    return _decode_json(call)


def _decode_json(call: Call) -> Refusal | None:
    try:
        call.body = orjson.loads(call.raw)
    except orjson.JSONDecodeError as error:
        return Refusal(("body-malformed",), {"message": str(error)})
    if call.plans[0].batch and not isinstance(call.body, list):
        return Refusal(("body-shape", "body-malformed"), {"message": "expected an array"})
    return None


def _decode_form(call: Call, rest: bytes) -> Refusal | None:
    try:
        call.body = decoded(call.raw, rest, call.plans[0].operation)
    except FormError as error:
        return Refusal(("body-malformed",), {"message": str(error)})
    return None


def selected(call: Call, root: object) -> Plan:
    """The plan of the operation that a root is meant for, by the parameters that tell them apart.

    Where none fits, the first one whose refusal will say what is wrong.
    """
    if len(call.plans) == 1:
        return call.plans[0]
    return max(call.plans, key=lambda plan: _fit(plan, root))


def _fit(plan: Plan, root: object) -> int:
    return sum(
        plan.operation.parameters[name].value(root)
        in plan.operation.parameters[name].schema["enum"]
        for name in plan.operation.select
    )


def conform(call: Call, plan: Plan, root: object, prefix: str) -> list[Violation]:
    """The rules that a root breaks, warnings included."""
    validator = plan.validator
    if not validator.with_memory:
        return [] if validator.is_clean(root) else validator.violations_of(root, prefix=prefix)

    def seen(rule: str, value: object) -> bool:
        key = (rule, repr(value))
        return key in call.state.seen or key in call.remembered

    return validator.violations_of(root, seen, prefix)


def memory(plan: Plan, root: object) -> set[tuple[str, str]]:
    """What rules with memory have to remember of an accepted root."""
    return {
        (rule.statement.id, repr(parameter.value(root)))
        for rule in plan.validator.with_memory
        for parameter in rule.parameters
    }


def refusals(call: Call, violations: list[Violation]) -> list[Refusal]:
    """Why a root is refused: an unknown model alone, else every broken rule in order."""
    errors = [each for each in violations if each.level is Level.ERROR]
    of_model = [each for each in errors if each.parameters[:1] == ("model",)]
    return [of_violation(call, each) for each in of_model or errors]


GATES: Mapping[str, Gate] = MappingProxyType(
    {"authenticate": authenticate, "route": route, "decode": decode}
)
"""Gates by the names that a contract's `gates` uses; `conform` comes last and is the engine's."""
