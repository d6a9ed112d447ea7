"""A client under check: a function that makes one call, with mocks behind it."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.expected import ExpectedAnswer
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.provider import Provider
from imagine_harness.harness.suites.subjects.arguments import arguments
from imagine_harness.harness.suites.subjects.call_thread import CallThread
from imagine_harness.harness.suites.subjects.interaction import (
    DEADLINE,
    Case,
    Interaction,
    promised,
)
from imagine_harness.harness.suites.subjects.testbed import Alteration, Testbed

LEFT = 2.0
"""Real seconds in which a client that has been watched for long enough may come to its end."""

ClientCall = Callable[[Case], object]
"""The function under check: makes the call and returns the images, in whatever form it has them."""


class Client:
    """A client under check, tried in one operation of a provider.

    Attributes: those of `UpstreamCaller`.
    """

    def __init__(self, make: ClientCall, operation: Operation, testbed: Testbed) -> None:
        self.title = f"client of {operation.name}"
        self.operation = operation
        self.calls: Sequence[Operation] = (operation,)
        self.testbed = testbed
        self.roots: list[Any] = []
        self.met: set[str] = set()
        self._make = make

    def call(
        self,
        root: Any,
        *faults: str,
        alteration: Alteration | None = None,
        deadline: float = DEADLINE,
        remembering: bool = False,
        enough: Callable[[Sequence[Exchange]], bool] | None = None,
    ) -> Interaction:
        """As `UpstreamCaller.call`; it is stopped, too, when its exchanges so far are `enough`."""
        testbed = self.testbed
        testbed.prepare(*faults, alteration=alteration, remembering=remembering)
        case = self._case(root, faults)
        thread = CallThread(lambda: self._make(case))
        thread.wait(deadline, enough and (lambda: enough(testbed.exchanges)))
        made = Interaction(
            asked=root,
            case=case,
            upstream=tuple(testbed.exchanges),
            returned=thread.returned,
            error=thread.error,
            seconds=thread.seconds,
            ended=thread.ended,
            altered=testbed.altered,
        )
        thread.stop(LEFT)
        self.roots += [root for _, root in made.upstream_roots(self.calls)]
        refused = [each for each in made.upstream if each.verdict.refusal]
        self.met |= {f"{each.provider}.{each.verdict.refusal}" for each in refused}
        return made

    def promised(self, root: Any) -> ExpectedAnswer:
        """What the answer to a root must be, under the readings in force."""
        return promised(self.operation, root, self.readings)

    def fetch(self, address: str) -> bytes | None:
        """The bytes of an image that came back by its address, None for one from elsewhere."""
        return self.testbed.fetch(address)

    @property
    def provider(self) -> Provider:
        """The provider that the client is one of."""
        return self.testbed.app.mocks[self.operation.provider].provider

    @property
    def readings(self) -> Mapping[str, str]:
        """The choices in force, of the readings of the provider."""
        name = self.operation.provider
        found = self.testbed.app.mocks[name].judge.readings
        return {each: choice for each, choice in found.items() if each.startswith(f"{name}.")}

    def _case(self, root: Any, faults: Sequence[str]) -> Case:
        provider, url = self.provider, self.testbed.url
        urls = {base.name: f"{url}/{provider.name}{base.path}" for base in provider.bases}
        return Case(
            operation=self.operation.name,
            base_url=urls["base_url"],
            urls=urls,
            api_key=provider.credential.example,
            arguments=arguments(self.operation, root),
            circumstances=tuple(self._circumstances(faults)),
        )

    def _circumstances(self, faults: Sequence[str]) -> Iterator[str]:
        """How mocks are served that behave as the testbed does, and what it does beside that."""
        testbed, known = self.testbed, self.testbed.app.readings
        readings = [
            f"--reading {name}={choice}"
            for name, choice in self.readings.items()
            if choice != known[name].default
        ]
        wrong = [f"--fault {shlex.quote(each)}" for each in faults]
        mode = testbed.app.services.tasks.mode
        yield " ".join(["imagine-harness serve", f"--tasks {mode}", *readings, *wrong])
        if testbed.ends_tasks_as is not None:
            yield f"and every task is {testbed.ends_tasks_as} as soon as it is there"
        if testbed.alteration is not None:
            yield "and answers are altered on their way, as the promise says"
