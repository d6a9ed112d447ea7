"""What became of a call's arguments on their way into the request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from imagine_harness.contracts.fields import ABSENT, elements, get, same, shown, steps
from imagine_harness.contracts.forms import FormError
from imagine_harness.contracts.operation import FORM, Operation
from imagine_harness.contracts.untrusted.decoding import Undecodable
from imagine_harness.contracts.untrusted.decoding import decoded as of_json
from imagine_harness.harness.pytest.entries import Entry
from imagine_harness.mocks.forms import decoded


def roots(operation: Operation, entries: Iterable[Entry]) -> list[Any]:
    """The roots of every request of the operation that can be decoded, in order."""
    found: list[Any] = []
    for entry in entries:
        if entry.operation != operation.id:
            continue
        try:
            body = _body(operation, entry)
        except (Undecodable, FormError):
            continue
        found += [root for _, root in elements(body, operation.subject)]
    return found


def _body(operation: Operation, entry: Entry) -> Any:
    kind = entry.exchange.request.headers.get(b"content-type", b"")
    if kind.lower().startswith(FORM.encode()):
        return decoded(entry.body, kind.partition(b";")[2], operation)
    return of_json(entry.body)


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
        return f"rewritten to {shown(sent)}"
    subject = get(root, steps(operation.subject.removeprefix("/*")))
    for other, value in subject.items() if isinstance(subject, dict) else ():
        if other not in operation.parameters and equal(given, value):
            return f"renamed to {other}"
    return "defaulted" if equal(given, operation.effective(root, name)) else "dropped"
