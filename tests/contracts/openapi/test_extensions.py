"""What the exported documents list beside what OpenAPI has words for."""

from __future__ import annotations

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules.base import enforced
from tests.contracts.openapi.documents import call_of, defaults, every_operation


@every_operation
def test_every_rule_is_listed_with_its_source(operation: Operation) -> None:
    readings = defaults(load.recorded(operation.provider))
    listed = {each["id"]: each for each in call_of(operation)["x-rules"]}
    assert list(listed) == [rule.statement.id for rule in operation.rules]
    for rule in operation.rules:
        entry = listed[rule.statement.id]
        assert entry["kind"] == rule.kind
        assert entry["source"] == str(rule.statement.source)
        assert entry["enforced"] is enforced(rule, readings)
