"""From a function that makes a subject to tests: one for each promise and case."""

from __future__ import annotations

import atexit
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache
from typing import Any, TypeVar

import pytest

from imagine_harness.contracts.catalog import chosen as chosen_readings
from imagine_harness.contracts.catalog import readings as known_readings
from imagine_harness.contracts.loading.load import Recorded, mocked, recorded
from imagine_harness.contracts.lookup import MOCKED, look_up, unknown
from imagine_harness.contracts.model import ContractError
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.pytest.reporting import settle
from imagine_harness.harness.suites.attempt import (
    EXAMPLES,
    FEWER_EXAMPLES,
    NOWHERE,
    Place,
    result_of,
)
from imagine_harness.harness.suites.cases import client as client_cases
from imagine_harness.harness.suites.cases import gateway as gateway_cases
from imagine_harness.harness.suites.cases import server as server_cases
from imagine_harness.harness.suites.cases.item import Item, chosen
from imagine_harness.harness.suites.subjects.client import Client, ClientCall
from imagine_harness.harness.suites.subjects.gateway import (
    Gateway,
    GatewayServer,
    UpstreamAddress,
)
from imagine_harness.harness.suites.subjects.hosting import base_url_of
from imagine_harness.harness.suites.subjects.server import Server
from imagine_harness.harness.suites.subjects.testbed import Testbed
from imagine_harness.mocks.images.picture import Weight
from imagine_harness.mocks.services.tasks import Mode
from imagine_harness.mocks.settings import Settings, weight

T = TypeVar("T")


def client(
    name: str,
    *,
    model: str | None = None,
    readings: Mapping[str, str] | None = None,
    promises: str | Iterable[str] = (),
    examples: int = EXAMPLES,
    seed: int = 1,
    pictures: str = "light",
) -> Callable[[ClientCall], Callable[..., None]]:
    """A decorator that turns a client's call into tests of the promises of one operation.

    Args:
        name: the operation, `fal.generate`.
        model: which of the models on record, where several have the operation.
        readings: choices by reading id, over the defaults.
        promises: ids to keep, as in `client.returns` or `client.surfaces[*]`; none for all.
        examples: bodies that one item is tried with.
        seed: decides bodies, ids and pictures.
        pictures: how many bytes they have: `light` for few, `heavy` for as many as real ones.

    Raises:
        ContractError: no such operation is on record, or no promise has such an id.
        MockError: pictures have no such weight.
    """
    weight_of_pictures = weight(pictures)
    operation = operation_of(name, model)
    provider = recorded(operation.provider).provider
    found = chosen(client_cases.items(operation, provider), promises, name)

    def decorate(call: ClientCall) -> Callable[..., None]:
        def subject(item: Item[Client]) -> Client:
            testbed = shared_testbed(seed, weight_of_pictures)
            testbed.restore()
            testbed.read({**(readings or {}), **item.readings})
            return Client(call, operation, testbed)

        return tests_of(call, found, subject, examples, seed)

    return decorate


def server(
    provider: str,
    *,
    model: str | None = None,
    api_key: str | None = None,
    readings: Mapping[str, str] | None = None,
    promises: str | Iterable[str] = (),
    examples: int = EXAMPLES,
    seed: int = 1,
) -> Callable[[Callable[[], Any]], Callable[..., None]]:
    """A decorator that turns a function which returns a server into tests of what it must keep.

    The function returns the base URL, as the provider's SDK takes it, or an ASGI application, or
    yields one of them; it is called once.

    Args:
        provider: whose contract the server claims to speak; `openai` for any OpenAI-style one.
        model: the name of the model at the server, None for the first on record.
        api_key: a credential that it knows, None for the one on record as an example.
        readings: choices by reading id, over the defaults: what the server is held to.
        promises: ids to keep, as in `server.refuses` or `server.keeps[generate.count]`; none for
            all.
        examples: bodies that one item is tried with.
        seed: decides bodies.

    Raises:
        ContractError: no such provider is on record, no promise has such an id, or no reading.
    """
    on_record = recorded(provider)
    held_to = chosen_readings(known_readings([on_record]), readings or {}, strict=False)
    _require_models(on_record, [model])
    every = list(server_cases.items(on_record, held_to))
    found = chosen([item for _, item in every], promises, provider)
    operations = {item.id: operation for operation, item in every}

    def decorate(declared: Callable[[], Any]) -> Callable[..., None]:
        url = opened_once(lambda: base_url_of(declared, on_record.provider.bases[0].path))

        def subject(item: Item[Server]) -> Server:
            own = operations[item.id]
            return Server(url(), own, on_record, held_to, api_key=api_key, model=model)

        return tests_of(declared, found, subject, examples, seed)

    return decorate


def gateway(
    front: str,
    upstreams: Iterable[str],
    *,
    models: Mapping[str, str] | None = None,
    api_key: str | None = None,
    readings: Mapping[str, str] | None = None,
    promises: str | Iterable[str] = (),
    examples: int = FEWER_EXAMPLES,
    seed: int = 1,
    pictures: str = "light",
    port: int = 0,
) -> Callable[[Callable[..., Any]], Callable[..., None]]:
    """A decorator that turns a function which returns a gateway into tests of what it must keep.

    The function takes the upstreams, by name, each with `base_url`, `urls` and `api_key`: what the
    gateway must know. It returns the front's base URL or an ASGI application, or yields one of
    them; it is called once.

    Args:
        front: whose contract the front claims to speak; `openai` for any OpenAI-style one.
        upstreams: the providers behind it.
        models: for each upstream the name of the model that leads there; by default the
            provider's name, a slash and the model of the front.
        api_key: a credential that the front knows, None for the one on record as an example.
        readings: choices by reading id, over the defaults, of the front and of the upstreams.
        promises: ids to keep, as in `gateway.splits` or `server.refuses`; none for all.
        examples: bodies that one item is tried with.
        seed: decides bodies, ids and pictures.
        pictures: how many bytes those of the upstreams have: `light` for few, `heavy` for as many
            as real ones.
        port: where the upstreams are served, 0 for any free one.

    Raises:
        ContractError: no such provider is on record, no promise has such an id, or no reading.
        MockError: pictures have no such weight.
    """
    weight_of_pictures = weight(pictures)
    on_record = recorded(front)
    behind = {name: recorded(name) for name in upstreams}
    everywhere = [on_record, *behind.values()]
    held_to = chosen_readings(known_readings(everywhere), readings or {}, strict=False)
    _require_models(on_record, [(models or {}).get(name) for name in behind])
    every = list(gateway_cases.items(on_record, held_to, behind))
    found = chosen([item for _, item in every], promises, front)
    operations = {item.id: operation for operation, item in every}
    model_names = _models(on_record, behind, models or {})

    def decorate(declared: Callable[..., Any]) -> Callable[..., None]:
        @opened_once
        @contextmanager
        def started() -> Iterator[tuple[str, Testbed]]:
            testbed = Testbed(
                Settings(
                    seed=seed,
                    tasks=Mode.IMMEDIATE,
                    pictures=weight_of_pictures,
                    providers=tuple(behind),
                )
            )
            with testbed.served(port) as address:
                addresses = {
                    name: UpstreamAddress.served(each, address) for name, each in behind.items()
                }
                path = on_record.provider.bases[0].path
                with base_url_of(declared, path, addresses) as url:
                    yield url, testbed

        def subject(item: Item[Gateway]) -> Gateway:
            url, testbed = started()
            testbed.restore()
            testbed.read({name: held_to[name] for name in testbed.app.readings})
            own = operations[item.id]
            front = GatewayServer(url, own, on_record, held_to, api_key=api_key)
            return Gateway(front, testbed, behind, model_names)

        return tests_of(declared, found, subject, examples, seed)

    return decorate


def _require_models(on_record: Recorded, named: Iterable[str | None]) -> None:
    """Refuse to go on without the names of models where none are on record."""
    if any(each.placeholder for each in on_record.contracts) and None in list(named):
        message = f"{on_record.provider.name} names no model of its own"
        raise ContractError(f"{message}, expected the name of one at the subject (model=, --model)")


def _models(front: Recorded, behind: Iterable[str], given: Mapping[str, str]) -> dict[str, str]:
    """For each upstream the name of the model that leads there."""
    own = front.contracts[0].models[0]
    return {name: given.get(name, f"{name}/{own}") for name in behind}


def tests_of(
    declared: Callable[..., Any],
    found: Iterable[Item[Any]],
    subject: Callable[[Item[Any]], Any],
    examples: int,
    seed: int,
) -> Callable[..., None]:
    """The test function that has one case for each item, named as the declared function is."""

    @pytest.mark.parametrize("item", [pytest.param(each, id=each.id) for each in found])
    def checked(item: Item[Any], request: pytest.FixtureRequest) -> None:
        __tracebackhide__ = True
        result = result_of(item, subject(item), examples, seeded=seed, place=place_of(declared))
        settle(request.node, result)

    made: Callable[..., None] = checked
    made.__name__ = made.__qualname__ = getattr(declared, "__name__", "checked")
    made.__module__ = getattr(declared, "__module__", __name__)
    made.__doc__ = declared.__doc__
    return made


def place_of(declared: Callable[..., Any]) -> Place:
    """Where a function stands."""
    code = getattr(inspect.unwrap(declared), "__code__", None)
    return (code.co_filename, code.co_firstlineno) if code else NOWHERE


def operation_of(name: str, model: str | None = None) -> Operation:
    """The operation on record that has a full name.

    Raises:
        ContractError: there is none; the message lists what is known.
    """
    provider, _, own = name.partition(".")
    look_up("provider", provider, mocked(), ContractError, state=MOCKED)
    contracts = recorded(provider).contracts
    found = [
        each.operations[own]
        for each in contracts
        if own in each.operations and model in (None, *each.models)
    ]
    if not found:
        known = (f"{provider}.{key}" for each in contracts for key in each.operations)
        raise ContractError(unknown("operation", name, known))
    return found[0]


@cache
def shared_testbed(seed: int, pictures: Weight = Weight.LIGHT) -> Testbed:
    """One testbed for all items of a process, served until it ends."""
    testbed = Testbed(Settings(seed=seed, tasks=Mode.IMMEDIATE, pictures=pictures))
    opened_once(testbed.served)()
    return testbed


def opened_once(opened: Callable[[], AbstractContextManager[T]]) -> Callable[[], T]:
    """What a context holds, opened when it is first asked for and closed when the process ends."""

    @cache
    def value() -> T:
        stack = ExitStack()
        atexit.register(stack.close)
        return stack.enter_context(opened())

    return value
