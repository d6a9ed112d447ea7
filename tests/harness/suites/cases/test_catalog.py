"""Where promises are tried, over all that is on record."""

from __future__ import annotations

import pytest

from imagine_harness.contracts.catalog import catalog
from imagine_harness.contracts.loading.load import mocked, names
from imagine_harness.harness.suites.cases.catalog import PromiseCase, case_of, cases
from imagine_harness.harness.suites.registry import PROMISES

Every = list[PromiseCase]


@pytest.fixture(scope="module")
def every() -> Every:
    return list(cases(catalog()))


def test_every_promise_is_tried_somewhere_and_says_there_what_people_are_told(every: Every) -> None:
    tried = {item.promise: item.says for _, item in every}

    assert tried == {each.id: each.says for each in PROMISES.values()}


def test_clients_are_tried_where_there_is_a_mock_and_servers_everywhere(every: Every) -> None:
    where = {
        subject: {op.provider for op, item in every if item.promise.startswith(f"{subject}.")}
        for subject in ("client", "server")
    }

    assert where == {"client": {*mocked()}, "server": {*names()}}


def test_a_case_is_what_stands_in_the_brackets(every: Every) -> None:
    told = {item.id: case_of(item) for _, item in every}

    assert told["client.conforms"] == ""
    assert told["client.surfaces[rate-limited]"] == "rate-limited"


def test_on_a_part_of_the_record_only_that_part_is_tried() -> None:
    assert {operation.provider for operation, _ in cases(catalog(["xai"]))} == {"xai"}
