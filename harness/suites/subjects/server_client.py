"""A server under check, and one request to it."""

from __future__ import annotations

import atexit
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx

from imagine_harness.contracts import secrets
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.model import nothing_seen
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.paths import fill
from imagine_harness.contracts.rules.values import samples
from imagine_harness.contracts.secrets.credentials import CREDENTIALS, HIDDEN
from imagine_harness.contracts.untrusted.decoding import Undecodable, decoded
from imagine_harness.harness.results.results import MOST_SHOWN, Seen
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.sending import encoded, usable
from imagine_harness.harness.traffic.redaction import url

DEADLINE = 60.0
"""Real seconds in which a server must have answered."""


KNOCKING = 10.0
"""Real seconds in which something must answer before anything is checked."""


class Unreachable(Exception):
    """Nothing answers at the address of a subject; the message says which and why."""

    def __init__(self, message: str) -> None:
        super().__init__(secrets.spelled(message))


def knock(url: str) -> None:
    """See to it that something answers at an address, whatever it says.

    Raises:
        Unreachable: nothing does, or the address is none.
    """
    try:
        httpx.get(url, timeout=KNOCKING, trust_env=False)
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


@dataclass(frozen=True)
class Reply:
    """What a server answered.

    Attributes:
        seen: the exchange for a report, its bodies cut.
        body: the whole body.
        headers: the answer's headers, as lines.
    """

    seen: Seen
    body: bytes
    headers: bytes

    @property
    def status(self) -> int:
        """The status."""
        return self.seen.status

    @property
    def succeeded(self) -> bool:
        """Whether it is a success, one that is not the answer yet included."""
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The decoded answer, None where it is no JSON."""
        try:
            return decoded(self.body)
        except Undecodable:
            return None


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def _told(body: bytes, headers: httpx.Headers, key: str) -> bytes:
    """As much of a body as is shown, without secrets and without the caller's key."""
    if len(body) > MOST_SHOWN:
        safe = secrets.start(body, MOST_SHOWN)
    else:
        safe = secrets.body(body, headers.get("content-type", ""))
    return safe.replace(key.encode(), HIDDEN.encode()) if key else safe


class Front:
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
        """A root as this server can be asked it; see `harness.suites.sending.usable`."""
        return usable(self.operation, root, self.model, few=few)

    def ask(
        self,
        root: Any,
        *,
        operation: Operation | None = None,
        door: str | None = None,
        key: str | None = None,
    ) -> Reply:
        """Send the call that a root amounts to, as it is, on its own path or through a door."""
        asked = operation or self.operation
        if asked is self.operation:
            self.roots.append(root)
        headers, content = encoded(asked, root)
        address = self.address(asked, {}, door)
        return self.send(asked, content, headers, address=address, key=key)

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
    ) -> Reply:
        """Send any bytes to an operation.

        Args:
            operation: says how it is called.
            content: the body.
            headers: what is said beside it, the credential apart.
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
        told = {**(headers or {}), **sent}
        try:
            answer = self._http.request(
                method or operation.method, address, content=content, headers=told
            )
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Unreachable(f"{address} does not answer: {_said(error)}") from error
        except httpx.TransportError as error:
            raise Broken(f"{address} gave no whole answer: {_said(error)}") from error
        lines = b"\n".join(b"%s: %s" % header for header in answer.headers.raw)
        return Reply(self._seen(answer, content), answer.content, lines)

    def _seen(self, answer: httpx.Response, content: bytes) -> Seen:
        asked = answer.request
        return Seen(
            method=asked.method,
            url=url(str(asked.url)),
            headers=secrets.headers(asked.headers),
            body=_told(content, asked.headers, self.key),
            status=answer.status_code,
            answer=_told(answer.content, answer.headers, self.key),
            variable=self.provider.credential.variable,
        )

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
