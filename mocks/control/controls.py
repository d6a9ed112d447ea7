"""What can be looked at and moved from outside: the verbs of `/__admin/` and of tests' handles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from imagine_harness.contracts.catalog import NotOnRecord, chosen
from imagine_harness.contracts.lookup import SERVED, look_up, unknown
from imagine_harness.contracts.model import Reading
from imagine_harness.contracts.provider import FETCH
from imagine_harness.mocks.context import Services
from imagine_harness.mocks.errors import MockError
from imagine_harness.mocks.provider import ProviderMock
from imagine_harness.mocks.services.budget import Memory
from imagine_harness.mocks.services.delivery import Delivery, DeliveryState
from imagine_harness.mocks.services.faults import Fault, FaultError, checked
from imagine_harness.mocks.services.tasks import Stage, Task
from imagine_harness.mocks.settings import Settings


def choices_in_force(
    readings: Mapping[str, Reading], own: Mapping[str, str], *, strict: bool = False
) -> dict[str, str]:
    """The choice in force of every reading: its default, or strict, or one's own.

    Raises:
        MockError: no such reading, or it has no such choice.
    """
    try:
        return chosen(readings, own, strict=strict)
    except NotOnRecord as error:
        raise MockError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Controls:
    """The controls of the mocks of one application.

    Attributes:
        settings, seed: how the mocks were set up, and the seed in force.
        mocks: the providers' mocks by name.
        readings: every reading of theirs, by id.
        services: clock, journal, media, tasks and faults of all of them.
        memory: what is kept of them.
        shut_down: stops the server; whether it is one of ours, which can be stopped.
    """

    settings: Settings
    seed: int
    mocks: Mapping[str, ProviderMock]
    readings: Mapping[str, Reading]
    services: Services
    memory: Memory
    shut_down: Callable[[], bool]

    def faults(self, provider: str | None = None) -> list[Fault]:
        """The faults in force, those at one provider or all."""
        return [
            each for each in self.services.faults if provider in (None, each.provider or provider)
        ]

    def add_fault(self, fault: Fault) -> Fault:
        """Put a fault in force that can happen somewhere.

        Raises:
            MockError: its provider is not served, has no operation of that name, or has no error
                of the name that it asks for.
        """
        if fault.provider is not None:
            given = fault.provider
            look_up("provider", given, self.mocks, MockError, where="fault: ", state=SERVED)
        some = [self.mocks[fault.provider]] if fault.provider else [*self.mocks.values()]
        named = {plan.operation.id for mock in some for plan in mock.judge.routes.all()} | {FETCH}
        if fault.operation is not None and fault.operation not in named:
            raise MockError(f"fault: {unknown('operation', fault.operation, sorted(named), '')}")
        try:
            checked(fault, [mock.provider for mock in some])
        except FaultError as error:
            raise MockError(str(error)) from error
        return self.services.faults.add(fault)

    def plan_faults(self) -> None:
        """Put the faults of the settings in force.

        Raises:
            MockError: one of them cannot happen anywhere.
        """
        for fault in self.settings.faults:
            self.add_fault(fault)

    def tasks(self, provider: str | None = None) -> list[Task]:
        """The tasks, those of one provider or all, oldest first."""
        return [each for each in self.services.tasks.all() if provider in (None, each.provider)]

    def stage(self, task: Task) -> Stage:
        """Where a task is now."""
        return self.services.tasks.stage(task)

    def end_task(self, task: Task, stage: Stage, error: str | None = None) -> None:
        """Have a task end now in a stage; `error` says why it failed."""
        self.services.tasks.force(task, stage, error)

    def deliveries(self, provider: str | None = None) -> list[Delivery]:
        """What there is to send out, for one provider or all, oldest first."""
        return [
            each for each in self.services.deliveries.all() if provider in (None, each.provider)
        ]

    def replay(self, delivery: Delivery) -> Delivery:
        """Send one of them once more, as a delivery of its own."""
        return self.services.deliveries.replay(delivery)

    async def move_clock(
        self, *, advance: float = 0, hold: bool | None = None, speed: float | None = None
    ) -> None:
        """Hold or release the clock, set its speed, then move it; what is due by then is done."""
        clock = self.services.clock
        if hold is not None:
            (clock.hold if hold else clock.release)()
        if speed is not None:
            clock.set_speed(speed)
        clock.advance(advance)
        await self.services.schedule.settle()

    def choices(self) -> dict[str, str]:
        """The choice in force of every reading, by its id."""
        return {
            key: each for mock in self.mocks.values() for key, each in mock.judge.readings.items()
        }

    def read(self, own: Mapping[str, str], *, strict: bool = False) -> None:
        """Put other readings in force; those that are not named have their defaults again.

        Raises:
            MockError: no such reading, or it has no such choice.
        """
        in_force = choices_in_force(self.readings, own, strict=strict)
        for mock in self.mocks.values():
            mock.read(in_force)

    def read_as_set_up(self) -> None:
        """Put the readings of the settings in force again."""
        self.read(self.settings.readings, strict=self.settings.strict)

    def reset(self, test: str | None = None) -> None:
        """Forget what happened, in one test or with None everywhere; settings stay."""
        services = self.services
        for part in (
            services.store,
            services.media,
            services.tasks,
            services.journal,
            services.deliveries,
        ):
            part.reset(test)
        services.faults.reset(test)
        if test is None:
            services.schedule.forget()
            self.plan_faults()


def has_ended(delivery: Delivery) -> bool:
    """Whether a delivery is not tried again."""
    return delivery.state is not DeliveryState.PENDING
