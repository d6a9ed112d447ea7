"""What a gateway is tried in: a server's promises at its front, a client's at its back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from imagine_harness.contracts.fields import patched
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.suites import drawing
from imagine_harness.harness.suites.cases import server
from imagine_harness.harness.suites.cases.item import Item, item_of
from imagine_harness.harness.suites.promises import (
    conformance,
    delivery,
    errors,
    normalisation,
    noticing,
    parameter_handling,
    returned_images,
    secrecy,
)
from imagine_harness.harness.suites.subjects import alterations
from imagine_harness.harness.suites.subjects.gateway import Gateway, image_operations
from imagine_harness.harness.suites.subjects.server import Server
from imagine_harness.harness.suites.subjects.testbed import Alteration

Check = Callable[[Gateway, Any], object]


def items(
    recorded: Recorded, readings: Mapping[str, str], upstreams: Mapping[str, Recorded]
) -> Iterator[tuple[Operation, Item[Gateway]]]:
    """Everything that a gateway can be tried in, each with the operation of its front."""
    for operation, item in server.by_operation(recorded, readings):
        yield operation, _at_the_front(item)
    for operation in image_operations(recorded):
        for name, behind in upstreams.items():
            for made in _towards(operation, name, behind):
                yield operation, made
        if recorded.provider.prefixes and len(upstreams) > 1:
            for name in upstreams:
                draws = partial(drawing.legal, operation)
                case, check = f"{operation.id}.{name}", partial(errors.fails_over, name)
                yield operation, item_of("gateway.fails-over", case, check, draws)


def _at_the_front(item: Item[Server]) -> Item[Gateway]:
    """A promise of every server, kept by a gateway at its front."""

    def check(gateway: Gateway, root: Any) -> None:
        gateway.testbed.reset()
        item.check(gateway.front(), root)

    return Item(**{**vars(item), "check": check, "times": 1})


def _towards(operation: Operation, name: str, behind: Recorded) -> Iterator[Item[Gateway]]:
    """What is tried in one operation of the front towards one upstream."""
    for item in (
        *_requests(operation, behind),
        *_answers(operation),
        *_normalisation(operation),
        *_failures(operation),
    ):
        promise, _, case = item.id.partition("[")
        place = ".".join(filter(None, (operation.id, name, case.removesuffix("]"))))
        yield replace(item, id=f"{promise}[{place}]", check=partial(_check, name, item.check))


def _check(upstream: str, check: Check, gateway: Gateway, root: Any) -> None:
    check(gateway.towards(upstream), root)


def _requests(operation: Operation, behind: Recorded) -> Iterator[Item[Gateway]]:
    """What is asked of the upstream."""
    draws = partial(drawing.legal, operation)
    yield item_of("gateway.conforms", "", conformance.conforms_without_waste, draws)
    for parameter in operation.parameters.values():
        if parameter.name != operation.model:
            given = partial(drawing.legal, operation, parameter.name)
            check = partial(parameter_handling.treats, parameter)
            yield item_of("gateway.treats", parameter.name, check, given)
    counts = _too_many(operation, behind)
    if counts is not None:
        yield item_of("gateway.splits", "", conformance.splits, lambda: counts)


def _too_many(operation: Operation, behind: Recorded) -> SearchStrategy[Any] | None:
    """More images than the upstream makes at once, where it has a limit and the front has not."""
    limits = [limit for call in image_operations(behind) if (limit := _most(call)) is not None]
    counted = operation.outcome.count if operation.outcome else ()
    if not limits or not counted:
        return None
    parameter = operation.parameters[counted[0]]
    most = parameter.schema.get("maximum", 2 * min(limits))
    if most <= min(limits):
        return None
    plain = drawing.plainest_root(operation)
    numbers = st.integers(min(limits) + 1, most)
    return numbers.map(lambda number: patched(plain, {parameter.path: number}))


def _most(operation: Operation) -> int | None:
    names = operation.outcome.count if operation.outcome else ()
    limits = [operation.parameters[name].schema.get("maximum") for name in names]
    return min((limit for limit in limits if limit is not None), default=None)


def _answers(operation: Operation) -> Iterator[Item[Gateway]]:
    """What comes back of what the upstream made."""
    draws = partial(drawing.legal, operation)
    yield item_of("gateway.returns", "", returned_images.returns_similar, draws)
    for what, about, _ in delivery.outcomes(operation):
        if what != "cost":
            given = partial(drawing.legal, operation, about)
            yield item_of("gateway.keeps", what, partial(_keeps, what), given)
    for what, alteration in OBSTINATE_UPSTREAMS.items():
        check = partial(_keeps, what, alteration=alteration)
        yield item_of("gateway.keeps", f"{what}-despite-upstream", check, draws)
    for what, empty in noticing.EMPTY_SUCCESSES.items():
        yield item_of(
            "gateway.notices", what, partial(noticing.notices_nothing, empty), draws, once=True
        )
    count = operation.outcome.count if operation.outcome else ()
    if count:
        several = partial(drawing.legal, operation, count[0])
        yield item_of("gateway.notices", "fewer", noticing.notices_fewer, several, once=True)


def _keeps(
    what: str,
    gateway: Gateway,
    root: Any,
    *,
    alteration: Callable[[Gateway], Alteration] | None = None,
) -> None:
    """What was asked for comes, whichever upstream makes it and however it answers."""
    gateway.testbed.reset()
    gateway.testbed.alteration = alteration(gateway) if alteration else None
    delivery.keeps(what, gateway.front(), root)


OTHER_FORMAT = alterations.OtherFormat("webp", disguised=True)
"""What an upstream may answer that does not mind which format it is asked for."""

OBSTINATE_UPSTREAMS: Mapping[str, Callable[[Gateway], Alteration]] = MappingProxyType(
    {
        "format": lambda _: Alteration(OTHER_FORMAT.answer, OTHER_FORMAT.picture),
        "carrier": lambda gateway: Alteration(
            lambda answer: alterations.with_data_uris(answer, gateway.testbed.fetch)
        ),
    }
)
"""Upstreams that answer as they please: what they do not mind, and what they make of it."""


def _normalisation(operation: Operation) -> Iterator[Item[Gateway]]:
    """What the front's page says of values that an upstream does not know."""
    draws, check = partial(drawing.legal, operation), normalisation.normalises
    yield item_of("gateway.normalises", "", check, draws)
    for what, roots, states in normalisation.unlisted(operation):
        more = {"states": states, "times": server.SEVERAL_VALUES}
        yield item_of("gateway.normalises", what, check, partial(_strategy, roots), **more)
    for what, pairs in normalisation.relations(operation):
        yield item_of("gateway.same", what, normalisation.means_same, partial(_strategy, pairs))


def _strategy(strategy: SearchStrategy[Any]) -> SearchStrategy[Any]:
    return strategy


def _failures(operation: Operation) -> Iterator[Item[Gateway]]:
    """What becomes of an upstream that fails, and of the keys on the way."""
    draws = partial(drawing.legal, operation)
    yield item_of("gateway.keeps-secret", "", secrecy.keeps_secrets_apart, draws, once=True)
    for status in errors.STATUS_CLASSES:
        check = partial(errors.surfaces_class, status)
        yield item_of("gateway.surfaces", str(status), check, draws, once=True)
    for what, fault in errors.UNUSABLE_ANSWERS.items():
        yield item_of(
            "gateway.ends", what, partial(errors.ends_as_failure, fault), draws, once=True
        )
