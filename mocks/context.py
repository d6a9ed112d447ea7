"""What answers a call knows of its provider, and the services that it may use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.provider import Provider
from imagine_harness.mocks.network.upstreams import Upstream
from imagine_harness.mocks.services.clock import Clock
from imagine_harness.mocks.services.delivery import Deliveries, Delivery
from imagine_harness.mocks.services.fault_plan import FaultPlan
from imagine_harness.mocks.services.gallery import Gallery
from imagine_harness.mocks.services.journal import Journal
from imagine_harness.mocks.services.media import MediaStore
from imagine_harness.mocks.services.schedule import Schedule
from imagine_harness.mocks.services.store import Store
from imagine_harness.mocks.services.tasks import Stage, Task, TaskStore


@dataclass(frozen=True, slots=True)
class Services:
    """What the mocks of all providers share.

    Attributes:
        upstreams: the providers that a gateway's mock hands calls on to, by name.
    """

    clock: Clock
    store: Store
    media: MediaStore
    tasks: TaskStore
    journal: Journal
    faults: FaultPlan
    schedule: Schedule
    deliveries: Deliveries
    upstreams: Mapping[str, Upstream]


class Context:
    """One provider, as those see it who answer calls to it.

    Attributes:
        judge: gives the verdicts; it knows what is on record, and the choices in force.
        gallery: the provider's pictures.
        services: what the mocks of all providers share.
        asks: for each operation that asks about tasks, the lifecycle of these.
        announce: what goes out once a task has ended, None for nothing.
    """

    __slots__ = ("announce", "asks", "gallery", "judge", "provider", "recorded", "services")

    def __init__(self, judge: Judge, services: Services, announce: Announce | None = None) -> None:
        self.judge = judge
        self.announce = announce
        self.asks = {name: life for life in judge.provider.lifecycles for name in life.asks}
        self.recorded: Recorded = judge.recorded
        self.provider: Provider = judge.provider
        self.services = services
        self.gallery = Gallery(judge, services.media, services.clock)

    @property
    def name(self) -> str:
        """The provider's."""
        return self.provider.name

    @property
    def readings(self) -> Mapping[str, str]:
        """The choices in force, by reading."""
        return self.judge.readings

    def figure(self, name: str) -> Any:
        """What is on record under the name of a figure."""
        return self.provider.figures[name].value


Announce = Callable[[Context, Task, Stage], Awaitable[Sequence[Delivery]]]
"""(the provider's context, a task that has ended, how it is said to have) -> what has to go out."""
