"""The mocks while somebody's command runs: served, intercepting, and noted as a journal."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import IO

from harness.intercept.environment import CANNOT
from harness.intercept.hosts import Hosts
from harness.intercept.interception import intercepting
from harness.judging.environment import variables
from harness.judging.readers import journal
from harness.judging.recording import Recording
from mocks.app import App
from mocks.journal import Exchange, line
from mocks.server import bound, serving

IN_MEMORY = 64_000_000
"""Bytes of a journal that are kept in memory; a longer one goes to a temporary file."""

LEFT_ALONE = ("without interception a program comes here only by the addresses in its environment",)
"""What does not come to the mocks where real hosts are left alone, a sentence each."""


@dataclass
class Live:
    """Mocks that are served for a command.

    Attributes:
        address: where they are, without a slash at its end.
        environment: what the command is given.
        hosts: what came of calls to real hosts, None without interception.
        stop: serves nobody any more; what is still to be answered ends by that.
    """

    app: App
    address: str
    environment: Mapping[str, str]
    hosts: Hosts | None
    stop: Callable[[], None]
    _noted: IO[bytes] = field(repr=False)

    @property
    def unseen(self) -> tuple[str, ...]:
        """Why a program's requests may not come here, a sentence each."""
        return LEFT_ALONE if self.hosts is None else CANNOT

    def recordings(self) -> list[Recording]:
        """What was exchanged so far: the very lines that a journal would have."""
        self._noted.seek(0)
        return [
            replace(each, where=f"request {each.noted.id}" if each.noted else "")
            for each in journal.read(self._noted.read(), "the journal of this run")
        ]


@contextmanager
def live(app: App, *, port: int = 0, preferred: str = "", intercept: bool = True) -> Iterator[Live]:
    """Serve mocks for the length of a `with` block.

    Args:
        app: the mocks.
        port: where to listen, 0 for a free port.
        preferred: the provider that has the variables of the API that several imitate.
        intercept: whether to bring calls to the providers' real hosts here, too.

    Raises:
        MockError: the port cannot be had, or a host to be allowed is none.
        NobodySpeaks: the preferred provider cannot have them.
    """
    with ExitStack() as held:
        noted = held.enter_context(tempfile.SpooledTemporaryFile(IN_MEMORY))

        def note(exchange: Exchange) -> None:
            noted.write(line(exchange))

        app.shared.journal.listen(note)
        door = held.enter_context(bound("127.0.0.1", 0)) if intercept else None
        served = held.enter_context(ExitStack())
        address = served.enter_context(serving(app, port=port, door=door))
        told = variables(address, app.mocks, preferred, hosts=not intercept)
        given, hosts = {**os.environ, **told}, None
        if door is not None:
            names = [name for mock in app.mocks.values() for name in mock.provider.hosts]
            interception = held.enter_context(intercepting(door, names, app.settings.allow))
            given, hosts = interception.environment.over(given), interception.hosts
        yield Live(app, address, given, hosts, served.close, noted)
