"""Where a client's credential may stand: in its header, and nowhere else."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import unquote

from harness.handles.entries import Entry
from harness.suites.running import logged
from harness.suites.told import Broken, all_of
from harness.suites.trial import PATIENCE, Subject

CIRCUMSTANCES = ("", "status=400", "reset")
"""What calls meet whose traces are searched, as faults: nothing, a refusal, a broken connection."""


def keeps_secret(subject: Subject, root: Any) -> None:
    """The credential stands in its header and nowhere else.

    Requests for pictures are not looked at: the bench serves them at the address of the API, where
    a client that sends its key to one origin only may send it too.
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
    """Where a request holds the credential beside its proper place, `""` for nowhere."""
    if secret in unquote(f"{entry.path}?{entry.exchange.query}"):
        return "an address"
    if secret.encode() in entry.body:
        return "a body"
    proper = _proper(subject)
    for name, value in entry.exchange.headers.items():
        if secret.encode() in value and name.decode("latin-1").lower() not in proper:
            return f"the header {name.decode('latin-1')}"
    return ""


def _proper(subject: Subject) -> Collection[str]:
    """The headers that are documented to hold it, in small letters."""
    credential = subject.provider.credential
    return {credential.header.lower(), *(each.name for each in credential.also if each.header)}
