"""What a refusal is called on record, so that a provider's wording of it can be found."""

from __future__ import annotations

from imagine_harness.contracts.model import Violation


def descriptions(violation: Violation) -> tuple[str, ...]:
    """The descriptions of a broken rule, from the most to the least specific.

    A provider's `[[error]]` entries are found by them: by the rule (`violation:task.size-listed`),
    by its kind (`violation:enum`), or as any violation.
    """
    topic = violation.rule.partition(".")[2].partition(".")[2]
    when = [f"violation:{topic}", f"violation:{violation.kind}", "violation"]
    if violation.kind == "type":
        wanted = violation.expected
        wanted = wanted[0] if isinstance(wanted, list) else wanted
        when.insert(1, f"violation:type:{wanted}")
    if violation.parameters[:1] == ("model",):
        when.insert(0, "model-missing" if violation.kind == "required" else "model-unknown")
    return tuple(when)


def naming(name: str) -> dict[str, object]:
    """What the wording of a refusal may say of a parameter."""
    last = name.rpartition(".")[2]
    return {"parameter": name, "Parameter": last[:1].upper() + last[1:], "name": last}
