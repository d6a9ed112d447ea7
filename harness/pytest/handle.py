"""What a test holds: the mocks as a mapping, and one handle for each provider."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.lookup import SERVED, look_up
from imagine_harness.harness.pytest.controls import Faults, Tasks
from imagine_harness.harness.pytest.entries import Entries, Entry
from imagine_harness.harness.pytest.mock_session import Options, known_operation
from imagine_harness.harness.pytest.webhooks import Webhooks
from imagine_harness.harness.traffic.problems import format_problems, problems

if TYPE_CHECKING:
    from imagine_harness.contracts.provider import Provider
    from imagine_harness.harness.pytest.mock_session import MockSession
    from imagine_harness.mocks.app import App
    from imagine_harness.mocks.services.clock import Clock
    from imagine_harness.mocks.services.faults import Fault


class _Observed(ABC):
    """What a test can ask of the mocks, of one provider or of all."""

    _session: MockSession

    @property
    @abstractmethod
    def journal(self) -> Entries:
        """What this test has exchanged with them."""

    @property
    def clock(self) -> Clock:
        """The one clock of all mocks: `now`, `advance`, `hold`, `release`, `set_speed`."""
        return self._session.app.services.clock

    def assert_conforms(self) -> None:
        """Every request so far was one that its provider documents, expected or not.

        Raises:
            AssertionError: one was not; every problem is told, with its smallest fix.
        """
        __tracebackhide__ = True
        every = (problems(each.exchange, self._session.disturbed) for each in self.journal)
        serious = [one for found in every for one in found if one.serious]
        if serious:
            raise AssertionError(format_problems(serious))


@dataclass(frozen=True)
class Handle(_Observed):
    """One provider's mock, as the test that runs sees it.

    Beside `base_url` it has each further base address that the provider's clients are
    configured with, by the name on record, such as `queue_url`.
    """

    name: str
    _session: MockSession

    @property
    def _provider(self) -> Provider:
        return load.provider(self.name)

    @property
    def urls(self) -> Mapping[str, str]:
        """Every base address by its name, without a slash at its end."""
        prefix = f"{self._session.url}/{self.name}"
        return {base.name: prefix + base.path for base in self._provider.bases}

    @property
    def base_url(self) -> str:
        """The address that the provider's SDK takes as its base, without a slash at its end."""
        return self.urls["base_url"]

    def __getattr__(self, name: str) -> str:
        if name.startswith("_"):  # copy and pickle ask before there is a name
            raise AttributeError(name)
        listed = [base.name for base in load.provider(self.name).bases]
        if name not in listed:
            raise AttributeError(
                f"the handle of {self.name} has no {name!r}, its addresses: {', '.join(listed)}"
            )
        return self.urls[name]

    @property
    def api_key(self) -> str:
        """A key that the mock accepts; any other of the documented form is as good."""
        return self._provider.credential.example

    @property
    def headers(self) -> dict[str, str]:
        """The header that carries the key, ready to send."""
        credential = self._provider.credential
        return {credential.header: f"{credential.scheme} {credential.example}".strip()}

    @property
    def journal(self) -> Entries:
        """What this provider has exchanged in this test."""
        return Entries(
            lambda: [Entry(e) for e in self._session.exchanges if e.provider == self.name]
        )

    @property
    def faults(self) -> Faults:
        """What goes wrong at this provider."""
        return Faults(self._session, self.name)

    @property
    def tasks(self) -> Tasks:
        """This provider's asynchronous jobs."""
        return Tasks(self._session, self.name)

    @property
    def webhooks(self) -> Webhooks:
        """What this provider has to send out, and a receiver for it."""
        return Webhooks(self._session, self.name)

    def assert_no_requests(self) -> None:
        """No request came, but for such as call nothing.

        Raises:
            AssertionError: one did; all are listed.
        """
        __tracebackhide__ = True
        came = [each for each in self.journal if each.verdict != "noted"]
        if came:
            raise AssertionError(f"expected no request to {self.name}, {_listing(came)}")

    def assert_called(self, operation: str, times: int | None = None) -> None:
        """An operation was called at least once, or exactly so often.

        Raises:
            AssertionError: it was not; the requests that came are listed.
            MockError: the provider has no such operation.
        """
        __tracebackhide__ = True
        name = known_operation(self.name, operation)
        number = len(self.journal.find(operation=name))
        if number == 0 if times is None else number != times:
            often = "at least once" if times is None else _times(times)
            raise AssertionError(
                f"expected {self.name}.{name} to be called {often}, it was called "
                f"{_times(number)}; {_listing(self.journal.requests)}"
            )

    def __repr__(self) -> str:
        return f"<mock of {self.name}, {len(self.journal)} requests>"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _listing(entries: Sequence[Entry]) -> str:
    if not entries:
        return "no request came"
    lines = [f"  {entry.operation or 'no operation'}: {entry}" for entry in entries]
    return "\n".join([f"{len(entries)} came:" if len(entries) > 1 else "one came:", *lines])


class MockProviders(_Observed, Mapping[str, Handle]):
    """The mocks of the test that runs, by provider."""

    def __init__(self, session: MockSession) -> None:
        self._session = session

    def __call__(
        self,
        *,
        strict: bool | None = None,
        readings: Mapping[str, str] | None = None,
        seed: int | None = None,
        faults: Iterable[str | Fault] = (),
        tasks: str | None = None,
        pictures: str | None = None,
        speed: float | None = None,
        providers: Iterable[str] = (),
        allow: Iterable[str] = (),
        memory: int | str | None = None,
        intercept: bool = False,
    ) -> MockProviders:
        """Start the mocks afresh with these options, for this test only.

        What happened before stays in the journal and counts. What is left out is as the session
        has it.

        Args:
            strict: turn every reading that can refuse to its refusing choice.
            readings: choices by reading id, over `strict`.
            seed: decides ids, pictures and order.
            faults: what goes wrong, each as in `fal.generate nth=2 status=429`.
            tasks: what moves tasks: `timed` (the clock), `immediate` or `manual`.
            pictures: how many bytes they have: `light` for few, `heavy` for as many as real ones.
            speed: seconds that pass for the mocks in one real second.
            providers: which to serve; empty for all.
            allow: hosts outside this machine that webhooks and uploads may go to, and with
                `intercept` the test itself.
            memory: how much of exchanges, tasks and media the mocks keep, in bytes or as in `64MB`.
            intercept: bring calls of the providers' own hosts to the mocks, whichever library
                makes them, and those of programs that the test starts; refuse all other hosts.

        Raises:
            MockError: a name is unknown or a value impossible; the known ones are listed.
            FaultError: a fault means nothing.
        """
        self._session.configure(
            Options(
                strict=strict,
                readings=readings,
                seed=seed,
                faults=faults,
                tasks=tasks,
                pictures=pictures,
                speed=speed,
                providers=providers,
                allow=allow,
                memory=memory,
                intercept=intercept,
            )
        )
        return self

    def __getitem__(self, name: str) -> Handle:
        look_up("provider", name, self._session.app.mocks, KeyError, state=SERVED)
        return Handle(name, self._session)

    def __iter__(self) -> Iterator[str]:
        return iter(self._session.app.mocks)

    def __len__(self) -> int:
        return len(self._session.app.mocks)

    @property
    def app(self) -> App:
        """The mocks in force as an ASGI application, for clients in process."""
        return self._session.app

    @property
    def url(self) -> str:
        """The server's address, without a slash at its end."""
        return self._session.url

    @property
    def refused_hosts(self) -> Mapping[str, int]:
        """How often each host was asked for that an interception refused to connect to."""
        interception = self._session.interception
        return interception.hosts.refused if interception else {}

    @property
    def seed(self) -> int:
        """The seed in force."""
        return self._session.app.seed

    @property
    def journal(self) -> Entries:
        """What this test has exchanged with all providers."""
        return Entries(lambda: [Entry(e) for e in self._session.exchanges])

    def __repr__(self) -> str:
        return f"<mocks of {', '.join(self)}>"
