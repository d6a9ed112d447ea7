"""Whose contract an address is of: by its host, by what was said of that, or by our own prefix."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.contracts.loading.load import names
from imagine_harness.contracts.lookup import look_up
from imagine_harness.harness.intercept.hosts import is_loopback
from imagine_harness.mocks.services.delivery import is_host

PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
"""The port of an address that names none."""

_SAID = re.compile(r"(?P<host>\[[0-9a-fA-F:.]+\]|[^\[\]:/@]+)(?::(?P<port>\d{1,5}))?(?P<path>/.*)?")


class DestinationError(Exception):
    """What was said of a host means nothing; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class DeclaredHost:
    """A host of which it was said whose contract it speaks.

    Attributes:
        host: in small letters.
        port: None for any.
        prefix: what the paths begin with, as `/v1`; `""` for all of them.
    """

    host: str
    port: int | None
    prefix: str
    provider: str

    @classmethod
    def parse(cls, word: str) -> DeclaredHost:
        """What `HOST[:PORT][/PREFIX]=PROVIDER` says.

        Raises:
            DestinationError: it has another form, or the provider is not on record.
        """
        where, equals, provider = word.rpartition("=")
        found = _SAID.fullmatch(where)
        host = found["host"].strip("[]").lower() if found else ""
        if not equals or found is None or not is_host(host) or int(found["port"] or 0) > 65_535:
            raise DestinationError(f"expected HOST[:PORT][/PREFIX]=PROVIDER, got {word!r}")
        look_up("provider", provider, names(), DestinationError)
        port = int(found["port"]) if found["port"] else None
        return cls(host, port, (found["path"] or "").rstrip("/"), provider)

    def is_of(self, parts: SplitResult, path: str) -> bool:
        """Whether an address with this path is one of the host."""
        port = parts.port or PORTS.get(parts.scheme.lower())
        below = path == self.prefix or path.startswith(f"{self.prefix}/")
        return (parts.hostname or "") == self.host and self.port in (None, port) and below


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a recorded request went.

    Attributes:
        judge: knows the contract.
        path: the provider's own, below its prefix.
        is_real: whether the host is the provider's own, so that its answers are, too.
    """

    judge: Judge
    path: str
    is_real: bool = False


class Destinations:
    """Finds the place of an address.

    Args:
        judges: by their providers' names.
        declared_hosts: the longest prefix counts.
    """

    def __init__(
        self, judges: Mapping[str, Judge], declared_hosts: Iterable[DeclaredHost] = ()
    ) -> None:
        self._judges = judges
        self._hosts = {host: judge for judge in judges.values() for host in judge.provider.hosts}
        self._declared_hosts = sorted(
            declared_hosts, key=lambda each: (len(each.prefix), each.port or 0)
        )

    def of(self, url: str) -> Destination | None:
        """The place of an address, None where it is nobody's."""
        try:
            parts = urlsplit(url)
            parts.port  # noqa: B018  # an address is read only as far as it is asked for
        except ValueError:
            return None
        host, path = parts.hostname or "", unquote(parts.path) or "/"
        said = [each for each in self._declared_hosts if each.is_of(parts, path)]
        if said:
            judge = self._judges[said[-1].provider]
            return Destination(judge, _own(judge, path[len(said[-1].prefix) :] or "/"))
        first, _, rest = path[1:].partition("/")
        known = self._hosts.get(host)
        if known is not None and first != known.name:
            return Destination(known, known.provider.hosts[host].rstrip("/") + path, is_real=True)
        mine = known or (self._judges.get(first) if is_loopback(host) else None)
        return None if mine is None else Destination(mine, f"/{rest}", is_real=known is not None)


def _own(judge: Judge, path: str) -> str:
    """The provider's path that is meant: as it stands, below our prefix, or below a base."""
    ways = [path, path.removeprefix(f"/{judge.name}")]
    ways += [base.path + path for base in judge.provider.bases]
    return next((each for each in ways if judge.routes.find(each) is not None), path)
