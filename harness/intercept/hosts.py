"""Which hosts are brought to the mocks, which may be reached, and which are refused."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import Enum

from imagine_harness.contracts.loading.load import mocked, provider
from imagine_harness.harness.intercept.loaded.imagine_harness_interception import is_loopback
from imagine_harness.mocks.errors import MockError
from imagine_harness.mocks.services.delivery import is_host

__all__ = ["Hosts", "HostPolicy", "is_loopback", "on_record"]


class HostPolicy(Enum):
    """What becomes of a connection to a host."""

    MOCKED = "mocked"
    PASSED = "passed"
    REFUSED = "refused"


class Hosts:
    """The hosts of one interception, and what was met there.

    Attributes:
        mocked: those that are brought to the mocks, in lower case.
        allowed: those that may be reached as they are.
    """

    def __init__(self, mocked: Iterable[str]) -> None:
        self.mocked = frozenset(host.lower() for host in mocked)
        self.allowed: frozenset[str] = frozenset()
        self._refused: Counter[str] = Counter()
        self._untrusting: Counter[str] = Counter()
        self._lock = threading.Lock()

    def begin(self, allowed: Iterable[str]) -> None:
        """Allow these hosts and no others, and begin to count anew.

        Raises:
            MockError: an allowed host is not the name of one, or is one of the mocks'.
        """
        names = frozenset(host.lower() for host in allowed)
        for host in sorted(names):
            if not is_host(host):
                raise MockError(f"allow takes the name of a host, without a port, got {host!r}")
            if host in self.mocked:
                raise MockError(f"allow: {host} is on record, so that its calls go to the mocks")
        with self._lock:
            self.allowed = names
            self._refused.clear()
            self._untrusting.clear()

    def policy(self, host: str) -> HostPolicy:
        """What becomes of a connection to a host; this machine may always be reached."""
        name = host.lower()
        if name in self.mocked:
            return HostPolicy.MOCKED
        if name in self.allowed or is_loopback(name):
            return HostPolicy.PASSED
        return HostPolicy.REFUSED

    def refuse(self, host: str) -> str:
        """Note that a host was asked for that may not be reached; what its client is told."""
        with self._lock:
            self._refused[host.lower()] += 1
        return (
            f"imagine-harness refused to connect to {host}: it is the host of no provider; "
            f"allow it by name to let it through (--allow {host})"
        )

    def distrusted(self, host: str) -> None:
        """Note that a client went away when it was shown the certificate of a mocked host."""
        with self._lock:
            self._untrusting[host.lower()] += 1

    @property
    def refused(self) -> Mapping[str, int]:
        """How often each host was refused, in the order of the first times."""
        with self._lock:
            return dict(self._refused)

    @property
    def untrusting(self) -> Mapping[str, int]:
        """How often a client went away when it was shown the certificate of each host."""
        with self._lock:
            return dict(self._untrusting)


def on_record() -> frozenset[str]:
    """The hosts of all providers on record that have a mock."""
    return frozenset(host for name in mocked() for host in provider(name).hosts)
