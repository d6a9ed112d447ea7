"""One Starlette application for all providers and for the controls."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module

from starlette import requests, responses
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from imagine_harness.contracts import secrets
from imagine_harness.contracts.catalog import extended, readings
from imagine_harness.contracts.exchange import Exchange, Request, Response, Verdict
from imagine_harness.contracts.judge.asides import aside_of_nobody
from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.contracts.loading.load import Recorded, mocked, names, provider
from imagine_harness.contracts.lookup import look_up
from imagine_harness.contracts.model import Reading
from imagine_harness.contracts.secrets.credentials import CREDENTIALS
from imagine_harness.mocks.context import Services
from imagine_harness.mocks.control.admin import Admin
from imagine_harness.mocks.control.controls import Controls, choices_in_force
from imagine_harness.mocks.dialect import Dialect
from imagine_harness.mocks.errors import MockError
from imagine_harness.mocks.network.guard import guarding, is_token
from imagine_harness.mocks.network.own_traffic import ADMIN
from imagine_harness.mocks.network.problem import problem
from imagine_harness.mocks.network.public import public
from imagine_harness.mocks.network.upstreams import Upstream, connected
from imagine_harness.mocks.protocols.dispatch import ProviderRoute
from imagine_harness.mocks.provider import ProviderMock
from imagine_harness.mocks.services.budget import LEAST, Memory, in_words
from imagine_harness.mocks.services.clock import Clock
from imagine_harness.mocks.services.delivery import Deliveries, is_host
from imagine_harness.mocks.services.fault_plan import FaultPlan
from imagine_harness.mocks.services.journal import Journal
from imagine_harness.mocks.services.media import MediaStore
from imagine_harness.mocks.services.schedule import Schedule
from imagine_harness.mocks.services.store import Store
from imagine_harness.mocks.services.tasks import TaskStore
from imagine_harness.mocks.settings import Settings

__all__ = ["App", "MockError", "Settings"]


class App:
    """The mocks as an ASGI application.

    Attributes:
        seed: the one in force, also where the settings left it open.
        mocks: the providers' mocks by name.
        services: clock, journal, media, tasks and faults of all of them.
        controls: what can be looked at and moved from outside.
        guard: who is let in to them.
        memory: what is kept of them, and how much had to make room.
        public: where clients reach the mocks, None where that is where they are asked.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        seed = self.settings.seed
        self.seed = random.SystemRandom().getrandbits(31) if seed is None else seed
        clock = Clock(self.settings.speed)
        schedule = Schedule(clock)
        on_record = [extended(name, self.settings.contracts) for name in self._names()]
        self.memory = memory = Memory(self.settings.memory)
        deliveries = Deliveries(clock, schedule, self.settings.allow, memory)
        self.services = Services(
            clock=clock,
            store=Store(self.seed, memory=memory),
            media=MediaStore(clock, self.settings.pictures, memory),
            tasks=TaskStore(clock, schedule, self.settings.tasks, memory),
            journal=Journal(memory=memory),
            faults=FaultPlan(self.seed),
            schedule=schedule,
            deliveries=deliveries,
            upstreams=self._upstreams(on_record, deliveries),
        )
        if self.settings.memory < LEAST:
            least, got = in_words(LEAST), in_words(self.settings.memory)
            raise MockError(f"memory must be at least {least}, got {got}")
        if not 0 < self.settings.speed < math.inf:
            raise MockError(f"speed must be above 0, got {self.settings.speed:g}")
        for host in self.settings.allow:
            if not is_host(host):
                raise MockError(f"allow takes the name of a host, without a port, got {host!r}")
        token = self.settings.admin_token
        if token is not None and not is_token(token):
            raise MockError("admin-token takes letters, digits and -._~+/, and = at its end")
        self.readings: dict[str, Reading] = readings(on_record)
        in_force = choices_in_force(
            self.readings, self.settings.readings, strict=self.settings.strict
        )
        self.mocks = {
            each.provider.name: ProviderMock(
                each, _dialect(each.provider.name), in_force, self.services
            )
            for each in on_record
        }
        credentials = [mock.provider.credential for mock in self.mocks.values()]
        self._keys = {name.encode() for each in credentials for name in each.headers}
        self.controls = Controls(
            settings=self.settings,
            seed=self.seed,
            mocks=self.mocks,
            readings=self.readings,
            services=self.services,
            memory=memory,
            shut_down=self._shut_down,
        )
        self.controls.plan_faults()
        given = self.settings.public_url
        self.public = None if given is None else public(given, self.mocks)
        self.guard = guarding(token, self.public)
        self.on_shutdown: Callable[[], None] | None = None
        self._admin = Admin(self.controls, self.guard)
        self._starlette = Starlette(
            routes=[
                ProviderRoute(self.mocks, self.services, self.public),
                Mount(ADMIN, self._admin),
            ],
            exception_handlers={Exception: _failed},
        )
        # no pattern of a path takes every path: a line feed may be in one
        self._starlette.router.redirect_slashes = False
        self._starlette.router.default = self._unknown

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI connection."""
        self.services.schedule.attach()
        if self.public is not None and scope["type"] != "lifespan":
            scope = self.public.inside(scope)
        await self._starlette(scope, receive, send)

    async def _unknown(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["path"] == ADMIN:
            await self._admin(scope, receive, send)
            return
        self._note_unknown(scope)
        known = ", ".join(f"/{name}" for name in self.mocks)
        detail = f"no provider at {scope['path']!r}, expected one of {known}"
        await problem(404, "unknown-provider", detail)(scope, receive, send)

    def _note_unknown(self, scope: Scope) -> None:
        """A request to nobody is recorded too: a wrong base URL must not go unseen."""
        headers, query = dict(scope["headers"]), scope["query_string"].decode("latin-1")
        CREDENTIALS.notice(headers, query)
        aside = aside_of_nobody(scope["method"], scope["path"], headers, self._keys)
        self.services.journal.record(
            Exchange(
                id=self.services.journal.next_id(),
                time=self.services.clock.now(),
                provider="",
                operation=None,
                test=headers.get(b"x-harness-test", b"").decode("latin-1"),
                request=Request(scope["method"], scope["path"], query, headers, b""),
                response=Response(404, {b"content-type": b"application/problem+json"}),
                verdict=Verdict(refusal="route-unknown", aside=aside),
            )
        )

    def _names(self) -> tuple[str, ...]:
        wanted, known = self.settings.providers or mocked(), names()
        for name in wanted:
            look_up("provider", name, known, MockError)
        bare = [name for name in wanted if not provider(name).mocked]
        if bare:
            raise MockError(f"{bare[0]!r} has no mock, expected one of {', '.join(mocked())}")
        return tuple(wanted)

    def _upstreams(
        self, on_record: Sequence[Recorded], deliveries: Deliveries
    ) -> dict[str, Upstream]:
        gateways = [each.provider.prefixes for each in on_record if each.provider.prefixes]
        return connected(
            self.settings.route,
            self.settings.route_keys,
            [name for each in gateways for name in each.values],
            lambda name: extended(name, self.settings.contracts),
            deliveries.permits,
            {each.provider.name: self for each in on_record},
        )

    @property
    def judges(self) -> dict[str, Judge]:
        """Who judges the calls to each provider, by its name."""
        return {name: mock.judge for name, mock in self.mocks.items()}

    def read(self, own: Mapping[str, str], *, strict: bool = False) -> None:
        """Put other readings in force; those that are not named have their defaults again.

        Raises:
            MockError: no such reading, or it has no such choice.
        """
        self.controls.read(own, strict=strict)

    def reset(self, test: str | None = None) -> None:
        """Forget what happened, in one test or with None everywhere; settings stay."""
        self.controls.reset(test)

    def _shut_down(self) -> bool:
        if self.on_shutdown is not None:
            self.on_shutdown()
        return self.on_shutdown is not None


def _dialect(name: str) -> Dialect:
    dialect: Dialect = import_module(f"imagine_harness.mocks.{name}").DIALECT
    return dialect


async def _failed(request: requests.Request, error: Exception) -> responses.Response:
    """A fault of the harness is never a provider's answer."""
    told = secrets.spelled(f"{type(error).__name__}: {error}")
    return problem(500, "harness-failure", told)
