"""The facts of a page against those of a contract: what moved, and what was not reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from imagine_harness.harness.drift.comparing.comparer import Comparer, Unreached
from imagine_harness.harness.drift.comparing.endpoints import EndpointComparer
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.comparing.model import (
    ModelComparer,
    PriceComparer,
    StatusComparer,
)
from imagine_harness.harness.drift.comparing.outputs import OutputComparer
from imagine_harness.harness.drift.comparing.parameters import ParameterComparer
from imagine_harness.harness.drift.comparing.rules import RuleComparer
from imagine_harness.harness.drift.comparing.sizes import SizeComparer
from imagine_harness.harness.drift.page_facts import Facts


@dataclass(frozen=True, slots=True)
class Comparison:
    """What moved between a contract and a page.

    Attributes:
        findings: in the order of the contract, what is new after what is known.
        unread: recorded facts that the page does not reach, each as `generate.num_images`.
    """

    findings: tuple[Finding, ...]
    unread: tuple[str, ...]


def compare(recorded: Facts, page: Facts) -> Comparison:
    """Hold the facts of a page against those that are recorded from it."""
    changes = [change for each in comparers(recorded, page) for change in each.changes()]
    unreached = (change.address for change in changes if isinstance(change, Unreached))
    return Comparison(
        tuple(change for change in changes if isinstance(change, Finding)),
        tuple(dict.fromkeys(unreached)),
    )


def comparers(recorded: Facts, page: Facts) -> Iterator[Comparer[Any]]:
    """What compares each sort of facts, in the order of the findings."""
    both = tuple(name for name in recorded.operations if name in page.operations)
    yield ModelComparer(recorded, page)
    yield EndpointComparer(recorded, page)
    yield from (ParameterComparer(recorded, page, name) for name in both)
    yield RuleComparer(recorded, page, both=both)
    tables = ((size.operation, size.fields) for size in (*recorded.sizes, *page.sizes))
    for operation, fields in dict.fromkeys(tables):
        yield SizeComparer(recorded, page, operation, fields)
    yield from (OutputComparer(recorded, page, name) for name in both)
    yield PriceComparer(recorded, page)
    yield StatusComparer(recorded, page)
