"""Where a client's credential may stand: in its header, and nowhere else."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qsl, unquote

from imagine_harness.harness.pytest.entries import Entry
from imagine_harness.harness.suites.failure import Broken, all_of
from imagine_harness.harness.suites.subjects.interaction import PATIENCE, Subject
from imagine_harness.harness.suites.subjects.running import logged

CIRCUMSTANCES = ("", "status=400", "reset")
"""What calls meet whose traces are searched, as faults: nothing, a refusal, a broken connection."""


def keeps_secret(subject: Subject, root: Any) -> None:
    """The credential stands in its header and nowhere else.

    A request for a picture may have it in that header, too: the bench serves pictures at the
    address of the API, and who sends a key to one origin only sends it there as well.
    """
    for happens in CIRCUMSTANCES:
        faults = [f"{subject.operation.name} {happens}"] if happens else []
        with logged() as lines:
            trial = subject.tried(root, *faults, deadline=PATIENCE)
        secret = trial.case.api_key
        found = [_place(subject, secret, each) for each in trial.entries]
        if trial.error is not None and secret in all_of(trial.error):
            found.append("the exception")
        if any(secret in line for line in lines):
            found.append("the log")
        for place in filter(None, found):
            raise Broken(f"the credential stands in {place}", trial)


def _place(subject: Subject, secret: str, entry: Entry) -> str:
    """Where a request holds the credential beside its proper places, `""` for nowhere."""
    proper = _proper(subject, entry)
    asked = [value for name, value in parse_qsl(entry.query) if name.lower() not in proper]
    if any(secret in each for each in (unquote(entry.path), *asked)):
        return "an address"
    if secret.encode() in entry.body:
        return "a body"
    for name, value in entry.exchange.request.headers.items():
        if secret.encode() in value and name.decode("latin-1").lower() not in proper:
            return f"the header {name.decode('latin-1')}"
    return ""


def _proper(subject: Subject, entry: Entry) -> Collection[str]:
    """The headers and query parameters that are documented to hold it, in small letters."""
    credential = subject.provider.credential
    also = [e.name for e in credential.also if not e.operations or entry.operation in e.operations]
    return {credential.header.lower(), *also}
