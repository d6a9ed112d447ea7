"""The mocks while somebody's command runs: served, intercepting, and noted as a journal."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.harness.intercept.environment import CANNOT
from imagine_harness.harness.intercept.hosts import Hosts
from imagine_harness.harness.intercept.interception import intercepting
from imagine_harness.harness.running.environment import variables
from imagine_harness.harness.running.inheritance import inherited
from imagine_harness.harness.traffic.errors import Unread
from imagine_harness.harness.traffic.files import Traffic, sorted_out
from imagine_harness.harness.traffic.readers import journal
from imagine_harness.mocks.app import App
from imagine_harness.mocks.server import bound, serving
from imagine_harness.mocks.services.journal import line
from imagine_harness.mocks.services.journal_file import Lines

if TYPE_CHECKING:
    from io import FileIO

THIS_RUN = "the journal of this run"

LEFT_ALONE = ("without interception a program comes here only by the addresses in its environment",)
"""What does not come to the mocks where real hosts are left alone, a sentence each."""


class Notes:
    """What was exchanged during a run, in a file that nobody else sees."""

    def __init__(self, file: FileIO) -> None:
        self._file = file
        self._lines = Lines(file)
        self._lock = threading.Lock()
        self._lost = 0
        self._why = ""

    def note(self, exchange: Exchange) -> None:
        """Add an exchange; one that cannot be written is counted."""
        text = line(exchange)
        try:
            with self._lock:
                self._lines.append(text)
        except OSError as error:
            self._lost, self._why = self._lost + 1, error.strerror or str(error)

    def traffic(self) -> Traffic:
        """What there is so far: the very lines that a journal would have, and what is missing."""
        with self._lock:
            self._file.seek(0)
            data = self._file.read()
        found = sorted_out(journal.read(data, THIS_RUN))
        if self._lost:
            why = f"{self._lost} exchanges could not be kept: {self._why}"
            found.unread.append(Unread(THIS_RUN, why))
        return found


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
    _notes: Notes = field(repr=False)

    @property
    def unseen(self) -> tuple[str, ...]:
        """Why a program's requests may not come here, a sentence each."""
        return LEFT_ALONE if self.hosts is None else CANNOT

    def traffic(self) -> Traffic:
        """What was exchanged so far, as a journal has it."""
        found = self._notes.traffic()
        return Traffic([_numbered(each) for each in found.exchanges], found.unread)


def _numbered(exchange: Exchange) -> Exchange:
    """An exchange that is found by its number in the run."""
    where = f"request {exchange.id}"
    return replace(exchange, provenance=replace(exchange.provenance, where=where))


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
        notes = Notes(held.enter_context(tempfile.TemporaryFile(buffering=0)))
        app.services.journal.listen(notes.note)
        door = held.enter_context(bound("127.0.0.1", 0)) if intercept else None
        served = held.enter_context(ExitStack())
        address = served.enter_context(serving(app, port=port, door=door))
        ours = variables(address, app.mocks, preferred, hosts=not intercept)
        around = inherited()
        given, hosts = {**around, **ours}, None
        if door is not None:
            names = [name for mock in app.mocks.values() for name in mock.provider.hosts]
            interception = held.enter_context(intercepting(door, names, app.settings.allow, around))
            given, hosts = interception.environment.over(given), interception.hosts
        yield Live(app, address, given, hosts, served.close, notes)
