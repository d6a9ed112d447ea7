"""A gateway under check: a server with mocks behind it, and one call that goes through."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Any

from hypothesis import reject

from imagine_harness.contracts.credential import Credential
from imagine_harness.contracts.examples import PICTURE
from imagine_harness.contracts.expected import ExpectedAnswer, Shape, shape
from imagine_harness.contracts.fields import ABSENT, patched
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.generation.plainest import legal
from imagine_harness.harness.suites.subjects.encoding import can_carry, fewer
from imagine_harness.harness.suites.subjects.interaction import DEADLINE, Interaction
from imagine_harness.harness.suites.subjects.server import Server
from imagine_harness.harness.suites.subjects.testbed import Alteration, Testbed

KEY = "upstream-"
"""Begins a gateway's own keys, so that a report tells them from every caller's."""


def own_key(credential: Credential) -> str:
    """A gateway's own key at an upstream, of the documented form; it shares no text with examples.

    A caller may use the very example, which else would be found inside of the gateway's key.
    """
    parts = (
        hashlib.sha256(part.encode()).hexdigest()[:16] for part in credential.example.split(":")
    )
    return ":".join(f"{KEY}{part}" for part in parts)


@dataclass(frozen=True)
class UpstreamAddress:
    """What a gateway must know of a provider behind it.

    Attributes:
        base_url: the address that the provider's SDK takes as its base; `urls` has all by name.
        api_key: the credential that the gateway is to send there.
    """

    name: str
    base_url: str
    urls: Mapping[str, str]
    api_key: str

    @classmethod
    def served(cls, recorded: Recorded, address: str) -> UpstreamAddress:
        """The mock of a provider, where the mocks are served at an address."""
        provider = recorded.provider
        urls = {base.name: f"{address}/{provider.name}{base.path}" for base in provider.bases}
        return cls(provider.name, urls["base_url"], urls, own_key(provider.credential))


class GatewayServer(Server):
    """A gateway as a server: what it hands on as it is must be right for the upstream."""

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
        return asked if can_carry(self.operation, asked) else self._carried(asked)

    def _carried(self, asked: Any) -> Any:
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
        if not can_carry(self.operation, asked) or self.broken(asked) != broken:
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

    Attributes: those of `UpstreamCaller`, and
        server: the gateway as any server.
        upstreams: what is on record of the providers behind it, by name.
        upstream: the one that calls are to go to, None where any may be asked.
        key: its own key there.
    """

    def __init__(
        self,
        server: GatewayServer,
        testbed: Testbed,
        upstreams: Mapping[str, Recorded],
        models: Mapping[str, str],
        upstream: str | None = None,
    ) -> None:
        server.behind = upstreams
        self.title = f"gateway that speaks {server.provider.name}"
        self.server = server
        self.operation, self.readings = server.operation, server.readings
        self.roots, self.met = server.roots, server.met
        self.testbed = testbed
        self.upstreams = upstreams
        self.upstream = upstream
        self.calls: Sequence[Operation] = ()
        self.key = ""
        if upstream is not None:
            self.calls = image_operations(upstreams[upstream])
            self.key = own_key(upstreams[upstream].provider.credential)
        self._models = models

    def towards(self, upstream: str | None) -> Gateway:
        """The same gateway, asked for the model that leads to one upstream, or for any."""
        return Gateway(self.server, self.testbed, self.upstreams, self._models, upstream)

    def call(
        self,
        root: Any,
        *faults: str,
        alteration: Alteration | None = None,
        deadline: float = DEADLINE,
        remembering: bool = False,
        few: bool = True,
    ) -> Interaction:
        """As `UpstreamCaller.call`; with `few`, only a few images are asked for.

        Each costs time at both ends.
        """
        server = self.front()
        asked = server.usable(root, few=few)
        asked = fewer(self.operation, asked) if few else asked
        self.testbed.prepare(*faults, alteration=alteration, remembering=remembering)
        made = server.ask(asked)
        return replace(
            made,
            upstream=tuple(self.testbed.exchanges),
            ended=made.seconds <= deadline,
            altered=self.testbed.altered,
        )

    def front(self) -> GatewayServer:
        """The gateway as any server, asked for the model that leads to the upstream."""
        self.server.model = self._models[self.upstream] if self.upstream else None
        return self.server

    def upstream_shapes(self, interaction: Interaction) -> list[tuple[Operation, Shape]]:
        """The ratio and the tier of each request upstream, with the operation that it is of."""
        mocks = self.testbed.app.mocks
        return [
            (operation, shape(operation, root, mocks[operation.provider].judge.readings))
            for operation, root in interaction.upstream_roots(self.calls)
        ]

    def promised(self, root: Any) -> ExpectedAnswer:
        """What the front must answer to an accepted root."""
        return self.server.promised(root)

    def fetch(self, address: str) -> bytes | None:
        """The bytes of an image that the gateway itself serves, None for one from elsewhere."""
        return self.server.fetch(address)


def image_operations(recorded: Recorded) -> list[Operation]:
    """The operations of a provider that make images."""
    return [
        operation
        for contract in recorded.contracts
        for operation in contract.operations.values()
        if operation.outcome is not None
    ]
