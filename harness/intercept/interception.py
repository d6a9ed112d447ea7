"""One interception: its authority, its proxy, and what leads clients there."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from imagine_harness.harness.intercept.authority import Authority, CertificateFiles
from imagine_harness.harness.intercept.environment import Environment, environment
from imagine_harness.harness.intercept.hosts import Hosts, on_record
from imagine_harness.harness.intercept.proxy import Proxy, run_proxy
from imagine_harness.harness.watchdog import folder_watchdog
from imagine_harness.mocks.server import bound

HERE = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interception:
    """An interception that goes on.

    Attributes:
        hosts: which hosts go where; `refused` and `untrusting` say what was met.
        proxy: the port where clients know that they speak to a proxy.
        direct: the port where they take it for port 443 of the real hosts.
        door: the port of the mocks, where they take it for port 80 of the real hosts.
        files: whom clients are to trust.
        inherited: the environment that a child process would have.
    """

    hosts: Hosts
    proxy: int
    direct: int
    door: int
    files: CertificateFiles
    inherited: Mapping[str, str]

    @property
    def proxy_url(self) -> str:
        """The proxy's address."""
        return f"http://{HERE}:{self.proxy}"

    @property
    def instructions(self) -> Mapping[str, Any]:
        """For those that make no use of a proxy: hosts, ports, and whom to trust."""
        return {
            "mocked": sorted(self.hosts.mocked),
            "allowed": sorted(self.hosts.allowed),
            "direct": self.direct,
            "door": self.door,
            "proxy": self.proxy,
            "authority": str(self.files.alone),
        }

    @property
    def environment(self) -> Environment:
        """What a child process is given, so that its calls come here."""
        return environment(self.proxy_url, self.files, self.instructions, self.inherited)


@contextmanager
def intercepting(
    door: socket.socket,
    hosts: Iterable[str] | None = None,
    allow: Iterable[str] = (),
    inherited: Mapping[str, str] | None = None,
) -> Iterator[Interception]:
    """Bring what is on its way to some hosts to the mocks, for the length of a `with` block.

    Args:
        door: the socket that `mocks.server.serving` was given as its `door`.
        hosts: names of the hosts that the mocks stand for, by default all on record.
        allow: names of hosts that may be reached; every other one is refused and noted.
        inherited: the environment that a child process would have, by default that of this one.

    Raises:
        MockError: `allow` has what is no name, or the name of a host that the mocks stand for.
    """
    chosen = Hosts(on_record() if hosts is None else hosts)
    chosen.begin(allow)
    around = dict(os.environ if inherited is None else inherited)
    with (
        tempfile.TemporaryDirectory(prefix="imagine-harness-") as folder,
        folder_watchdog(Path(folder)),
        bound(HERE, 0) as proxy,
        bound(HERE, 0) as direct,
    ):
        authority = Authority(Path(folder), chosen.mocked)
        files = authority.files(around)
        with run_proxy(Proxy(authority, chosen, door.getsockname()[:2]), proxy, direct):
            yield Interception(
                hosts=chosen,
                proxy=proxy.getsockname()[1],
                direct=direct.getsockname()[1],
                door=door.getsockname()[1],
                files=files,
                inherited=around,
            )
