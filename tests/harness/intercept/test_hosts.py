"""Which hosts go where, and what is noted of the others."""

from __future__ import annotations

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.harness.intercept.hosts import HostPolicy, Hosts, on_record
from imagine_harness.mocks.errors import MockError


@pytest.fixture
def hosts() -> Hosts:
    made = Hosts(["Fal.run"])
    made.begin(["Example.com", "192.0.2.7"])
    return made


@pytest.mark.parametrize(
    ("host", "policy"),
    [
        ("fal.run", HostPolicy.MOCKED),
        ("FAL.RUN", HostPolicy.MOCKED),
        ("queue.fal.run", HostPolicy.REFUSED),
        ("fal.run.evil.example", HostPolicy.REFUSED),
        ("example.com", HostPolicy.PASSED),
        ("www.example.com", HostPolicy.REFUSED),
        ("192.0.2.7", HostPolicy.PASSED),
        ("192.0.2.8", HostPolicy.REFUSED),
        ("localhost", HostPolicy.PASSED),
        ("a.localhost", HostPolicy.PASSED),
        ("127.0.0.1", HostPolicy.PASSED),
        ("127.1.2.3", HostPolicy.PASSED),
        ("::1", HostPolicy.PASSED),
        ("[::1]", HostPolicy.PASSED),
        ("localhost.example", HostPolicy.REFUSED),
        ("127.0.0.1.example", HostPolicy.REFUSED),
        ("0.0.0.0", HostPolicy.REFUSED),
        ("10.0.0.1", HostPolicy.REFUSED),
        ("", HostPolicy.REFUSED),
    ],
)
def test_a_host_is_mocked_or_reached_or_refused(
    hosts: Hosts, host: str, policy: HostPolicy
) -> None:
    assert hosts.policy(host) is policy


def test_what_was_refused_is_counted_and_told_how_to_be_allowed(hosts: Hosts) -> None:
    told = [hosts.refuse(each) for each in ("b.example", "a.example", "B.Example")]

    assert "--allow a.example" in told[1]
    assert list(hosts.refused.items()) == [("b.example", 2), ("a.example", 1)]


def test_a_new_beginning_forgets_what_was_allowed_and_what_was_met(hosts: Hosts) -> None:
    hosts.refuse("a.example")
    hosts.distrusted("fal.run")
    assert hosts.untrusting == {"fal.run": 1}

    hosts.begin(())

    assert (hosts.refused, hosts.untrusting) == ({}, {})
    assert hosts.policy("example.com") is HostPolicy.REFUSED
    assert hosts.policy("fal.run") is HostPolicy.MOCKED


@pytest.mark.parametrize("wrong", ["", "https://example.com", "example.com:443", "a b", "*.x"])
def test_only_the_name_of_a_host_can_be_allowed(hosts: Hosts, wrong: str) -> None:
    with pytest.raises(MockError, match="allow takes the name of a host"):
        hosts.begin([wrong])


def test_a_host_on_record_cannot_be_allowed(hosts: Hosts) -> None:
    with pytest.raises(MockError, match=r"fal\.run is on record"):
        hosts.begin(["FAL.run"])


def test_the_hosts_on_record_are_those_of_the_providers_that_have_a_mock() -> None:
    assert {"queue.fal.run", "ws-api.runware.ai", "api.cloudflare.com", "api.x.ai"} <= on_record()
    assert on_record() == {host for name in load.mocked() for host in load.provider(name).hosts}
    bare = set(load.names()) - set(load.mocked())
    assert not on_record() & {host for name in bare for host in load.provider(name).hosts}
