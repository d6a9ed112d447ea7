"""The mocks' own limits to what one call may ask for; no page states them, a refusal tells them."""

from __future__ import annotations

from imagine_harness.contracts.expected import Promise
from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.model import Level, Violation
from imagine_harness.mocks.call import Call, Refusal
from imagine_harness.mocks.plan import Plan
from imagine_harness.mocks.wording import naming

MOST_ROOTS = 1_000
"""Roots of one body that holds several."""

MOST_VIOLATIONS = 100
"""Violations of one body that are told; a refused root has one all the same."""

MOST_IMAGES = 100
"""Images of one root, and of all roots those that the answer itself holds; few enough to make."""

MOST_ADDRESSES = 1_000
"""Images of all roots that the answer holds the addresses of."""

LONGEST_PROMPTS = 32_000_000
"""Letters of a prompt once for each of its images, with which an answer may repeat it."""


def room(call: Call) -> int:
    """How many more refusing violations of a call can be told."""
    return MOST_VIOLATIONS - sum(each.level is Level.ERROR for each in call.violations)


def told(call: Call, refusals: list[Refusal]) -> list[Refusal]:
    """Why a root is refused, as far as there is room, and once that there is more."""
    left = room(call)
    if not 0 < left < len(refusals):
        return refusals[: max(left, 1)]
    further = f"more than {MOST_VIOLATIONS} rules are broken, this mock tells no more of them"
    values = {**naming("request"), "message": further}
    return [*refusals[:left], Refusal(("violations-too-many", "violation"), values)]


def note(call: Call, violations: list[Violation]) -> None:
    """Keep the violations of a root; of too many those that refuse before those that warn."""
    call.violations += violations
    if len(call.violations) > MOST_VIOLATIONS:
        call.violations.sort(key=lambda each: each.level is Level.WARNING)
        del call.violations[MOST_VIOLATIONS:]


def too_many(call: Call, chosen: Plan, root: object, promised: Promise) -> Refusal | None:
    """Why so many images are none that this mock makes, None where it does; they are counted."""
    outcome, parameters = chosen.operation.outcome, chosen.operation.parameters
    if outcome is None:
        return None
    asked = [name for name in outcome.count if parameters[name].value(root) is not ABSENT]
    name, inline = asked[0] if asked else "request", promised.carrier != "url"
    most = MOST_IMAGES if inline else MOST_ADDRESSES
    prompt = parameters[outcome.prompt].value(root)
    if promised.count > MOST_IMAGES:
        told = f"{name} must be at most {MOST_IMAGES} for this mock, got {promised.count}"
    elif call.promised[inline] + promised.count > most:
        told = f"the images of one request must be at most {most:,} in all for this mock"
    elif isinstance(prompt, str) and len(prompt) * promised.count > LONGEST_PROMPTS:
        told = f"{name} is too many for this mock with a prompt of {len(prompt):,} letters"
    else:
        call.promised[inline] += promised.count
        return None
    return Refusal(("images-too-many", "violation"), {**naming(name), "message": told})
