"""The mocks' own limits to what one call may ask for; no page states them, a refusal tells them."""

from __future__ import annotations

from imagine_harness.contracts.expected import ExpectedAnswer
from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.judge.judgement import Judgement, Refusal
from imagine_harness.contracts.judge.routes import Plan
from imagine_harness.contracts.model import Level, Violation
from imagine_harness.contracts.refusals import naming

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


def room(judgement: Judgement) -> int:
    """How many more refusing violations of a call can be told."""
    return MOST_VIOLATIONS - len(judgement.verdict.errors)


def within(judgement: Judgement, refusals: list[Refusal]) -> list[Refusal]:
    """Why a root is refused, as far as there is room, and once that there is more."""
    left = room(judgement)
    if not 0 < left < len(refusals):
        return refusals[: max(left, 1)]
    further = f"more than {MOST_VIOLATIONS} rules are broken, this mock tells no more of them"
    values = {**naming("request"), "message": further}
    return [*refusals[:left], Refusal(("violations-too-many", "violation"), values)]


def note(judgement: Judgement, violations: list[Violation]) -> None:
    """Keep the violations of a root; of too many those that refuse before those that warn."""
    kept = judgement.verdict.violations
    kept += violations
    if len(kept) > MOST_VIOLATIONS:
        kept.sort(key=lambda each: each.level is Level.WARNING)
        del kept[MOST_VIOLATIONS:]


def too_many(
    judgement: Judgement, plan: Plan, root: object, promise: ExpectedAnswer
) -> Refusal | None:
    """Why so many images are none that a mock makes, None where it does; they are counted."""
    outcome, parameters = plan.operation.outcome, plan.operation.parameters
    if outcome is None:
        return None
    asked = [name for name in outcome.count if parameters[name].value(root) is not ABSENT]
    name, inline = asked[0] if asked else "request", promise.carrier != "url"
    most = MOST_IMAGES if inline else MOST_ADDRESSES
    prompt = parameters[outcome.prompt].value(root)
    if promise.count > MOST_IMAGES:
        message = f"{name} must be at most {MOST_IMAGES} for this mock, got {promise.count}"
    elif judgement.images[inline] + promise.count > most:
        message = f"the images of one request must be at most {most:,} in all for this mock"
    elif isinstance(prompt, str) and len(prompt) * promise.count > LONGEST_PROMPTS:
        message = f"{name} is too many for this mock with a prompt of {len(prompt):,} letters"
    else:
        judgement.images[inline] += promise.count
        return None
    return Refusal(("images-too-many", "violation"), {**naming(name), "message": message})
