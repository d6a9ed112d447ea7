"""The pytest plugin: fixtures, a marker, options.

Loading it imports nothing but pytest, so that a run which does not use it pays nothing for it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from imagine_harness.harness.pytest.expectations import Expectations
    from imagine_harness.harness.pytest.handle import Handle, MockProviders
    from imagine_harness.harness.pytest.mock_session import MockSession
    from imagine_harness.mocks.settings import Settings

MARKER = "expect_violation"

SEED = "imagine_harness_seed"
"""The property of a test's report, and of a worker's input, that tells the seed of the mocks."""


@dataclass
class MonitoredTest:
    """What is known about a test that uses the mocks.

    Attributes:
        failed, skipped: how its own phases ended so far.
    """

    session: MockSession
    expectations: Expectations
    failed: bool = False
    skipped: bool = False

    def surprises(self) -> str:
        """A report of what was wrong with the test's requests and not expected; `""` if nothing."""
        from imagine_harness.harness.traffic.problems import format_problems

        found = self.expectations.surprises(self.session.exchanges, self.session.disturbed)
        return format_problems(found) if found else ""

    def complaint(self) -> str:
        """What the test has to fail with, `""` if nothing; one that failed already has its own."""
        if self.failed:
            return ""
        missing = [] if self.skipped else self.expectations.disappointments(self.session.exchanges)
        return "\n\n".join(filter(None, [self.surprises(), *missing]))


_MONITORED = pytest.StashKey[MonitoredTest]()
_SESSION = pytest.StashKey["MockSession"]()
_GIVEN = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare what holds for the mocks of all tests, unless a test says otherwise."""
    group = parser.getgroup("imagine-harness", "mocks of image-generation APIs")
    group.addoption(
        "--harness-strict",
        action="store_true",
        help="refuse also what the providers' pages leave open",
    )
    group.addoption(
        "--harness-reading",
        action="append",
        default=[],
        metavar="ID=CHOICE",
        help="take this choice where the providers' pages contradict each other (repeatable)",
    )
    group.addoption(
        "--harness-seed",
        metavar="N",
        help="decides ids, pictures and order; printed when a test that uses the mocks fails",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and check the options.

    Raises:
        pytest.UsageError: an option means nothing; the message says what would be right.
    """
    config.addinivalue_line(
        "markers",
        f"{MARKER}(rule, ...): the test breaks these rules on purpose, each by its id, the start "
        "of its id or the name of a refusal; without a rule, it may send anything",
    )
    given = config.getoption("--harness-seed")
    config.stash[_GIVEN] = given is not None
    worker = getattr(config, "workerinput", {})
    config.option.harness_seed = worker.get(SEED, _seed(given))
    readings = _readings(config)
    if readings and not worker:
        from imagine_harness.mocks.app import App
        from imagine_harness.mocks.errors import MockError

        try:
            App(_settings(config))
        except MockError as error:
            raise pytest.UsageError(f"--harness-reading: {error}") from None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give each of xdist's workers the seed of the session."""
    node.workerinput[SEED] = node.config.getoption("--harness-seed")


def _seed(given: str | int | None) -> int:
    try:
        return random.SystemRandom().getrandbits(31) if given is None else int(given)
    except ValueError:
        raise pytest.UsageError(f"--harness-seed must be a whole number, got {given!r}") from None


def _readings(config: pytest.Config) -> dict[str, str]:
    readings = {}
    for given in config.getoption("--harness-reading"):
        name, equals, choice = given.partition("=")
        if not (name and equals and choice):
            raise pytest.UsageError(f"--harness-reading must be ID=CHOICE, got {given!r}")
        readings[name] = choice
    return readings


def _settings(config: pytest.Config) -> Settings:
    from imagine_harness.mocks.settings import Settings

    return Settings(
        seed=config.getoption("--harness-seed"),
        strict=config.getoption("--harness-strict"),
        readings=_readings(config),
    )


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say the seed, if it was asked for."""
    if not config.stash[_GIVEN]:
        return None
    return f"imagine-harness: seed {config.getoption('--harness-seed')}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show beside a test's own failure what was wrong with its requests: often the reason."""
    report = yield
    monitored = item.stash.get(_MONITORED, None)
    if monitored is not None and call.when != "teardown" and call.excinfo is not None:
        if call.excinfo.errisinstance(pytest.skip.Exception):
            monitored.skipped = True
        else:
            monitored.failed = True
            surprises = monitored.surprises()
            if surprises:
                report.sections.append(("imagine-harness", surprises))
    return report


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say the seed, if a test that used the mocks failed."""
    ended_badly = [
        report
        for outcome in ("failed", "error")
        for report in terminalreporter.stats.get(outcome, ())
    ]
    if any(name == SEED for report in ended_badly for name, _ in _properties(report)):
        seed = config.getoption("--harness-seed")
        terminalreporter.write_line(
            f"imagine-harness: same ids and pictures: --harness-seed {seed}"
        )


def _properties(report: object) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = getattr(report, "user_properties", [])
    return found


def _expectations(node: pytest.Item) -> Expectations:
    from imagine_harness.harness.pytest.expectations import Expectations

    patterns: list[str] = []
    anything = False
    for marker in node.iter_markers(MARKER):
        wrong = [each for each in marker.args if not isinstance(each, str)]
        if wrong or marker.kwargs:
            named = [f"{name}={value!r}" for name, value in marker.kwargs.items()]
            told = ", ".join([*map(repr, wrong), *named])
            raise pytest.UsageError(f"{MARKER} takes ids of rules as texts, got {told}")
        patterns += marker.args
        anything = anything or not marker.args
    return Expectations(tuple(patterns), anything)


@pytest.fixture(scope="session")
def _mock_session(pytestconfig: pytest.Config) -> Iterator[MockSession]:
    """The mocks of the session: one server, started at the first call of it."""
    from imagine_harness.harness.pytest.mock_session import MockSession

    session = MockSession(_settings(pytestconfig))
    yield session
    session.close()


@pytest.fixture(scope="session")
def mock_providers_url(_mock_session: MockSession) -> str:
    """The mocks' address, for what is started once for all tests, as a gateway is.

    The provider's prefix follows it, and no slash is at its end. Only the requests during tests
    that use `mock_providers` are judged.
    """
    return _mock_session.url


@pytest.fixture
def mock_providers(
    request: pytest.FixtureRequest, _mock_session: MockSession
) -> Iterator[MockProviders]:
    """All providers' mocks, by name; nothing has happened to them yet.

    Called with options, it starts them afresh with these in force for this test. The test fails
    when one of its requests breaks a documented rule, meets no documented route or is refused for
    another reason, unless `@pytest.mark.expect_violation("rule")` says that it does so on purpose.
    """
    from imagine_harness.harness.pytest.handle import MockProviders

    monitored = MonitoredTest(_mock_session, _expectations(request.node))
    _mock_session.begin()
    request.node.stash[_MONITORED] = monitored
    request.node.user_properties.append((SEED, request.config.getoption("--harness-seed")))
    yield MockProviders(_mock_session)
    _mock_session.end()
    complaint = monitored.complaint()
    if complaint:
        pytest.fail(complaint, pytrace=False)


@pytest.fixture
def mock_provider(mock_providers: MockProviders) -> Callable[[str], Handle]:
    """From a provider's name to its mock; see `mock_providers`."""
    return mock_providers.__getitem__
