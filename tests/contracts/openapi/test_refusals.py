"""The documented refusals, as responses of the exported documents."""

from __future__ import annotations

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Operation
from tests.contracts.openapi.documents import call_of, every_operation, made


@every_operation
def test_every_refusal_on_record_is_answered_in_the_shape_in_force(operation: Operation) -> None:
    responses = made(operation.provider)["components"]["responses"]
    answered = {
        status: response["$ref"]
        for status, response in call_of(operation)["responses"].items()
        if "$ref" in response
    }
    assert answered == {status: f"#/components/responses/{status}" for status in answered}
    cases = {case["when"] for status in answered for case in responses[status]["x-cases"]}
    known = set(load.provider(operation.provider).errors)
    assert cases <= known
    assert not operation.content or cases == known
