"""What became of a call's arguments on their way into the request."""

from __future__ import annotations

from typing import Any

from imagine_harness.contracts.fields import ABSENT, brief_text, get, same, steps
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.answers.images import digests
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.promises.conformance import images_asked, no_request
from imagine_harness.harness.suites.subjects.client import Client
from imagine_harness.harness.suites.subjects.interaction import Interaction


def forwards(name: str, client: Client, root: Any) -> None:
    """An argument stands in the request under its own name, with its own value.

    It may be left out where the provider would put the same value in its place. A number of images
    may be asked for in parts that add up, if all of them are returned.
    """
    interaction = client.call(root)
    given = client.operation.parameters[name].value(root)
    verdicts = [
        verdict(operation, name, given, each)
        for operation, each in interaction.upstream_roots(client.calls)
    ]
    if not verdicts:
        raise Broken(no_request(client.operation.name, interaction), interaction)
    if KEPT.isdisjoint(verdicts) and not _in_parts(name, client, interaction, given):
        raise Broken(f"{name} was {verdicts[0]}, given {brief_text(given)}", interaction)


def _in_parts(name: str, client: Client, interaction: Interaction, given: object) -> bool:
    """Whether an argument is a number of images that several requests ask for together."""
    outcome = client.operation.outcome
    if outcome is None or name not in outcome.count or interaction.failed:
        return False
    returned = digests(interaction.returned, client.fetch)
    return images_asked(client, interaction) == given == len(returned)


def equal(given: object, sent: object) -> bool:
    """Whether an argument arrived: as itself, or in an object that has more beside it."""
    if isinstance(given, dict) and isinstance(sent, dict):
        return all(key in sent and equal(value, sent[key]) for key, value in given.items())
    return same(given, sent)


KEPT = frozenset({"forwarded", "defaulted"})
"""Verdicts on an argument that reached the provider."""


def verdict(operation: Operation, name: str, given: object, root: Any) -> str:
    """What became of an argument: forwarded, renamed, rewritten, dropped or defaulted.

    Defaulted is one that was left out while the provider's own default is its value: the request
    means what was asked for. One in whose place the client puts another default was rewritten.
    """
    sent = operation.parameters[name].value(root)
    if equal(given, sent):
        return "forwarded"
    if sent is not ABSENT:
        return f"rewritten to {brief_text(sent)}"
    subject = get(root, steps(operation.subject.removeprefix("/*")))
    for other, value in subject.items() if isinstance(subject, dict) else ():
        if other not in operation.parameters and equal(given, value):
            return f"renamed to {other}"
    return "defaulted" if equal(given, operation.effective(root, name)) else "dropped"
