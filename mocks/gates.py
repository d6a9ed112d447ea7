"""The steps before an answer. Each looks at a call and lets it pass or says why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from imagine_harness.contracts.forms import FormError
from imagine_harness.contracts.model import Level, Violation
from imagine_harness.contracts.secrets.credentials import CREDENTIALS
from imagine_harness.contracts.untrusted import decoding
from imagine_harness.contracts.untrusted.decoding import MOST_VALUES, Undecodable
from imagine_harness.contracts.untrusted.encodings import codings, undone
from imagine_harness.contracts.untrusted.packing import PackedError, TooLargeError
from imagine_harness.mocks import fetching, limits
from imagine_harness.mocks.authentication import authenticate, in_body
from imagine_harness.mocks.call import LARGEST_BODY, Call, Refusal
from imagine_harness.mocks.forms import decoded
from imagine_harness.mocks.plan import Plan
from imagine_harness.mocks.wording import of_violation

Gate = Callable[[Call], Refusal | None]
"""None lets the call pass."""

LONGEST_NAME = 40
"""Letters of a name in a header that a refusal repeats."""


def route(call: Call) -> Refusal | None:
    """The path and method are those of a recorded operation."""
    found = call.mock.routes.find(call.path)
    if found is None:
        return fetching.begin(call) if call.mock.is_fetch(call.path) else _missed(call)
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
    refused = _undo_encoding(call)
    if refused is not None:
        return refused
    if not call.raw:
        return Refusal(("body-empty",))
    if kind == b"multipart/form-data":
        return _decode_form(call, rest)
    return _decode_json(call)


def foreign_encoding(call: Call) -> str | None:
    """A content encoding of a call's body that its provider does not undo, None for none."""
    named = codings(call.header("content-encoding") or "")
    return next((each for each in named if each not in call.mock.encodings), None)


def _undo_encoding(call: Call) -> Refusal | None:
    """Take the content encoding off a body."""
    given = call.header("content-encoding")
    if given is None:
        return None
    foreign = foreign_encoding(call)
    if foreign is not None:
        told = f"the Content-Encoding {foreign[:LONGEST_NAME]!r} is not decoded"
        return Refusal(("content-encoding", "body-malformed"), {"message": told})
    if call.plain or not call.raw:
        return None
    try:
        call.raw = undone(call.raw, codings(given), LARGEST_BODY)
    except TooLargeError:
        return Refusal(("body-too-large",), status=413)
    except PackedError as error:
        told = f"Content-Encoding {given[:LONGEST_NAME]!r}, but the body {error}"
        return Refusal(("body-malformed",), {"message": told})
    return None


def _decode_json(call: Call) -> Refusal | None:
    try:
        body = decoding.decoded(call.raw, MOST_VALUES)
    except Undecodable as error:
        return Refusal(("body-malformed",), {"message": str(error)})
    batch = call.plans[0].batch
    if batch and isinstance(body, list) and len(body) > limits.MOST_ROOTS:
        told = f"more than {limits.MOST_ROOTS:,} elements, got {len(body):,}"
        return Refusal(("body-malformed",), {"message": told})
    call.body = body
    if key := in_body(call):
        CREDENTIALS.learn(key)
    if batch and not isinstance(body, list):
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


def _fit(plan: Plan, root: object) -> tuple[bool, ...]:
    """Which of the telling parameters fit; the first one weighs most."""
    parameters = plan.operation.parameters
    return tuple(
        parameters[name].value(root) in parameters[name].schema["enum"]
        for name in plan.operation.select
    )


def conform(call: Call, plan: Plan, root: object, prefix: str) -> list[Violation]:
    """The rules that a root breaks, warnings included; of one rule no more than can be told."""
    validator = plan.validator
    most = 1 + max(0, limits.room(call))
    if not validator.with_memory:
        if validator.is_clean(root):
            return []
        return validator.violations_of(root, prefix=prefix, most=most)

    def seen(rule: str, value: object) -> bool:
        key = (rule, repr(value))
        return key in call.state.used or key in call.remembered

    return validator.violations_of(root, seen, prefix, most)


def memory(plan: Plan, root: object) -> set[tuple[str, str]]:
    """What rules with memory have to remember of an accepted root."""
    return {
        (rule.statement.id, repr(parameter.value(root)))
        for rule in plan.validator.with_memory
        for parameter in rule.parameters
    }


def refusals(call: Call, violations: list[Violation]) -> list[Refusal]:
    """Why a root is refused: for what it is meant or an unknown model alone, else every rule.

    Of too many, those that there is still room for.
    """
    errors = [each for each in violations if each.level is Level.ERROR]
    for telling in (*call.plans[0].operation.select, "model"):
        alone = [each for each in errors if each.parameters[:1] == (telling,)]
        if alone:
            errors = alone
            break
    return limits.told(call, [of_violation(call, each) for each in errors])


GATES: Mapping[str, Gate] = MappingProxyType(
    {"authenticate": authenticate, "route": route, "decode": decode}
)
"""Gates by the names that a contract's `gates` uses; `conform` comes last and is the engine's."""
