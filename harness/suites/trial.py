"""One call of a client under check: what it was asked for, what it sent, what it made of it."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts import values
from contracts.exchanges import PICTURE
from contracts.fields import get, steps
from contracts.model import Parameter
from contracts.operation import Operation
from harness.handles.entries import Entry
from harness.suites.bench import Alter, Bench
from mocks.images import from_base64
from mocks.tasks import Mode

FORM = "multipart/form-data"

UPLOAD = from_base64(PICTURE.partition(",")[2], 1_000)
"""The bytes that stand for a file to upload."""


@dataclass(frozen=True)
class Case:
    """One call that a client is to make.

    Attributes:
        operation: its full name, `fal.generate`.
        base_url: the address that the provider's SDK takes as its base; `urls` has all by name.
        arguments: the call's arguments in the provider's own words; a file to upload is bytes.
    """

    operation: str
    base_url: str
    urls: Mapping[str, str]
    api_key: str
    arguments: dict[str, Any]


Call = Callable[[Case], object]
"""The client under check: makes the call and returns the images, in whatever form it has them."""


@dataclass(frozen=True)
class Trial:
    """What came of one call.

    Attributes:
        returned: what the client returned, None when it raised.
        error: what it raised, None when it returned.
        entries: every exchange that it caused, in order.
        seconds: how long it took, in real time.
        ended: whether it ended at all before its deadline.
    """

    case: Case
    returned: object
    error: BaseException | None
    entries: tuple[Entry, ...]
    seconds: float
    ended: bool = True

    @property
    def calls(self) -> list[Entry]:
        """The exchanges of the operation that was asked for."""
        name = self.case.operation.partition(".")[2]
        return [each for each in self.entries if each.operation == name]


def arguments(operation: Operation, root: Any) -> dict[str, Any]:
    """What a caller says for a root: its parameters without what the client itself must add.

    That is the model, what tells operations on one path apart, and ids that must be new.
    """
    subject = get(root, steps(operation.subject.removeprefix("/*")))
    given = dict(subject) if isinstance(subject, dict) else {}
    for name in added(operation):
        given.pop(name, None)
    if operation.content[:1] == (FORM,):
        return {name: _uploaded(value) for name, value in given.items()}
    return given


def added(operation: Operation) -> set[str]:
    """The parameters that a client adds by itself."""
    fresh = {p.name for rule in operation.rules if rule.kind == "unique" for p in rule.parameters}
    return {"model", *operation.select} | fresh


def _uploaded(value: Any) -> Any:
    if isinstance(value, list):
        return [_uploaded(each) for each in value]
    return UPLOAD if value == PICTURE else value


def as_form(operation: Operation, root: dict[str, Any]) -> dict[str, Any]:
    """A root as a form can say it: no list is empty, and every file is the one at hand."""
    return {name: _in_form(operation.parameters[name], value) for name, value in root.items()}


def _in_form(parameter: Parameter, value: Any) -> Any:
    if isinstance(value, list):
        value = value or [values.sample(parameter.schema.get("items", {}))]
        return [PICTURE for _ in value] if parameter.file else value
    return PICTURE if parameter.file else value


class Subject:
    """A client under check, and the bench that it is tried on."""

    def __init__(self, call: Call, operation: Operation, bench: Bench, url: str) -> None:
        self.operation = operation
        self.bench = bench
        self._call = call
        self._url = url

    def tried(
        self, root: Any, *faults: str, alter: Alter | None = None, deadline: float = 30.0
    ) -> Trial:
        """Have the client make the call that a root amounts to, on a bench that knows nothing.

        It runs in a thread of its own, which is left behind where it does not end in time.
        """
        self.bench.fresh(*faults)
        self.bench.alter = alter
        case = self._case(root)
        outcome: list[tuple[object, BaseException | None]] = []

        def run() -> None:
            try:
                outcome.append((self._made(case), None))
            except Exception as error:
                outcome.append((None, error))

        begun = time.perf_counter()
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join(deadline)
        seconds = time.perf_counter() - begun
        returned, error = outcome[0] if outcome else (None, None)
        return Trial(case, returned, error, tuple(self.bench.entries), seconds, bool(outcome))

    def tasks(self, mode: Mode, speed: float = 1.0) -> None:
        """Let tasks end otherwise than at once, until the next item is tried."""
        self.bench.app.shared.tasks.mode = mode
        self.bench.app.shared.clock.set_speed(speed)

    def _made(self, case: Case) -> object:
        made = self._call(case)
        return asyncio.run(_awaited(made)) if inspect.isawaitable(made) else made

    def _case(self, root: Any) -> Case:
        provider = self.bench.app.mocks[self.operation.provider].provider
        urls = {base.name: f"{self._url}/{provider.name}{base.path}" for base in provider.bases}
        return Case(
            operation=self.operation.name,
            base_url=urls["base_url"],
            urls=urls,
            api_key=provider.credential.example,
            arguments=arguments(self.operation, root),
        )

    def fetch(self, address: str) -> bytes | None:
        """The bytes behind an address of the bench, None where nothing of ours is there."""
        if not address.startswith(self._url + "/"):
            return None
        name = address.partition("?")[0].rsplit("/", 1)[-1].partition(".")[0]
        medium = self.bench.app.shared.media.get(name)
        return None if medium is None else asyncio.run(self.bench.app.shared.media.data(medium))


async def _awaited(made: Any) -> object:
    return await made
