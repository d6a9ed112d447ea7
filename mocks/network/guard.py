"""The guard of the controls: who is let in, told by the head of a request and nothing else."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from hmac import compare_digest
from ipaddress import IPv4Address, IPv6Address, ip_address

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from imagine_harness.mocks.network.own_traffic import ADMIN, OURS
from imagine_harness.mocks.network.problem import problem
from imagine_harness.mocks.network.public import Public

_SENT_BY = next(iter(OURS)).lower()
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")
_HOST = re.compile(r"(\[[^\]]*\]|[^:]*)(:\d*)?")
_JSON = "application/json"
_LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Guard:
    """The guard of one application.

    Attributes:
        token: the bearer token; who has it may come by any name.
        demanded: whether it is wanted of who comes from this machine, too.
        names: those of this machine, beside its own addresses.
        origins: those of pages of our own, beside that by which a request comes.
    """

    token: str = field(repr=False)
    demanded: bool = False
    names: frozenset[str] = frozenset({"localhost"})
    origins: frozenset[str] = frozenset()

    def refusal(self, scope: Scope) -> Response | None:
        """The answer to a request that is not let in, None for one that is."""
        headers = Headers(scope=scope)
        return (
            _own(headers)
            or self._unknown_caller(scope, headers)
            or self._unknown_host(scope, headers)
            or self._foreign_page(headers)
            or _foreign_type(scope, headers)
        )

    def _unknown_caller(self, scope: Scope, headers: Headers) -> Response | None:
        address = _bound(scope)
        reachable = address is not None and not address.is_loopback
        if not (self.demanded or reachable) or self._knows(headers):
            return None
        told = (
            "expected the header Authorization: Bearer TOKEN, "
            "with the token of --admin-token or the one that was printed at start"
        )
        refused = problem(401, "unknown-caller", told)
        refused.headers["WWW-Authenticate"] = 'Bearer realm="imagine-harness"'
        return refused

    def _unknown_host(self, scope: Scope, headers: Headers) -> Response | None:
        """Refuse a name that anybody may have led here; without a socket there is none to lead."""
        hosts = [] if _bound(scope) is None or self._knows(headers) else headers.getlist("host")
        foreign = next((host for host in hosts if not self._is_known(host)), None)
        if foreign is None:
            return None
        told = (
            f"expected a Host such as 127.0.0.1 or localhost, got {_shortened(foreign)}; "
            "by another name comes who sends Authorization: Bearer TOKEN, set by --admin-token"
        )
        return problem(403, "unknown-host", told)

    def _foreign_page(self, headers: Headers) -> Response | None:
        """Refuse what a page of somebody else asks; only browsers say where one comes from."""
        host = headers.get("host", "").lower()
        own = {*self.origins, *(f"{scheme}://{host}" for scheme in ("http", "https"))}
        told = _other(headers.getlist("origin"), own, "Origin")
        told = told or _other(
            headers.getlist("sec-fetch-site"), ("same-origin", "none"), "Sec-Fetch-Site"
        )
        if told is None:
            return None
        return problem(
            403,
            "foreign-origin",
            f"no page of another origin is let in, {told}; ask from a program instead of a page",
        )

    def _knows(self, headers: Headers) -> bool:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        is_right = compare_digest(given.strip().encode(), self.token.encode())
        return scheme.lower() == "bearer" and is_right

    def _is_known(self, host: str) -> bool:
        found = _HOST.fullmatch(host.lower())
        name = found[1] if found else ""
        address = _address(name.strip("[]"))
        return name in self.names or (address is not None and address.is_loopback)


def guarding(token: str | None, public: Public | None = None) -> Guard:
    """A guard that demands a token, or with None one that does so beyond this machine only.

    Whoever comes by a public address may come from anywhere, although it is this machine that
    hands the request on.
    """
    is_open = public is not None and not public.is_loopback
    return Guard(
        made_token() if token is None else token,
        demanded=token is not None or is_open,
        names=frozenset({"localhost", *([public.host] if public else [])}),
        origins=frozenset([public.origin] if public else []),
    )


def is_token(text: str) -> bool:
    """Whether a text is a bearer token as a header can carry one."""
    return bool(_TOKEN.fullmatch(text))


def made_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(24)


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        made = ip_address(name)
    except ValueError:
        return None
    return getattr(made, "ipv4_mapped", None) or made


def _bound(scope: Scope) -> IPv4Address | IPv6Address | None:
    """Where a request came in; None in this process and on sockets that are files."""
    server = scope.get("server")
    return _address(str(server[0])) if server else None


def _own(headers: Headers) -> Response | None:
    if _SENT_BY not in headers:
        return None
    told = f"the mocks sent this themselves, and nothing that they send acts on {ADMIN}/"
    return problem(403, "own-request", told)


def _other(given: Iterable[str], right: Iterable[str], name: str) -> str | None:
    foreign = next((each for each in given if each.lower() not in right), None)
    return None if foreign is None else f"got {name} {_shortened(foreign)}"


def _foreign_type(scope: Scope, headers: Headers) -> Response | None:
    """Refuse what a page may send anywhere without asking: a body that is not called JSON."""
    kinds = {each.partition(";")[0].strip().lower() for each in headers.getlist("content-type")}
    has_body = bool(headers.get("content-length", "").strip("0")) or "transfer-encoding" in headers
    acts = scope.get("method", "GET") not in ("GET", "HEAD")
    if kinds == {_JSON} or not (has_body or (acts and kinds)):
        return None
    got = _shortened(min(kinds)) if kinds else "none"
    told = f"expected a body of Content-Type: {_JSON}, got {got}"
    return problem(415, "foreign-type", told)


def _shortened(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…")
