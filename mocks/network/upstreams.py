"""Upstreams: the providers that a gateway's mock hands calls on to, and how each is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Receive, Scope, Send

from imagine_harness.contracts import secrets
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.lookup import look_up
from imagine_harness.contracts.secrets.credentials import CREDENTIALS
from imagine_harness.mocks.errors import MockError
from imagine_harness.mocks.network.outgoing import is_control, trusted
from imagine_harness.mocks.network.own_traffic import ADMIN, OURS

if TYPE_CHECKING:
    import httpx

HERE = "here"
"""Stands in a route for the mock of that provider on this very server, in place of an address."""

INSIDE = "http://127.0.0.1"
"""Where the mocks of this process are, for calls that never leave it."""

WITHIN = "imagine-harness.within"
"""Marks, in the scope of a connection, that it comes from these mocks and never left them."""


@dataclass(frozen=True, slots=True)
class Upstream:
    """A provider that calls are handed on to.

    Attributes:
        base: its base URL as its SDK takes it, without a slash at the end.
        key: the gateway's own key there; nobody else's is ever sent.
        app: what answers in this process, None for one that is reached over a socket.
    """

    recorded: Recorded = field(repr=False)
    base: str
    key: str = field(repr=False)
    app: ASGIApp | None = None

    @property
    def name(self) -> str:
        """The provider's name."""
        return self.recorded.provider.name

    @property
    def readings(self) -> dict[str, str]:
        """The default choice of every reading: what a caller who was told nothing expects."""
        return {name: reading.default for name, reading in self.recorded.readings.items()}

    @property
    def credential(self) -> dict[str, str]:
        """The header that carries the key."""
        place = self.recorded.provider.credential
        return {place.header: f"{place.scheme} {self.key}".strip()}

    def url(self, path: str) -> str:
        """The address of a recorded path."""
        return self.base + path.removeprefix(self.recorded.provider.bases[0].path)

    def owns(self, url: str) -> bool:
        """Whether an address is of the same scheme, host and port as the upstream itself."""
        import httpx

        try:
            there, here = httpx.URL(url), httpx.URL(self.base)
        except (httpx.InvalidURL, ValueError):
            return False
        return (there.scheme, there.host, there.port) == (here.scheme, here.host, here.port)

    def client(self) -> httpx.AsyncClient:
        """A new client; its timeouts, redirects and proxies are nobody's but its own."""
        import httpx

        app = self.app
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(_marking(app)) if app else None,
            verify=trusted() if self.base.startswith("https") else False,
            follow_redirects=False,
            trust_env=False,
            timeout=None,
            headers={"user-agent": "imagine-harness", **OURS},
        )


def _marking(app: ASGIApp) -> Any:
    """An application that knows who calls it."""

    async def marked(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, WITHIN: True}, receive, send)

    return marked


def connected(
    route: Mapping[str, str],
    keys: Mapping[str, str],
    known: Iterable[str],
    recorded: Callable[[str], Recorded],
    permits: Callable[[str], bool],
    served: Mapping[str, ASGIApp],
) -> dict[str, Upstream]:
    """The upstreams that a route names.

    `known` are the names that a served gateway has upstreams by, `permits` says which addresses
    may be contacted, `served` holds what answers for each provider of this very server.

    Raises:
        MockError: a name is no upstream's, an address is none or may not be contacted, or a key
            has not the form that is on record.
    """
    known = tuple(dict.fromkeys(known))
    for name in (*route, *keys):
        if not known:
            raise MockError(f"route: no upstream {name!r}, no provider served here is a gateway")
        look_up("upstream", name, known, MockError, where="route: ", state="")
    made: dict[str, Upstream] = {}
    for name, where in route.items():
        on_record = recorded(name)
        if where == HERE and name not in served:
            raise MockError(f"route: {name} is not served here, expected {name}=URL")
        base = f"{INSIDE}/{name}{on_record.provider.bases[0].path}"
        if where != HERE:
            base = _address(name, where, permits)
        key = _key(keys.get(name), on_record)
        CREDENTIALS.learn(key)
        made[name] = Upstream(on_record, base, key, served[name] if where == HERE else None)
    return made


def _key(given: str | None, recorded: Recorded) -> str:
    credential = recorded.provider.credential
    if given is None:
        return credential.example
    if not given.isascii() or not credential.fits(given):
        name = recorded.provider.name
        raise MockError(f"route: the key of {name} is not of the form {credential.form}")
    return given


def _address(name: str, where: str, permits: Callable[[str], bool]) -> str:
    import httpx

    try:
        url = httpx.URL(where)
    except (httpx.InvalidURL, ValueError):
        url = httpx.URL("")
    has_port = url.port is None or 0 < url.port < 65536
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or not has_port:
        raise MockError(
            f"route: {name} expects an http URL or {HERE!r}, got {_without_secrets(where)!r}"
        )
    if url.query or url.fragment:
        raise MockError(f"route: {name} expects an URL without a query and a fragment")
    if is_control(where):
        raise MockError(f"route: {name} expects a provider's base URL, not the controls {ADMIN}/")
    if not permits(where):
        raise MockError(
            f"route: {url.host} is not of this machine and was not allowed by name, "
            f"expected --allow {url.host}"
        )
    return where.rstrip("/")


def _without_secrets(where: str) -> str:
    """What was given as an address, without secrets, whether it has a scheme or not."""
    return secrets.address(where if "//" in where else f"//{where}").removeprefix("//")
