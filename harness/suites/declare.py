"""From a function that makes a call to tests: one for each promise and case."""

from __future__ import annotations

import atexit
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from contracts.load import names, recorded
from contracts.model import ContractError
from contracts.operation import Operation
from contracts.rules import BEHAVIOUR
from harness.generate import Generator
from harness.suites.bench import Bench
from harness.suites.client import Item, items
from harness.suites.trial import FORM, Call, Subject, as_form
from mocks.settings import Settings
from mocks.tasks import Mode

EXAMPLES = 5
"""Bodies that one item is tried with, unless asked otherwise."""


def client(
    name: str,
    *,
    model: str | None = None,
    readings: Mapping[str, str] | None = None,
    promises: Iterable[str] = (),
    examples: int = EXAMPLES,
    seed: int = 1,
) -> Callable[[Call], Callable[..., None]]:
    """A decorator that turns a client's call into tests of the promises of one operation.

    Args:
        name: the operation, `fal.generate`.
        model: which of the models on record, where several have the operation.
        readings: choices by reading id, over the defaults.
        promises: ids to keep, as in `client.returns` or `client.surfaces[*]`; none for all.
        examples: bodies that one item is tried with.
        seed: decides bodies, ids and pictures.

    Raises:
        ContractError: no such operation is on record, or no promise has such an id.
    """
    operation = _operation(name, model)
    provider = recorded(operation.provider).provider
    every = list(items(operation, provider))
    wanted = [promises] if isinstance(promises, str) else list(promises)
    chosen = [each for each in every if not wanted or any(_is(each, want) for want in wanted)]
    for want in wanted:
        if not any(_is(each, want) for each in every):
            known = ", ".join(dict.fromkeys(each.id.partition("[")[0] for each in every))
            raise ContractError(f"no promise {want!r} about {name}, known: {known}")

    def decorate(call: Call) -> Callable[..., None]:
        @pytest.mark.parametrize("item", [pytest.param(each, id=each.id) for each in chosen])
        def checked(item: Item) -> None:
            __tracebackhide__ = True
            bench, url = bench_of(seed)
            bench.restore()
            bench.read({**(readings or {}), **item.readings})
            attempt(item, Subject(call, operation, bench, url), examples)

        checked.__name__ = checked.__qualname__ = getattr(call, "__name__", "checked")
        checked.__module__ = getattr(call, "__module__", __name__)
        checked.__doc__ = call.__doc__
        return checked

    return decorate


def _is(item: Item, wanted: str) -> bool:
    """Whether an id is meant: in full, by its promise alone, or by a pattern."""
    pattern = wanted.replace("[", "[[]") if "[" in wanted else wanted
    return item.id.partition("[")[0] == wanted or fnmatchcase(item.id, pattern)


def _operation(name: str, model: str | None) -> Operation:
    provider, _, own = name.partition(".")
    if provider not in names():
        raise ContractError(f"no provider {provider!r} is recorded, known: {', '.join(names())}")
    contracts = recorded(provider).contracts
    found = [
        each.operations[own]
        for each in contracts
        if own in each.operations and model in (None, *each.models)
    ]
    if not found:
        known = ", ".join(f"{provider}.{key}" for each in contracts for key in each.operations)
        raise ContractError(f"no operation {name!r} is recorded, known: {known}")
    return found[0]


@cache
def bench_of(seed: int) -> tuple[Bench, str]:
    """One bench for all items of a process, served until it ends."""
    bench = Bench(Settings(seed=seed, tasks=Mode.IMMEDIATE))
    open_ones = ExitStack()
    atexit.register(open_ones.close)
    return bench, open_ones.enter_context(bench.served())


def attempt(item: Item, subject: Subject, examples: int, *, shrink: bool = True) -> None:
    """Try a client with some bodies.

    Raises:
        Broken: the promise was not kept; the body is the smallest that shows it, if shrunk.
    """
    __tracebackhide__ = True

    @settings(
        max_examples=1 if item.once else examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(root=_roots(item, Generator(subject.operation)))
    def holds(root: Any) -> None:
        __tracebackhide__ = True
        item.check(subject, root)

    holds()


def _roots(item: Item, generator: Generator) -> SearchStrategy[Any]:
    """Roots that are legal, can be said, and give the parameter that the item is about."""
    drawn = _legal(item, generator)
    if generator.operation.content[:1] == (FORM,):
        return drawn.map(lambda root: as_form(generator.operation, root))
    return drawn


def _legal(item: Item, generator: Generator) -> SearchStrategy[Any]:
    if item.parameter is None:
        return generator.bodies()
    about = generator.operation.parameters[item.parameter]
    for rule in generator.operation.rules:
        if rule.parameters[:1] == (about,) and rule.kind not in {*BEHAVIOUR, "unique", "closed"}:
            return generator.obeying(rule)
    return generator.bodies()
