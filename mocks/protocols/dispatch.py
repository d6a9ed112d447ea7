"""From a connection to the mock that it is meant for, by path prefix or by host name."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

from starlette.routing import BaseRoute, Match
from starlette.types import Message, Receive, Scope, Send

from imagine_harness.contracts.exchange import Request
from imagine_harness.contracts.judge.bodies import LARGEST_BODY
from imagine_harness.contracts.judge.judgement import Judgement
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.context import Services
from imagine_harness.mocks.network.own_traffic import ADMIN
from imagine_harness.mocks.network.public import Public
from imagine_harness.mocks.network.upstreams import WITHIN
from imagine_harness.mocks.protocols.disconnect import ClientLeft
from imagine_harness.mocks.protocols.exchange import Exchanger
from imagine_harness.mocks.protocols.fault_effects import who_left
from imagine_harness.mocks.protocols.websocket import Connection
from imagine_harness.mocks.provider import ProviderMock
from imagine_harness.mocks.services.gallery import OWN_HOSTS

MOCK = "imagine-harness.mock"
PATH = "imagine-harness.path"

INTERCEPTED = "imagine-harness.intercepted"
"""Marks, in the scope of a connection, that its client takes the mocks for the real hosts."""


class ProviderRoute(BaseRoute):
    """The route of all providers: one look-up in a table, and a raw endpoint behind it.

    A request costs what its provider's answer needs and no more, so neither Starlette's path
    patterns nor its `Request` have a part in it.
    """

    def __init__(
        self, mocks: Mapping[str, ProviderMock], services: Services, public: Public | None
    ) -> None:
        self._mocks = mocks
        self._public = public
        self._services = services
        self._exchangers = {name: Exchanger(mock) for name, mock in mocks.items()}
        self._hosts = {
            host: (mock, prefix)
            for mock in mocks.values()
            for host, prefix in mock.provider.hosts.items()
        }

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether a host or a path names a provider; the mock and the path below its prefix.

        A host wins: paths of one provider may begin with another's name. Below a host, the
        provider's own name leads to its other hosts, as the addresses in its answers do; not so
        for who takes it for the real host, whose paths may begin with anything.
        """
        if scope["type"] not in ("http", "websocket"):
            return Match.NONE, {}
        path: str = scope["path"]
        if path.startswith(ADMIN):
            return Match.NONE, {}
        first, _, rest = path[1:].partition("/")
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")
        known = self._hosts.get(host.decode("latin-1").lower().partition(":")[0])
        mock = known[0] if known else self._mocks.get(first)
        if mock is None or (scope["type"] == "websocket" and mock.dialect.socket is None):
            return Match.NONE, {}
        if known and (first != mock.name or INTERCEPTED in scope):
            return Match.FULL, {MOCK: mock, PATH: known[1].rstrip("/") + path}
        return Match.FULL, {MOCK: mock, PATH: "/" + rest}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request to a provider, or serve one connection."""
        if scope["type"] == "websocket":
            await self._serve(scope, receive, send)
            return
        body, too_large, left = b"", False, False
        try:
            body, too_large = await _whole(receive)
        except ClientLeft:
            left = True
        headers = dict(scope["headers"])
        test = headers.get(b"x-harness-test", b"").decode("latin-1")
        query = scope["query_string"].decode("latin-1")
        mock: ProviderMock = scope[MOCK]
        request = Request(scope["method"], scope[PATH], query, headers, body, too_large)
        call = Call(
            context=mock.context,
            judgement=Judgement(request),
            origin=self._origin(scope, headers),
            state=self._services.store.of(test),
            test=test,
            started=time.perf_counter(),
        )
        exchanger = self._exchangers[mock.name]
        if left:
            exchanger.leave(call, who_left(scope))
            return
        await exchanger(call, scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        mock: ProviderMock = scope[MOCK]
        origin = re.sub("^ws", "http", self._origin(scope, dict(scope["headers"])))
        channel = (scope, receive, send)
        answerer = self._exchangers[mock.name]
        connection = Connection(mock.context, answerer, scope[PATH], origin, channel)
        if mock.dialect.socket is not None:
            await connection.serve(mock.dialect.socket)

    def _origin(self, scope: Scope, headers: Mapping[bytes, bytes]) -> str:
        """Where the addresses in an answer lead: where clients come, else where this one came."""
        if INTERCEPTED in scope:
            return OWN_HOSTS
        if self._public is not None and WITHIN not in scope:
            return self._public.url
        host = headers.get(b"host")
        if host is not None:
            return f"{scope['scheme']}://{host.decode('latin-1')}"
        server = scope.get("server") or ("127.0.0.1", 80)
        return f"{scope['scheme']}://{server[0]}:{server[1]}"


async def _whole(receive: Receive) -> tuple[bytes, bool]:
    """A request's body, and whether it was too long to keep; one that is, is still read.

    Raises:
        ClientLeft: it did not come whole.
    """
    message = _coming(await receive())
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return (b"", True) if len(body) > LARGEST_BODY else (body, False)
    parts, length = [body], len(body)
    while message.get("more_body"):
        message = _coming(await receive())
        part = message.get("body", b"")
        length += len(part)
        if length > LARGEST_BODY:
            parts = []
        else:
            parts.append(part)
    return b"".join(parts), length > LARGEST_BODY


def _coming(message: Message) -> Message:
    """A part of a request.

    Raises:
        ClientLeft: it is none, nothing comes any more.
    """
    if message["type"] == "http.disconnect":
        raise ClientLeft
    return message
