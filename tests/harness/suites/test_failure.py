"""How a broken promise is told: with all that is needed to see it, and without secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.harness.suites.attempt import tried
from imagine_harness.harness.suites.declare import bench_of
from imagine_harness.harness.suites.failure import Broken, said_by
from imagine_harness.harness.suites.item import Item
from imagine_harness.harness.suites.subjects.interaction import Case, Subject

GENERATE = load.recorded("fal").contracts[0].operations["generate"]
OWN_KEY = "0b7e61aa-91c2:5d40f3e8a7b2c9164f"
"""A key of the client's own, in place of the one that it was given."""


def raises(case: Case) -> object:
    """A client that tells everybody its key: in a body, in an address, in what it raises."""
    httpx.post(
        f"{case.base_url}{GENERATE.path}?token=a-{OWN_KEY}",
        headers={"Authorization": f"Key {OWN_KEY}"},
        json={"prompt": f"by {OWN_KEY}", "api_key": "one-of-many"},
        trust_env=False,
    )
    raise ValueError(f"refused {OWN_KEY}, {{'authorization': 'Key another'}}")


def complains(subject: Subject, root: object) -> None:
    trial = subject.tried(root)
    assert trial.error is not None
    raise Broken(f"it raised {said_by(trial.error)}, at {trial.error}", trial)


@pytest.fixture
def subject() -> Iterator[Subject]:
    bench, url = bench_of(1)
    bench.restore()
    bench.read({})
    yield Subject(raises, GENERATE, bench, url)
    bench.fresh()


def test_what_a_client_says_is_told_without_its_key(subject: Subject) -> None:
    item = Item("client.surfaces[it]", "it says why", complains)

    result = tried(item, subject, 1)

    text = json.dumps(result.as_json())
    assert "it raised" in text
    assert "refused ***, {'authorization': 'Key ***'}" in result.message
    assert "by ***" in text
    for secret in (OWN_KEY, *OWN_KEY.split(":"), "one-of-many", "Key another"):
        assert secret not in text


def test_an_error_is_told_on_one_line_without_addresses_secrets() -> None:
    error = ValueError("no answer from https://me:private@h.example/?sig=private")

    assert said_by(error) == '"ValueError: no answer from https://***@h.example/?sig=***"'
    assert str(Broken(str(error))) == "no answer from https://***@h.example/?sig=***"
