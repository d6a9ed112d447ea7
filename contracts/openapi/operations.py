"""The operation objects: each path and method with its parameters, bodies, answers, examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from imagine_harness.contracts.engine import SchemaEngine
from imagine_harness.contracts.examples import Example, recorded_examples
from imagine_harness.contracts.fields import ABSENT, Schema
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.model import Parameter, Source
from imagine_harness.contracts.openapi.extensions import attributes, describe_rule, provenance
from imagine_harness.contracts.openapi.forms import as_form, encoding
from imagine_harness.contracts.openapi.refusals import JSON, refusals_by_status
from imagine_harness.contracts.openapi.schemas import (
    answers,
    any_of,
    describe_parameter,
    root_schema,
    with_types,
)
from imagine_harness.contracts.operation import FORM, Operation
from imagine_harness.contracts.rules.keywords import expanded


@dataclass(frozen=True)
class OperationObject:
    """One path and method of a document.

    Attributes:
        recorded, readings: the provider, and the choices in force.
        operations: those that share the path and method, one for each model.
    """

    recorded: Recorded
    readings: Mapping[str, str]
    operations: tuple[Operation, ...]

    @property
    def first(self) -> Operation:
        """The operation of the first model."""
        return self.operations[0]

    @property
    def id(self) -> str:
        """The ids of the operations, which another path or method may have, too."""
        return "-or-".join(dict.fromkeys(operation.id for operation in self.operations))

    def describe(self) -> dict[str, object]:
        """The operation object, without its id."""
        content = self._content()
        statuses = refusals_by_status(self.recorded, self.readings, with_body=bool(content))
        return {
            "summary": ", or: ".join(dict.fromkeys(each.summary for each in self.operations)),
            **provenance(self.first.statement),
            "x-models": [model for operation in self.operations for model in operation.models],
            "parameters": [self._in_path(each) for each in self.first.path_parameters.values()],
            **({"requestBody": {"required": True, "content": content}} if content else {}),
            "responses": {
                **{str(code): {"$ref": f"#/components/responses/{code}"} for code in statuses},
                **self._success(),
            },
            "x-rules": [
                describe_rule(r, self.readings) for each in self.operations for r in each.rules
            ],
            "x-hints": [
                {**attributes(h, "parameter", "value", "message"), "source": str(h.source)}
                for each in self.operations
                for h in each.hints
            ],
        }

    def _examples(self) -> Iterator[tuple[Operation, Example]]:
        for each in recorded_examples(self.recorded.provider.name):
            for operation in self.operations:
                if each.path_values(operation) is not None:
                    yield operation, each

    def _in_path(self, parameter: Parameter) -> dict[str, object]:
        name = parameter.name
        shown = [(each.path_values(operation) or {})[name] for operation, each in self._examples()]
        return {
            "name": name,
            "in": "path",
            "required": True,
            "schema": with_types({**expanded(parameter.schema), **describe_parameter(parameter)}),
            **({"example": shown[0]} if shown else {}),
        }

    def _content(self) -> dict[str, Schema]:
        """The body by content type."""
        kinds: dict[str, list[Operation]] = {}
        for operation in self.operations:
            also = operation.content_readings.items()
            accepted = [kind for kind, statement in also if statement.enforced(self.readings)]
            for kind in (*operation.content, *accepted):
                kinds.setdefault(kind, []).append(operation)
        return {kind: self._media(kind, operations) for kind, operations in kinds.items()}

    def _media(self, kind: str, operations: Sequence[Operation]) -> Schema:
        bodies = [
            (each, each.request.body(operation))
            for operation, each in self._examples()
            if each.request.content == kind
        ]
        media = self._with_examples(_body(operations, self.readings, kind), bodies)
        return {**media, "encoding": encoding(operations)} if kind == FORM else media

    def _success(self) -> dict[str, object]:
        found = [operation.answer(self.readings) for operation in self.operations]
        shapes = [shape for shape in found if shape]
        made: dict[str, object] = {}
        for status in dict.fromkeys(shape.status for shape in shapes):
            schema = any_of(answers([s for s in shapes if s.status == status], self.readings))
            shown = [e for _, e in self._examples() if e.response.status == status]
            media = self._with_examples(schema, [(each, each.response.json) for each in shown])
            made[str(status)] = {"description": "The answer", "content": {JSON: media}}
        return made or {"200": {"description": "An answer that is not recorded"}}

    def _with_examples(self, schema: Schema, shown: Iterable[tuple[Example, object]]) -> Schema:
        """A media type with the examples that `schema` accepts, and why others are left out."""
        engine = SchemaEngine(schema)
        examples: dict[str, object] = {}
        left_out: list[str] = []
        for example, value in shown:
            if value is ABSENT:
                continue
            source = self._source(example)
            broken = next(engine.errors(value), None)
            if broken:
                left_out.append(f"{example.title} ({source}) is left out: {broken.message}")
                continue
            noted = {"description": example.note} if example.note else {}
            known = {"summary": example.title, **noted, "x-source": source}
            examples[example.name] = {**known, "value": value}
        found = {"examples": examples} if examples else {}
        return {"schema": schema, **found, **({"x-note": "; ".join(left_out)} if left_out else {})}

    def _source(self, example: Example) -> str:
        name, _, section = example.source.partition("#")
        known = dict(self.recorded.provider.documents)
        for contract in self.recorded.contracts:
            known |= contract.documents
        return str(Source(known[name], section)) if name in known else example.source


def _body(operations: Iterable[Operation], readings: Mapping[str, str], kind: str) -> Schema:
    """The schema of a body in which each root obeys one of the operations."""
    alone: list[Schema] = []
    in_batches: list[Schema] = []
    for operation in operations:
        root = root_schema(operation, readings)
        batch = operation.subject.startswith("/*")
        (in_batches if batch else alone).append(as_form(operation, root) if kind == FORM else root)
    batches = [{"type": "array", "items": any_of(in_batches)}] if in_batches else []
    return any_of([*alone, *batches])
