"""What moved of where operations are called, and of what they take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.harness.drift.comparing.comparer import Comparer, Difference
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.facts import UNKNOWN, EndpointFact, Unknown
from imagine_harness.harness.drift.keyed import by_value, keyed
from imagine_harness.harness.drift.page_facts import Area, Facts


class EndpointComparer(Comparer[EndpointFact]):
    """The operations by their ids."""

    area, sort, by = Area.ENDPOINTS, "endpoints", "operation"
    kind, stated, address = "endpoint", "address", "{0.operation}"

    def facts(self, side: Facts) -> Iterable[EndpointFact]:
        return side.endpoints

    def removed(self, fact: EndpointFact) -> Finding | None:
        return None if fact.operation in self.page.operations else super().removed(fact)

    def changed(self, before: EndpointFact, after: EndpointFact) -> Iterator[Difference]:
        """What moved of one operation; what the page does not say is as it was."""
        host = before.host if after.host in before.also else _known(after.host, before.host)
        path, method = _known(after.path, before.path), _known(after.method, before.method)
        if (host, path) != (before.host, before.path):
            now = EndpointFact(before.operation, "", before.method, host, path).address
            yield self.finding("endpoint-moved", before, after, now=now)
        if method != before.method:
            yield self.finding(
                "endpoint-method-changed", before, after, was=before.method, now=after.method
            )
        if not isinstance(before.content, Unknown) and not isinstance(after.content, Unknown):
            for _, had, has in keyed(by_value(before.content), by_value(after.content)):
                if had is ABSENT:
                    yield self.finding(
                        "request-body-media-type-added", before, after, was=None, now=has
                    )
                elif has is ABSENT:
                    yield self.finding(
                        "request-body-media-type-removed", before, after, was=had, now=None
                    )


def _known(part: Any, instead: Any) -> Any:
    return instead if part is UNKNOWN else part
