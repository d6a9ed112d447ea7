"""A case that broke a promise can be made again by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.harness.suites.declare import shared_testbed
from imagine_harness.harness.suites.subjects.client import Client
from imagine_harness.harness.suites.subjects.interaction import Case
from imagine_harness.harness.suites.subjects.testbed import Alteration, Testbed
from imagine_harness.mocks.services.tasks import Stage

FAL = load.recorded("fal").contracts[0].operations["generate"]


@pytest.fixture
def testbed() -> Iterator[Testbed]:
    made = shared_testbed(1)
    made.restore()
    made.read({})
    yield made
    made.reset()
    made.restore()
    made.read({})


def case_of(testbed: Testbed, *faults: str, alteration: Alteration | None = None) -> Case:
    client = Client(lambda case: case, FAL, testbed)
    case = client.call({"prompt": "a lighthouse"}, *faults, alteration=alteration).case
    assert case is not None
    return case


def test_the_mocks_are_served_as_the_bench_is(testbed: Testbed) -> None:
    testbed.read({"fal.revised-prompt": "absent"})
    case = case_of(testbed, "fal.generate status=503")

    assert case.circumstances == (
        "imagine-harness serve --tasks immediate --reading fal.revised-prompt=absent "
        "--fault 'fal.generate status=503'",
    )


def test_what_no_option_says_is_told_beside_it(testbed: Testbed) -> None:
    testbed.end_tasks(Stage.EXPIRED)
    case = case_of(testbed, alteration=Alteration(lambda answer: answer))

    assert case.circumstances == (
        "imagine-harness serve --tasks immediate",
        "and every task is expired as soon as it is there",
        "and answers are altered on their way, as the promise says",
    )


def test_a_case_as_python_is_the_case(testbed: Testbed) -> None:
    told = case_of(testbed).as_python()
    made: dict[str, Case] = {}
    exec(told.replace("your_client(case)", ""), {}, made)

    assert made["case"].base_url == "http://127.0.0.1:4010/fal"
    assert made["case"].arguments == {"prompt": "a lighthouse"}
    assert "# imagine-harness serve --tasks immediate" in told
