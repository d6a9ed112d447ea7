"""What one test asks of the mocks, over what its session has."""

from __future__ import annotations

import pytest

from harness.handles.handle import MockProviders
from harness.handles.station import Options, Station
from mocks.images.picture import Weight
from mocks.settings import MockError, Settings

SESSION = Settings(pictures=Weight.HEAVY)


@pytest.mark.parametrize(("asked", "made"), [(None, Weight.HEAVY), ("light", Weight.LIGHT)])
def test_the_weight_of_pictures_is_the_sessions_or_the_tests_own(
    asked: str | None, made: Weight
) -> None:
    assert Options(pictures=asked).over(SESSION).pictures is made


def test_a_weight_that_is_none_is_refused() -> None:
    with pytest.raises(MockError, match="pictures must be one of light, heavy, got 'huge'"):
        Options(pictures="huge").over(SESSION)


def test_a_test_asks_for_the_weight_of_its_pictures() -> None:
    station = Station(Settings(seed=1))
    try:
        station.begin()
        MockProviders(station)(pictures="heavy")

        assert station.app.settings.pictures is Weight.HEAVY
    finally:
        station.close()
