"""How long a client must wait before it tries again, to the very limit."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.promises.retrying import (
    gives_up,
    honours_wait,
    pays_once,
    retries,
)
from imagine_harness.harness.suites.subjects.interaction import Interaction

GENERATE = load.recorded("fal").contracts[0].operations["generate"]


class Calls(Interaction):
    """A call that made requests at some seconds."""

    def exchanges_of(self, operation: object) -> Any:
        return [SimpleNamespace(time=each) for each in self.asked]


def client(*times: float) -> Any:
    """A client that makes its requests at these seconds, whatever it is asked."""
    made = Calls(asked=times, returned=["an image"])
    return SimpleNamespace(operation=GENERATE, calls=[GENERATE], call=lambda *_, **__: made)


@pytest.mark.parametrize("times", [(0, 4, 9), (0, 1, 3), (0, 4, 9, 15)])
def test_waits_that_grow_by_a_quarter_grow(times: tuple[float, ...]) -> None:
    retries(503, client(*times), {})


@pytest.mark.parametrize("times", [(0, 4, 8.9), (0, 1, 2), (0, 2, 3), (0, 1), (0,)])
def test_waits_that_do_not_or_are_not_there_break_the_promise(times: tuple[float, ...]) -> None:
    with pytest.raises(Broken, match="expected growing ones"):
        retries(503, client(*times), {})


def test_who_comes_when_it_may_or_never_keeps_the_promise() -> None:
    honours_wait(client(10, 11), {})
    honours_wait(client(10), {})


def test_who_comes_a_hundredth_too_early_breaks_it() -> None:
    with pytest.raises(Broken, match=r"came again after 0\.990 s, asked to wait 1 s"):
        honours_wait(client(10, 10.99), {})


def test_one_repetition_of_a_refusal_is_too_many() -> None:
    gives_up(client(1), {})
    with pytest.raises(Broken, match="2 requests for one refusal"):
        gives_up(client(1, 2), {})


def test_one_repetition_of_what_was_paid_for_is_too_many() -> None:
    pays_once(client(1), {})
    with pytest.raises(Broken, match="2 paid calls for one result"):
        pays_once(client(1, 2), {})
