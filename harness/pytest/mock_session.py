"""The mocks of one test session: one server, and behind it fresh mocks for each test."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar, cast

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.loading.load import mocked, recorded
from imagine_harness.contracts.lookup import MOCKED, look_up, unknown
from imagine_harness.contracts.provider import FETCH
from imagine_harness.mocks.app import App
from imagine_harness.mocks.errors import MockError
from imagine_harness.mocks.services.budget import size
from imagine_harness.mocks.services.faults import Fault, parsed
from imagine_harness.mocks.services.tasks import Mode
from imagine_harness.mocks.settings import Settings, weight

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

    from imagine_harness.harness.intercept.interception import Interception

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What one test asks of the mocks; what it leaves out is as the session has it.

    Each means what it means where tests give it, in `MockProviders.__call__`.
    """

    strict: bool | None = None
    readings: Mapping[str, str] | None = None
    seed: int | None = None
    faults: Iterable[str | Fault] = ()
    tasks: str | None = None
    pictures: str | None = None
    speed: float | None = None
    providers: Iterable[str] = ()
    allow: Iterable[str] = ()
    memory: int | str | None = None
    intercept: bool = False

    def over(self, settings: Settings) -> Settings:
        """The session's settings with these in place of its own.

        Raises:
            MockError: a name is unknown or a value impossible; the message lists the known ones.
            FaultError: a fault was described in a way that means nothing.
        """
        if self.speed is not None and not self.speed > 0:
            raise MockError(f"speed must be a number above 0, got {self.speed!r}")
        providers = _as_tuple(self.providers) or settings.providers
        given = {**settings.readings, **(self.readings or {})}
        if providers:
            own = self.readings or {}
            given = {
                key: choice
                for key, choice in given.items()
                if key in own or key.partition(".")[0] in providers
            }
        return replace(
            settings,
            strict=settings.strict if self.strict is None else self.strict,
            readings=given,
            seed=settings.seed if self.seed is None else self.seed,
            faults=tuple(_fault(each) for each in _as_tuple(self.faults)),
            tasks=settings.tasks if self.tasks is None else _mode(self.tasks),
            pictures=settings.pictures if self.pictures is None else weight(self.pictures),
            speed=settings.speed if self.speed is None else self.speed,
            providers=providers,
            allow=_as_tuple(self.allow) or settings.allow,
            memory=settings.memory if self.memory is None else _bytes(self.memory),
        )


def _as_tuple(given: Iterable[T]) -> tuple[T, ...]:
    """Several things as a tuple; a text alone is one thing, not its letters."""
    return cast("tuple[T, ...]", (given,)) if isinstance(given, str) else tuple(given)


def _mode(name: str) -> Mode:
    if name not in {str(mode) for mode in Mode}:
        raise MockError(f"tasks must be one of {', '.join(sorted(Mode))}, got {name!r}")
    return Mode(name)


def _bytes(given: int | str) -> int:
    if type(given) is int:
        return given
    try:
        return size(str(given))
    except ValueError as error:
        raise MockError(f"memory: {error}") from error


def _fault(given: str | Fault) -> Fault:
    return known(parsed(given) if isinstance(given, str) else given)


def known(fault: Fault) -> Fault:
    """`fault`, if its provider and operation are on record.

    Raises:
        MockError: one of them is not, so that the fault would never happen.
    """
    if fault.provider is None:
        return fault
    look_up("provider", fault.provider, mocked(), MockError, state=MOCKED)
    if fault.operation is not None:
        known_operation(fault.provider, fault.operation)
    return fault


def known_operation(provider: str, operation: str) -> str:
    """The id of an operation, given by that or by its full name.

    Raises:
        MockError: the provider has no such operation.
    """
    name = operation.removeprefix(f"{provider}.")
    listed = {each.id for each in recorded(provider).operations} | {FETCH}
    if name not in listed:
        raise MockError(unknown("operation", operation, sorted(listed), f"at {provider}"))
    return name


class MockSession:
    """One server for a whole session, and the mocks of the test that runs.

    It is the ASGI application that is served, and hands each connection to the mocks in force.
    Mocks are made when they are first needed, and so is the server.

    Attributes:
        disturbed: ids of the tasks that it made fail or expire.
        interception: what brings its calls of the providers' own hosts here, if anything does.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._open = ExitStack()
        self._server: tuple[str, socket.socket] | None = None
        self._interception: Interception | None = None
        self._intercepting = ExitStack()
        self._app: App | None = None
        self._exchanges: list[Exchange] = []
        self.disturbed: set[str] = set()
        self.interception: Interception | None = None
        self.on_shutdown: Callable[[], None] | None = None

    @property
    def app(self) -> App:
        """The mocks in force."""
        with self._lock:
            if self._app is None:
                self._app = self._new_app(self._settings)
            return self._app

    @property
    def exchanges(self) -> list[Exchange]:
        """What the test that runs has exchanged, what is still to be answered last."""
        waiting = self._app.services.journal.unfinished if self._app else []
        over = list(self._exchanges)
        known = {id(each) for each in over}
        return [*over, *(each for each in waiting if id(each) not in known)]

    @property
    def url(self) -> str:
        """The server's address, without a slash at its end; it starts at the first call."""
        return self._served()[0]

    def _served(self) -> tuple[str, socket.socket]:
        """The server's address, and its door for what was on its way to the real hosts."""
        if self._server is None:
            from imagine_harness.mocks.server import bound, serving

            door = self._open.enter_context(bound("127.0.0.1", 0))
            self._server = self._open.enter_context(serving(self, door=door)), door
        return self._server

    def begin(self) -> None:
        """Forget everything: another test starts."""
        self.end()
        with self._lock:
            self._app = None
            self._exchanges = []
            self.disturbed = set()

    def configure(self, options: Options) -> None:
        """Put fresh mocks with other options in force, until the test ends or the next call.

        Raises:
            MockError: an option means nothing.
            FaultError: a fault means nothing.
        """
        made = self._new_app(options.over(self._settings))
        self.end()
        with self._lock:
            self._app = made
        if options.intercept:
            self.intercept(made.settings.allow)

    def intercept(self, allow: Iterable[str]) -> None:
        """Bring this process's calls of the providers' own hosts here, until `end`.

        Raises:
            MockError: `allow` has what is no name, or the name of one of those hosts.
        """
        from imagine_harness.harness.intercept.process import within

        interception = self._brought()
        interception.hosts.begin(allow)
        self._intercepting.enter_context(within(interception))
        self.interception = interception

    def _brought(self) -> Interception:
        """The session's interception: a client that outlives its test finds it where it was."""
        if self._interception is None:
            from imagine_harness.harness.intercept.interception import intercepting

            made = intercepting(self._served()[1])
            self._interception = self._open.enter_context(made)
        return self._interception

    def end(self) -> None:
        """Leave this process's calls alone again."""
        self._intercepting.close()
        self.interception = None

    def _new_app(self, settings: Settings) -> App:
        made = App(settings)
        made.services.journal.listen(self._exchanges.append)
        return made

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI connection with the mocks in force."""
        await self.app(scope, receive, send)

    def close(self) -> None:
        """Stop the server, if it runs."""
        self.end()
        self._open.close()
        self._server = self._interception = None
