"""What is made of recordings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from imagine_harness.contracts.catalog import Catalog, catalog
from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.harness.judging.judge import results
from imagine_harness.harness.judging.requests import JudgedExchange, judged
from imagine_harness.harness.results.results import Result

JudgeAll = Callable[..., list[JudgedExchange]]
Tell = Callable[..., list[Result]]


@pytest.fixture(scope="session")
def known() -> Catalog:
    """What is on record, with and without a mock, looked up once."""
    return catalog()


@pytest.fixture
def judges(known: Catalog) -> Mapping[str, Judge]:
    """Who judges the calls to each provider, with nothing remembered."""
    return {name: Judge(each, known.choices) for name, each in known.recorded.items()}


@pytest.fixture
def judge(judges: Mapping[str, Judge]) -> JudgeAll:
    """Judge recordings, one after the other."""

    def made(*recordings: Exchange, **options: Any) -> list[JudgedExchange]:
        return judged(recordings, judges, **options)

    return made


@pytest.fixture
def tell(judges: Mapping[str, Judge]) -> Tell:
    """What becomes of recordings, as results."""

    def made(*recordings: Exchange, **options: Any) -> list[Result]:
        return results(judged(recordings, judges, **options), judges)

    return made
