"""What moved of where operations are called, and of what they take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.harness.drift.comparing.comparer import Change, Comparer, finding
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.facts import UNKNOWN, Area, EndpointFact, Facts, Unknown
from imagine_harness.harness.drift.keyed import by_value, keyed


class EndpointComparer(Comparer[EndpointFact]):
    """The operations by their ids."""

    area = Area.ENDPOINTS

    def facts(self, side: Facts) -> Iterable[EndpointFact]:
        return side.endpoints

    def key(self, fact: EndpointFact) -> str:
        return fact.operation

    def address(self, fact: EndpointFact) -> str:
        return fact.operation

    def removed(self, fact: EndpointFact) -> Finding | None:
        if fact.operation in self.page.operations:
            return None
        return finding("endpoint-removed", fact, None, was=fact.address)

    def added(self, fact: EndpointFact) -> Finding:
        return finding("endpoint-added", None, fact, now=fact.address)

    def changed(self, before: EndpointFact, after: EndpointFact) -> Iterator[Change]:
        """What moved of one operation; what the page does not say is as it was."""
        host = before.host if after.host in before.also else _known(after.host, before.host)
        path, method = _known(after.path, before.path), _known(after.method, before.method)
        if (host, path) != (before.host, before.path):
            now = EndpointFact(before.operation, "", before.method, host, path).address
            yield finding("endpoint-moved", before, after, was=before.address, now=now)
        if method != before.method:
            yield finding(
                "endpoint-method-changed", before, after, was=before.method, now=after.method
            )
        if not isinstance(before.content, Unknown) and not isinstance(after.content, Unknown):
            for _, had, has in keyed(by_value(before.content), by_value(after.content)):
                if had is ABSENT:
                    yield finding("request-body-media-type-added", before, after, now=has)
                elif has is ABSENT:
                    yield finding("request-body-media-type-removed", before, after, was=had)


def _known(part: Any, instead: Any) -> Any:
    return instead if part is UNKNOWN else part
