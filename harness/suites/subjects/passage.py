"""A gateway under check: a front, the mocks behind it, and one call that goes through."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from hypothesis import reject

from imagine_harness.contracts.examples import PICTURE
from imagine_harness.contracts.fields import ABSENT, patched
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.paths import stem_at
from imagine_harness.contracts.untrusted.decoding import Undecodable, decoded
from imagine_harness.harness.answers.images import Found, found
from imagine_harness.harness.generation.plainest import legal
from imagine_harness.harness.pytest.entries import Entry
from imagine_harness.harness.results.results import Seen
from imagine_harness.harness.suites.promises import forwarding
from imagine_harness.harness.suites.report_exchanges import seen
from imagine_harness.harness.suites.sending import can_say, fewer
from imagine_harness.harness.suites.subjects.server_client import Front, Reply
from imagine_harness.harness.suites.subjects.testbed import Alteration, Bench


@dataclass(frozen=True)
class Upstream:
    """What a gateway must be told of a provider behind it.

    Attributes:
        base_url: the address that the provider's SDK takes as its base; `urls` has all by name.
        api_key: the credential that the gateway is to send there.
    """

    name: str
    base_url: str
    urls: Mapping[str, str]
    api_key: str

    @classmethod
    def served(cls, recorded: Recorded, address: str) -> Upstream:
        """The mock of a provider, where the mocks are served at an address."""
        provider = recorded.provider
        urls = {base.name: f"{address}/{provider.name}{base.path}" for base in provider.bases}
        return cls(provider.name, urls["base_url"], urls, f"{KEY}{provider.credential.example}")


KEY = "upstream-"
"""Begins a gateway's own keys, so that they are told from every caller's."""


@dataclass(frozen=True)
class Passage:
    """One call through a gateway.

    Attributes:
        asked: the root that the front was asked with.
        entries: what the gateway sent to its upstreams, in order.
        seconds: how long it took, in real time.
        seen: all exchanges as a report shows them, in the order of their ends.
    """

    asked: Any
    reply: Reply
    entries: tuple[Entry, ...]
    seconds: float
    seen: tuple[Seen, ...]

    def at(self, name: str) -> list[Entry]:
        """What came to one upstream."""
        return [each for each in self.entries if each.provider == name]


class Speaking(Front):
    """The front of a gateway: what it hands on as it is must be right for the upstream."""

    behind: Mapping[str, Recorded] = MappingProxyType({})

    def usable(self, root: Any, *, few: bool = True) -> Any:
        """A root as the gateway can be asked it: what passes through is legal where it goes."""
        patch = {
            parameter.path: value
            for parameter in self.operation.parameters.values()
            if parameter.upstream in self.behind and parameter.value(root) is not ABSENT
            for value in _legal(self.behind[str(parameter.upstream)], parameter.name)
        }
        asked = super().usable(patched(root, patch) if patch else root, few=few)
        return asked if can_say(self.operation, asked) else self._said(asked)

    def _said(self, asked: Any) -> Any:
        """A root with its images where a form has room for them, not where they are objects."""
        if not isinstance(asked, dict):
            return asked
        broken = self.broken(asked)
        outcome = self.operation.outcome
        inputs = [self.operation.parameters[name] for name in outcome.inputs] if outcome else []
        own = [each for each in inputs if each.upstream is None]
        if own:
            passing = {each.path: ABSENT for each in inputs if each not in own}
            asked = patched(asked, {**passing, own[0].path: PICTURE})
        if not can_say(self.operation, asked) or self.broken(asked) != broken:
            reject()
        return asked


def _legal(recorded: Recorded, name: str) -> tuple[object, ...]:
    return _legal_at(tuple(image_operations(recorded)), name)


@cache
def _legal_at(operations: tuple[Operation, ...], name: str) -> tuple[object, ...]:
    """A legal value of the parameter that some operations know by a name, or nothing."""
    for operation in operations:
        for rule in operation.rules:
            parameter = rule.parameters[0] if rule.parameters else None
            if parameter is not None and parameter.name == name and rule.has_limit:
                value = parameter.value(legal(operation, rule))
                if value is not ABSENT:
                    return (value,)
    return ()


class Gateway:
    """A gateway that claims to speak a contract at its front, in one of its operations.

    Attributes:
        title: what it is, for a report.
        front: the gateway as any server.
        bench: the mocks behind it.
        upstreams: what is on record of the providers behind it, by name.
        keys: the gateway's own keys at its upstreams, by name.
    """

    def __init__(
        self,
        front: Speaking,
        bench: Bench,
        address: str,
        upstreams: Mapping[str, Recorded],
        models: Mapping[str, str],
    ) -> None:
        self.title = f"gateway that speaks {front.provider.name}"
        front.behind = upstreams
        self.front = front
        self.bench = bench
        self.upstreams = upstreams
        self.keys = {
            name: Upstream.served(each, address).api_key for name, each in upstreams.items()
        }
        self._address = address
        self._models = models

    @property
    def operation(self) -> Operation:
        """The operation of the front that it is tried in."""
        return self.front.operation

    @property
    def roots(self) -> list[Any]:
        """Every root that was sent to the front so far."""
        return self.front.roots

    @property
    def met(self) -> set[str]:
        """The documented errors that were met so far, at the front."""
        return self.front.met

    @property
    def readings(self) -> Mapping[str, str]:
        """The choices in force."""
        return self.front.readings

    def through(self, upstream: str | None) -> Front:
        """The front, asked for the model that leads to one upstream, or for any."""
        self.front.model = None if upstream is None else self._models[upstream]
        return self.front

    def passed(
        self,
        root: Any,
        upstream: str | None,
        faults: Sequence[str] = (),
        altered: Alteration | None = None,
        *,
        few: bool = True,
    ) -> Passage:
        """One call through the gateway, to mocks that know nothing of the one before.

        With `few`, only a few images are asked for: each costs time at both ends.
        """
        self.bench.fresh(*faults)
        self.bench.alteration = altered
        front = self.through(upstream)
        asked = front.usable(root, few=few)
        asked = fewer(self.operation, asked) if few else asked
        begun = time.perf_counter()
        reply = front.ask(asked)
        seconds = time.perf_counter() - begun
        entries = tuple(self.bench.entries)
        shown = [*(self._seen(each) for each in entries), reply.seen]
        return Passage(asked, reply, entries, seconds, tuple(shown))

    def _seen(self, entry: Entry) -> Seen:
        variable = self.upstreams[entry.provider].provider.credential.variable
        return seen(entry, variable)

    def roots_at(self, passage: Passage, name: str) -> Iterator[tuple[Operation, Any]]:
        """The roots that came to one upstream's model, each with its operation."""
        for operation in image_operations(self.upstreams[name]):
            for root in forwarding.roots(operation, passage.at(name)):
                yield operation, root

    def served(self, passage: Passage) -> list[Found]:
        """The images that the upstreams served in answer to a call."""
        answers = [_decoded(each.answer) for each in passage.entries if each.status < 300]
        return found(answers, self.fetched)

    def delivered(self, passage: Passage) -> list[Found]:
        """The images that the front answered with."""
        return found(passage.reply.json(), self.front.fetch)

    def fetched(self, address: str) -> bytes | None:
        """The bytes of an image that an upstream serves, None where nothing of it is there."""
        if not address.startswith(self._address + "/"):
            return None
        medium = self.bench.app.shared.media.get(stem_at(address))
        if medium is None:
            return None
        # a loop of its own in a thread of its own: an alteration asks from inside the mocks' loop
        with ThreadPoolExecutor(1) as apart:
            return apart.submit(asyncio.run, self.bench.app.shared.media.data(medium)).result()


def image_operations(recorded: Recorded) -> list[Operation]:
    """The operations of a provider that make images."""
    return [
        operation
        for contract in recorded.contracts
        for operation in contract.operations.values()
        if operation.outcome is not None
    ]


def _decoded(data: bytes) -> Any:
    try:
        return decoded(data)
    except Undecodable:
        return None
