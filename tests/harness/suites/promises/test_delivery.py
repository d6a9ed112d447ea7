"""Whether a price is the one on record, to the very limit."""

from __future__ import annotations

from functools import partial

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.promises.delivery import DeliveredImages, keeps_cost
from imagine_harness.harness.suites.subjects.server import Server
from tests.harness.suites.replies import reply

XAI = load.recorded("xai")
GENERATE = XAI.contracts[0].operations["generate"]
READINGS = {name: each.default for name, each in XAI.readings.items()}
PRICE = 400_000_000
"""Ticks of two images, of which a dollar has ten thousand millions."""


def delivered(ticks: object) -> DeliveredImages:
    asked = {"prompt": "a", "n": 2}
    promised = Server("http://here", GENERATE, XAI, READINGS).promised(asked)
    return DeliveredImages(reply(200, {"usage": {"cost_in_usd_ticks": ticks}}), promised, ())


@pytest.mark.parametrize("ticks", [PRICE, PRICE + 9_000, PRICE - 9_000, float(PRICE)])
def test_a_price_may_be_off_by_less_than_a_millionth_of_a_dollar(ticks: object) -> None:
    keeps_cost(delivered(ticks), GENERATE)


@pytest.mark.parametrize("ticks", [PRICE + 11_000, PRICE - 11_000, PRICE / 2, str(PRICE)])
def test_a_price_that_is_off_by_more_is_another(ticks: object) -> None:
    check = partial(keeps_cost, delivered(ticks), GENERATE)

    with pytest.raises(Broken, match=r"is what usage\.cost_in_usd_ticks says, expected 400000000"):
        check()
