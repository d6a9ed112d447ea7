"""The controls themselves, as the admin interface and the handles of tests use them."""

from __future__ import annotations

import asyncio

import pytest

from imagine_harness.mocks.app import App, MockError, Settings
from imagine_harness.mocks.control.controls import Controls
from imagine_harness.mocks.services.faults import parsed
from imagine_harness.mocks.services.tasks import Stage


@pytest.fixture
def controls() -> Controls:
    return App(Settings(seed=1, faults=(parsed("status=503"),))).controls


def test_a_provider_has_its_own_faults_and_those_of_all(controls: Controls) -> None:
    mine = controls.add_fault(parsed("fal.edit status=429"))
    controls.add_fault(parsed("xai status=500"))

    assert [each.id for each in controls.faults("fal")] == ["1", mine.id]
    assert len(controls.faults()) == 3


def test_faults_of_one_provider_are_taken_back_and_the_others_stay_as_they_are(
    controls: Controls,
) -> None:
    controls.add_fault(parsed("fal.edit status=429"))
    kept = controls.add_fault(parsed("xai status=500"))
    kept.met = 2

    controls.services.faults.reset(provider="fal")

    assert [(each.id, each.met) for each in controls.faults("xai")] == [("1", 0), (kept.id, 2)]
    assert len(controls.faults()) == 2


def test_a_fault_that_can_happen_nowhere_is_refused_and_not_in_force(controls: Controls) -> None:
    with pytest.raises(MockError, match="no operation 'draw'"):
        controls.add_fault(parsed("fal.draw status=429"))

    assert len(controls.faults()) == 1


def test_a_task_ends_as_it_is_told_and_says_why(controls: Controls) -> None:
    task = controls.services.tasks.submit("one", "fal", "generate", "", {})
    controls.services.tasks.submit("two", "xai", "generate", "", {})

    controls.end_task(task, Stage.FAILED, "no capacity")

    assert (controls.stage(task), task.error) == (Stage.FAILED, "no capacity")
    assert [each.id for each in controls.tasks("xai")] == ["two"]
    assert [each.id for each in controls.tasks()] == ["one", "two"]


def test_the_clock_is_held_before_it_is_moved(controls: Controls, runner: asyncio.Runner) -> None:
    clock = controls.services.clock
    before = clock.now()

    async def move() -> None:
        controls.services.schedule.attach()
        await controls.move_clock(advance=3600, hold=True, speed=2)

    runner.run(move())
    after = clock.now()

    assert (clock.held, clock.speed) == (True, 2)
    assert after - before >= 3600
    assert clock.now() == after


def test_readings_are_those_of_the_settings_again(controls: Controls) -> None:
    usual = controls.choices()
    controls.read({}, strict=True)
    strict = controls.choices()

    controls.read_as_set_up()

    assert strict != usual == controls.choices()


def test_a_reset_forgets_faults_but_those_of_the_settings(controls: Controls) -> None:
    controls.add_fault(parsed("fal.edit status=429"))

    controls.reset()

    assert [each.provider for each in controls.faults()] == [None]
