"""A server under check, and one request to it."""

from __future__ import annotations

import atexit
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx

from imagine_harness.contracts import secrets
from imagine_harness.contracts.expected import ExpectedAnswer
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.model import nothing_seen
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.paths import fill
from imagine_harness.contracts.rules.values import samples
from imagine_harness.contracts.secrets.credentials import CREDENTIALS
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.subjects.encoding import encoded, usable
from imagine_harness.harness.suites.subjects.interaction import Interaction, promised
from imagine_harness.harness.suites.subjects.response import ServerResponse

DEADLINE = 60.0
"""Real seconds in which a server must have answered."""

REACHABLE_WITHIN = 10.0
"""Real seconds in which something must answer before anything is checked."""


class Unreachable(Exception):
    """Nothing answers at the address of a subject; the message says which and why."""

    def __init__(self, message: str) -> None:
        super().__init__(secrets.spelled(message))


def check_reachable(url: str) -> None:
    """See to it that something answers at an address, whatever it says.

    Raises:
        Unreachable: nothing does, or the address is none.
    """
    try:
        httpx.get(url, timeout=REACHABLE_WITHIN, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(f"{url} cannot be reached: {error}") from error


@cache
def _http() -> httpx.Client:
    """The one client of a process: what it is made of costs more than most requests.

    Each request has a connection of its own: a server that fails often closes the one at hand, and
    the next request must not be taken for what is at fault.
    """
    anew = httpx.Limits(max_keepalive_connections=0)
    client = httpx.Client(timeout=DEADLINE, trust_env=False, limits=anew)
    atexit.register(client.close)
    return client


class Server:
    """A server that claims to speak a contract, tried in one of its operations.

    Attributes:
        title: what it is, for a report.
        operation: the operation that it is tried in.
        known: every operation of the provider, by id.
        provider: what the provider promises of all its models.
        readings: the choices that it is held to.
        model: the name of the model in requests, None for the first on record.
        roots: every root that was sent so far.
        met: the documented errors that were met so far, by `provider.when`.
        url: the address that the provider's SDK takes as its base, without a slash at its end.
        key: the caller's credential.
    """

    def __init__(
        self,
        url: str,
        operation: Operation,
        recorded: Recorded,
        readings: Mapping[str, str],
        *,
        api_key: str | None = None,
        model: str | None = None,
    ) -> None:
        provider = recorded.provider
        self.title = f"server that speaks {provider.name}"
        self.operation = operation
        self.known = {each.id: each for each in recorded.operations}
        self.provider = provider
        self.readings = readings
        self.roots: list[Any] = []
        self.met: set[str] = set()
        self.key = provider.credential.example if api_key is None else api_key
        self.url = url.rstrip("/")
        self._base = provider.bases[0].path
        self.model = model
        self._http = _http()
        CREDENTIALS.know(provider)
        CREDENTIALS.learn(self.key)

    def usable(self, root: Any, *, few: bool = True) -> Any:
        """A root as this server can be asked it; see `encoding.usable`."""
        return usable(self.operation, root, self.model, few=few)

    def call(self, root: Any) -> Interaction:
        """Send a root as this server can be asked it."""
        return self.ask(self.usable(root))

    def promised(self, root: Any) -> ExpectedAnswer:
        """What the answer to an accepted root must be, under the readings in force."""
        return promised(self.operation, root, self.readings)

    def ask(
        self,
        root: Any,
        *,
        operation: Operation | None = None,
        door: str | None = None,
        key: str | None = None,
    ) -> Interaction:
        """Send the call that a root amounts to, as it is, on its own path or through a door."""
        asked = operation or self.operation
        if asked is self.operation:
            self.roots.append(root)
        headers, content = encoded(asked, root)
        address = self.address(asked, {}, door)
        sent = self.send(asked, content, headers, address=address, key=key)
        return replace(sent, asked=root)

    def send(
        self,
        operation: Operation,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
        path: Mapping[str, str] | None = None,
        *,
        method: str | None = None,
        address: str | None = None,
        key: str | None = None,
    ) -> Interaction:
        """Send any bytes to an operation.

        Args:
            operation: says how it is called.
            content: the body.
            headers: those beside it, the credential apart.
            path: fills the placeholders of the operation's path.
            method: another one than the operation's.
            address: another one than the operation's, at the same server.
            key: the whole credential, `""` for none, None for the usual one.

        Raises:
            Unreachable: nobody is there, or the address is one of another server.
            Broken: the connection ended, or time was up, before the answer was whole.
        """
        credential = self.provider.credential
        given = f"{credential.scheme} {self.key}".strip() if key is None else key
        sent = {credential.header: given} if given else {}
        address = address or self.address(operation, path or {})
        if not self.is_own(address):
            raise Unreachable(f"{address} is not at {self.url}, and nothing else is asked")
        method = method or operation.method
        lines = {**(headers or {}), **sent}
        begun = time.perf_counter()
        try:
            answer = self._http.request(method, address, content=content, headers=lines)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Unreachable(f"{address} does not answer: {_describe(error)}") from error
        except httpx.TransportError as error:
            raise Broken(f"{address} gave no whole answer: {_describe(error)}") from error
        response = ServerResponse(answer, self.key, credential.variable)
        return Interaction(response=response, seconds=time.perf_counter() - begun)

    def address(
        self, operation: Operation, path: Mapping[str, str], door: str | None = None
    ) -> str:
        """Where an operation is called at this server; `path` fills its placeholders."""
        own = operation.path.removeprefix(self._base)
        for each in self.provider.doors:
            if each.id == door:
                own = each.path(operation.path)
        named = {"model": self.model or next(iter(operation.models), "")}
        return self.url + fill(own, {**named, **samples(operation.path_parameters), **path})

    def broken(self, root: Any) -> set[str]:
        """The ids of the rules that a root breaks."""
        return {
            violation.rule
            for rule in self.operation.rules
            for violation in rule.check(root, nothing_seen)
        }

    def is_own(self, address: str) -> bool:
        """Whether an address is one of this server."""
        own, there = urlsplit(self.url), urlsplit(address)
        return (there.scheme, there.netloc) == (own.scheme, own.netloc)

    def fetch(self, address: str) -> bytes | None:
        """The bytes of an image that the server itself serves: no other host is ever asked.

        They are empty where it serves nothing there, as where a stored copy has expired.
        """
        if not self.is_own(address):
            return None
        try:
            answer = self._http.get(address)
        except httpx.HTTPError:
            return b""
        return answer.content if answer.is_success else b""


def _describe(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")
