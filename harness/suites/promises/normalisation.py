"""What a gateway's page says of normalisation, held against what its upstreams were asked for."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from imagine_harness.contracts import sizes
from imagine_harness.contracts.expected import shape
from imagine_harness.contracts.fields import ABSENT, Patch, patched
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules.conversions import Nearest, Precedence
from imagine_harness.harness.suites import drawing
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.subjects.alterations import reordered
from imagine_harness.harness.suites.subjects.gateway import Gateway
from imagine_harness.harness.suites.subjects.interaction import Interaction


def normalises(gateway: Gateway, root: Any) -> None:
    """An upstream is asked for the ratio and the tier that the front's page maps a call to."""
    if not is_unambiguous(gateway.operation, root):
        reject()
    interaction = gateway.call(root)
    wanted = shape(gateway.operation, interaction.asked, gateway.readings)
    for operation, got in gateway.upstream_shapes(interaction):
        size = operation.outcome.size if operation.outcome else None
        asked = f"{operation.provider} was asked for the"
        if size is None:
            continue
        if size.ratio and wanted.ratio and got.ratio != wanted.ratio:
            message = f"{asked} ratio {got.ratio}, expected {wanted.ratio}"
            raise Broken(message, interaction)
        if size.tier and got.tier.upper() != wanted.tier.upper():
            raise Broken(f"{asked} tier {got.tier}, expected {wanted.tier}", interaction)


def is_unambiguous(operation: Operation, root: Any) -> bool:
    """Whether every way to measure nearness agrees on a root: a page that is silent binds nobody.

    Ratios are compared by their difference, by that of their inverses, or on a logarithmic scale;
    tiers by area or by the longer side.
    """
    outcome = operation.outcome
    if outcome is None:
        return False
    size = outcome.size
    values = [operation.effective(root, each) for each in (size.size, size.ratio) if each]
    texts = [value for value in values if isinstance(value, str) and value not in ("", "auto")]
    return all(_agreed(text, size.table) for text in texts) and _is_clear_tier(operation, root)


def _agreed(text: str, table: sizes.SizeTable) -> bool:
    pixels = sizes.pixels_of(text)
    value = pixels[0] / pixels[1] if pixels else sizes.read_ratio(text)
    if value is None:
        return False
    known = {ratio: sizes.ratio_of(ratio) for ratio in table.ratios}
    nearest = {
        min(known, key=lambda each: abs(known[each] - value)),
        min(known, key=lambda each: abs(1 / known[each] - 1 / value)),
        min(known, key=lambda each: abs(math.log(known[each] / value))),
    }
    return len(nearest) == 1 and (pixels is None or _agreed_tier(pixels, table))


def _agreed_tier(pixels: sizes.Pixels, table: sizes.SizeTable) -> bool:
    by_area = sizes.nearest_tier(math.sqrt(pixels[0] * pixels[1]), table.tiers)
    return by_area == sizes.nearest_tier(float(max(pixels)), table.tiers)


def _is_clear_tier(operation: Operation, root: Any) -> bool:
    name = operation.outcome.size.tier if operation.outcome else None
    value = operation.effective(root, name) if name else ABSENT
    if not isinstance(value, str) or value == "auto":
        return True
    table = operation.outcome.size.table if operation.outcome else None
    if table is None or value.upper() in (tier.upper() for tier in table.tiers):
        return True
    try:
        side = sizes.side_of(value)
    except ValueError:
        return False
    nearest = {min(table.tiers, key=lambda tier: abs(sizes.side_of(tier) - side))}
    return nearest == {sizes.nearest_tier(side, table.tiers)}


@dataclass(frozen=True)
class EquivalentRoots:
    """Two roots that mean the same."""

    one: Any
    other: Any


def relations(operation: Operation) -> Iterator[tuple[str, SearchStrategy[EquivalentRoots]]]:
    """The relations that hold between calls of an operation, by the name of each."""
    yield (
        "key-order",
        drawing.legal(operation).map(lambda root: EquivalentRoots(root, reordered(root))),
    )
    outcome = operation.outcome
    if outcome is None:
        return
    size = outcome.size
    if size.size and size.ratio:
        named, ratio = operation.parameters[size.size], operation.parameters[size.ratio]
        plain = drawing.plainest_root(operation)
        yield (
            "size-as-ratio",
            st.sampled_from(size.table.ratios).map(
                lambda each: EquivalentRoots(
                    patched(plain, {named.path: each}), patched(plain, {ratio.path: each})
                )
            ),
        )
    for rule in operation.rules:
        if isinstance(rule, Precedence) and rule.statement.reading is None:
            name = f"losing-{rule.groups[-1][0].name}"
            yield name, _losing(operation, rule)


def _losing(operation: Operation, rule: Precedence) -> SearchStrategy[EquivalentRoots]:
    plain = drawing.plainest_root(operation)

    def pair(patch: Patch) -> EquivalentRoots:
        losers = {p.path: ABSENT for group in rule.groups[1:] for p in group}
        both = patched(plain, patch)
        return EquivalentRoots(patched(both, losers), both)

    return rule.negative().map(pair)


def means_same(gateway: Gateway, pair: EquivalentRoots) -> None:
    """Two calls that mean the same ask the upstream for the same."""
    one, other = (gateway.call(root) for root in (pair.one, pair.other))
    asked = [_upstream_requests(gateway, each) for each in (one, other)]
    if asked[0] != asked[1]:
        message = f"two calls that mean the same became {asked[0]} and {asked[1]}"
        raise Broken(message, one, other)
    if one.failed != other.failed:
        message = f"two calls that mean the same were answered {one.status} and {other.status}"
        raise Broken(message, one, other)


def _upstream_requests(gateway: Gateway, interaction: Interaction) -> list[str]:
    """What an upstream was asked for, ids that are new each time left out."""
    found = []
    for operation, root in interaction.upstream_roots(gateway.calls):
        fresh = {rule.parameters[0].path: ABSENT for rule in operation.rules if rule.stateful}
        found.append(str(sorted(patched(root, fresh).items(), key=str)))
    return sorted(found)


def unlisted(operation: Operation) -> Iterator[tuple[str, SearchStrategy[Any], Any]]:
    """For every rule about what is nearest: its name, roots with values that are not listed, it."""
    plain = drawing.plainest_root(operation)
    for rule in operation.rules:
        if isinstance(rule, Nearest):
            roots = rule.negative().map(lambda patch: patched(plain, patch))
            yield rule.statement.id.rpartition(".")[2], roots, rule.statement
