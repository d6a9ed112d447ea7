"""One call of a client under check: what it was asked for, what it sent, what it made of it."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from imagine_harness.contracts.expected import Promise, promise
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.paths import stem_at
from imagine_harness.contracts.provider import Provider
from imagine_harness.harness.pytest.entries import Entry
from imagine_harness.harness.results.results import Seen
from imagine_harness.harness.suites.arguments import arguments
from imagine_harness.harness.suites.promises import forwarding
from imagine_harness.harness.suites.report_exchanges import seen
from imagine_harness.harness.suites.subjects.running import Running
from imagine_harness.harness.suites.subjects.testbed import Alteration, Bench


@dataclass(frozen=True)
class Case:
    """One call that a client is to make.

    Attributes:
        operation: its full name, `fal.generate`.
        base_url: the address that the provider's SDK takes as its base; `urls` has all by name.
        arguments: the call's arguments in the provider's own words; a file to upload is bytes.
        circumstances: what is in force while it is made, as lines for people.
    """

    operation: str
    base_url: str
    urls: Mapping[str, str]
    api_key: str
    arguments: dict[str, Any]
    circumstances: tuple[str, ...] = field(default=(), repr=False)

    def as_python(self) -> str:
        """The case as Python that makes it again, against mocks that are served by hand."""
        own = self.base_url.partition("://")[2].partition("/")[0]
        lines = [
            "from imagine_harness.harness.suites.subjects.interaction import Case",
            "",
            *(f"# {each}" for each in self.circumstances),
            f"case = {self!r}",
            "your_client(case)  # the function that is checked",
        ]
        return "\n".join(lines).replace(own, "127.0.0.1:4010")


DEADLINE = 30.0
"""Real seconds after which a call is taken for one that does not end."""

PATIENCE = 60.0
"""Real seconds in which one that tries again, or waits for a task, must have ended."""

LEFT = 2.0
"""Real seconds in which a client that has been watched for long enough may come to its end."""

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
        variable: the environment variable that the provider's SDK reads its key from.
        altered: how many of the answers were made different on their way.
    """

    case: Case
    returned: object
    error: BaseException | None
    entries: tuple[Entry, ...]
    seconds: float
    ended: bool = True
    variable: str = ""
    altered: int = 0

    @property
    def calls(self) -> list[Entry]:
        """The exchanges of the operation that was asked for."""
        name = self.case.operation.partition(".")[2]
        return [each for each in self.entries if each.operation == name]

    def seen(self) -> list[Seen]:
        """The exchanges as a report shows them, at the address that mocks are served at by hand."""
        return [seen(each, self.variable) for each in self.entries]


class Subject:
    """A client under check, and the bench that it is tried on.

    Attributes:
        title: what it is, for a report.
        roots: every root that it sent so far.
        met: the documented errors that it met so far, by `provider.when`.
    """

    def __init__(self, call: Call, operation: Operation, bench: Bench, url: str) -> None:
        self.operation = operation
        self.bench = bench
        self.title = f"client of {operation.name}"
        self.roots: list[Any] = []
        self.met: set[str] = set()
        self._call = call
        self._url = url

    def tried(
        self,
        root: Any,
        *faults: str,
        altered: Alteration | None = None,
        deadline: float = DEADLINE,
        enough: Callable[[Sequence[Entry]], bool] | None = None,
        remembering: bool = False,
    ) -> Trial:
        """Have the client make the call that a root amounts to, on a bench that knows nothing.

        It is stopped where it does not end in time, or when its exchanges so far are `enough` to
        judge it by. With `remembering` the bench knows what was asked of it before.
        """
        bench = self.bench
        if remembering:
            bench.entries.clear()
        else:
            bench.fresh(*faults)
        bench.alteration = altered
        case = self._case(root, faults)
        running = Running(lambda: self._call(case))
        running.wait(deadline, enough and (lambda: enough(bench.entries)))
        entries = tuple(bench.entries)
        self.roots += forwarding.roots(self.operation, entries)
        self.met |= {f"{each.provider}.{each.refusal}" for each in entries if each.refusal}
        made = Trial(
            case=case,
            returned=running.returned,
            error=running.error,
            entries=entries,
            seconds=running.seconds,
            ended=running.ended,
            variable=self.provider.credential.variable,
            altered=bench.altered,
        )
        running.stop(LEFT)
        return made

    def promised(self, root: Any) -> Promise:
        """What the answer to a root must be, under the readings in force."""
        readings = self.bench.app.mocks[self.operation.provider].readings
        return promise(self.operation, root, readings)

    @property
    def provider(self) -> Provider:
        """The provider that the client is one of."""
        return self.bench.app.mocks[self.operation.provider].provider

    @property
    def readings(self) -> Mapping[str, str]:
        """The choices in force, of the readings of the provider."""
        return {
            name: choice
            for name, choice in self.bench.app.mocks[self.operation.provider].readings.items()
            if name.startswith(f"{self.operation.provider}.")
        }

    def _case(self, root: Any, faults: Sequence[str]) -> Case:
        provider = self.provider
        urls = {base.name: f"{self._url}/{provider.name}{base.path}" for base in provider.bases}
        return Case(
            operation=self.operation.name,
            base_url=urls["base_url"],
            urls=urls,
            api_key=provider.credential.example,
            arguments=arguments(self.operation, root),
            circumstances=tuple(self._circumstances(faults)),
        )

    def _circumstances(self, faults: Sequence[str]) -> Iterator[str]:
        """How mocks are served that behave as the bench does, and what it does beside that."""
        shared, known = self.bench.app.shared, self.bench.app.readings
        readings = [
            f"--reading {name}={choice}"
            for name, choice in self.readings.items()
            if choice != known[name].default
        ]
        wrong = [f"--fault {shlex.quote(each)}" for each in faults]
        yield " ".join(["imagine-harness serve", f"--tasks {shared.tasks.mode}", *readings, *wrong])
        if self.bench.ends_tasks_as is not None:
            yield f"and every task is {self.bench.ends_tasks_as} as soon as it is there"
        if self.bench.alteration is not None:
            yield "and answers are altered on their way, as the promise says"

    def fetch(self, address: str) -> bytes | None:
        """The bytes behind an address of the bench, None where nothing of ours is there."""
        if not address.startswith(self._url + "/"):
            return None
        medium = self.bench.app.shared.media.get(stem_at(address))
        return None if medium is None else asyncio.run(self.bench.app.shared.media.data(medium))
