"""One OpenAPI 3.1 document a provider: its rules included, every constraint with its source.

The document describes the readings in force: what they refuse is asserted, every other rule is
only listed. All else that a contract knows and OpenAPI has no word for stands under `x-` keys.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from imagine_harness.contracts.engine import SchemaEngine
from imagine_harness.contracts.examples import Example, recorded_examples
from imagine_harness.contracts.fields import ABSENT, Path, Schema, type_name
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.model import AnswerShape, Parameter, Source, Statement
from imagine_harness.contracts.operation import FORM, Operation
from imagine_harness.contracts.provider import Credential, ErrorCase
from imagine_harness.contracts.rules import values
from imagine_harness.contracts.rules.base import Rule, enforced
from imagine_harness.contracts.rules.keywords import expanded
from imagine_harness.contracts.rules.single import Constraint, Required
from imagine_harness.contracts.schema import DIALECT, compiled_root

ORIGIN = "http://127.0.0.1:4010"
"""Where the mocks are served unless they are told otherwise."""

JSON = "application/json"

_FILE: Schema = {"type": "string", "format": "binary"}
_OF_BODIES = ("body", "content", "image", "model-", "violation")
"""How the descriptions of refusals begin that only a call with a body meets."""


def document(
    recorded: Recorded, readings: Mapping[str, str], origin: str = ORIGIN
) -> dict[str, Any]:
    """All that is on record about a provider as an OpenAPI 3.1 document.

    `readings` are the choices in force, one for every reading of the provider; `origin` is where
    its mock is served, if there is one.
    """
    provider = recorded.provider
    server = f"{origin}/{provider.name}" if provider.mocked else ""
    made = {
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": _info(recorded),
        "servers": [{"url": server, "description": "the mock"}] if provider.mocked else [],
        "security": [{"key": []}],
        "paths": _paths(recorded, readings),
        "components": {
            "securitySchemes": {"key": _key(provider.credential)},
            "schemas": {"Refusal": _any(_answers(provider.refusals, readings))},
            "responses": {
                str(status): _refusal(cases)
                for status, cases in _by_status(recorded, readings).items()
            },
        },
        "x-base-urls": {base.name: server + base.path for base in provider.bases},
        "x-recorded": [
            {
                **_some(contract, "models", "title", "recorded"),
                "documents": [
                    _some(document, "id", "url", "read", "certainty", "sha256")
                    for document in contract.documents.values()
                ],
            }
            for contract in recorded.contracts
        ],
        "x-readings": [
            {
                **_some(reading, "id", "choices", "default", "strict", "note"),
                "choice": readings[reading.id],
                "source": str(reading.source),
            }
            for reading in recorded.readings.values()
        ],
    }
    plain: dict[str, Any] = orjson.loads(orjson.dumps(made))
    return plain


def _info(recorded: Recorded) -> dict[str, object]:
    titles = dict.fromkeys(contract.title for contract in recorded.contracts)
    return {
        "title": f"{recorded.provider.title}: {', '.join(titles)}",
        "version": max(contract.recorded.isoformat() for contract in recorded.contracts),
        "description": "What the recorded pages promise. Every constraint names its source and "
        "how sure it is; `x-rules` lists those too that the readings in force do not assert.",
    }


def _key(credential: Credential) -> dict[str, object]:
    stated = _stated(credential.statement)
    if (credential.header.lower(), credential.scheme.lower()) == ("authorization", "bearer"):
        return {"type": "http", "scheme": "bearer", **stated}
    said = f"{credential.scheme} ".lstrip()
    described = f"`{said}KEY`, where KEY is of the form `{credential.form}`"
    return {
        "type": "apiKey",
        "in": "header",
        "name": credential.header,
        "description": f"{described}: `{said}{credential.example}`",
        **stated,
    }


def _some(noun: object, *names: str) -> dict[str, object]:
    return {name: getattr(noun, name) for name in names}


def _stated(statement: Statement) -> dict[str, object]:
    """Where a fact stands and how sure it is, as extensions."""
    stated: dict[str, object] = {
        "x-source": str(statement.source),
        "x-certainty": str(statement.certainty),
    }
    if statement.reading:
        stated |= {"x-reading": statement.reading, "x-choice": statement.choice}
    return stated | ({"x-note": statement.note} if statement.note else {})


def _paths(recorded: Recorded, readings: Mapping[str, str]) -> dict[str, dict[str, object]]:
    grouped: dict[tuple[str, str], tuple[Operation, ...]] = {}
    for contract in recorded.contracts:
        for operation in contract.operations.values():
            key = operation.path, operation.method.lower()
            grouped[key] = (*grouped.get(key, ()), operation)
    calls = {key: _Call(recorded, readings, group) for key, group in grouped.items()}
    shared = Counter(call.id for call in calls.values())
    paths: dict[str, dict[str, object]] = {}
    for (path, method), call in calls.items():
        name = call.id if shared[call.id] == 1 else f"{call.id}@{call.first.models[0]}"
        paths.setdefault(path, {})[method] = {"operationId": name, **call.described()}
    return paths


@dataclass(frozen=True)
class _Call:
    """One path and method, and the operations that share it: one for each model."""

    recorded: Recorded
    readings: Mapping[str, str]
    operations: tuple[Operation, ...]

    @property
    def first(self) -> Operation:
        return self.operations[0]

    @property
    def id(self) -> str:
        return "-or-".join(dict.fromkeys(operation.id for operation in self.operations))

    def described(self) -> dict[str, object]:
        """The operation object, without its id."""
        content = self._content()
        statuses = _by_status(self.recorded, self.readings, with_body=bool(content))
        return {
            "summary": ", or: ".join(dict.fromkeys(each.summary for each in self.operations)),
            **_stated(self.first.statement),
            "x-models": [model for operation in self.operations for model in operation.models],
            "parameters": [self._in_path(each) for each in self.first.path_parameters.values()],
            **({"requestBody": {"required": True, "content": content}} if content else {}),
            "responses": {
                **{str(code): {"$ref": f"#/components/responses/{code}"} for code in statuses},
                **self._success(),
            },
            "x-rules": [_rule(r, self.readings) for each in self.operations for r in each.rules],
            "x-hints": [
                {**_some(h, "parameter", "value", "message"), "source": str(h.source)}
                for each in self.operations
                for h in each.hints
            ],
        }

    def _shown(self) -> Iterator[tuple[Operation, Example]]:
        for each in recorded_examples(self.recorded.provider.name):
            for operation in self.operations:
                if each.path_values(operation) is not None:
                    yield operation, each

    def _in_path(self, parameter: Parameter) -> dict[str, object]:
        name = parameter.name
        shown = [(each.path_values(operation) or {})[name] for operation, each in self._shown()]
        return {
            "name": name,
            "in": "path",
            "required": True,
            "schema": _typed({**expanded(parameter.schema), **_of_parameter(parameter)}),
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
            for operation, each in self._shown()
            if each.request.content == kind
        ]
        media = self._with_examples(_body(operations, self.readings, kind), bodies)
        return {**media, "encoding": _encoding(operations)} if kind == FORM else media

    def _success(self) -> dict[str, object]:
        found = [operation.answer(self.readings) for operation in self.operations]
        shapes = [shape for shape in found if shape]
        made: dict[str, object] = {}
        for status in dict.fromkeys(shape.status for shape in shapes):
            schema = _any(_answers([s for s in shapes if s.status == status], self.readings))
            shown = [e for _, e in self._shown() if e.response.status == status]
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


def _rule(rule: Rule, readings: Mapping[str, str]) -> dict[str, object]:
    statement = rule.statement
    return {
        **_some(statement, "id", "certainty", "reading", "choice", "note"),
        "kind": rule.kind,
        "source": str(statement.source),
        "enforced": enforced(rule, readings),
        "parameters": list(dict.fromkeys(p.name for p in rule.parameters)),
    }


def _body(operations: Iterable[Operation], readings: Mapping[str, str], kind: str) -> Schema:
    """The schema of a body in which each root obeys one of the operations."""
    alone: list[Schema] = []
    in_batches: list[Schema] = []
    for operation in operations:
        root = _root(operation, readings)
        batch = operation.subject.startswith("/*")
        (in_batches if batch else alone).append(_as_form(operation, root) if kind == FORM else root)
    batches = [{"type": "array", "items": _any(in_batches)}] if in_batches else []
    return _any([*alone, *batches])


def _any(schemas: Sequence[Schema]) -> Schema:
    different = [each for i, each in enumerate(schemas) if each not in schemas[:i]]
    return different[0] if len(different) == 1 else {"anyOf": different} if different else {}


def _root(operation: Operation, readings: Mapping[str, str]) -> Schema:
    """What the rules in force assert of one root, with what is known of each parameter."""
    rules = [rule for rule in operation.rules if enforced(rule, readings)]
    root = compiled_root(rule for rule in rules if isinstance(rule, Constraint | Required))
    for parameter in operation.parameters.values():
        _at(root, parameter.path).update(_of_parameter(parameter))
    across = [
        {"x-rule": rule.statement.id, **_stated(rule.statement), **rule.as_schema()}
        for rule in rules
        if not isinstance(rule, Constraint | Required) and rule.as_schema()
    ]
    typed: Schema = _typed({**root, "allOf": across} if across else root)
    return typed


def _at(root: Schema, path: Path) -> Schema:
    """The schema of the value at `path` inside that of a root; made where there is none."""
    for step in path:
        root = root.setdefault("properties", {}).setdefault(step, {})
    return root


def _of_parameter(parameter: Parameter) -> Schema:
    """What is known of a parameter beside its constraints."""
    known: Schema = {} if parameter.default is ABSENT else {"default": parameter.default}
    if parameter.default_when:
        known["x-default-when"] = [
            {"parameter": other, "equals": value, "default": default}
            for other, value, default in parameter.default_when
        ]
    known |= {"x-treatment": parameter.treatment} if parameter.treatment else {}
    known |= {"x-upstream": parameter.upstream} if parameter.upstream else {}
    return known | _stated(parameter.statement)


def _typed(schema: Any) -> Any:
    """`schema` with the type of its values beside every enum, at any depth."""
    if isinstance(schema, list):
        return [_typed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {k: v if k in ("default", "enum") else _typed(v) for k, v in schema.items()}
    listed = schema.get("enum")
    kinds = {type_name[type(value)] for value in listed} if isinstance(listed, list) else set()
    return {"type": kinds.pop(), **made} if len(kinds) == 1 else made


def _images(operation: Operation) -> list[str]:
    """The parameters of a form that hold input images."""
    inputs = operation.outcome.inputs if operation.outcome else ()
    return [name for name in inputs if len(operation.parameters[name].path) == 1]


def _as_form(operation: Operation, root: Schema) -> Schema:
    """The schema of a form: that of a root, its input images as files."""
    properties = {**root["properties"]}
    for name in _images(operation):
        described = {k: v for k, v in properties[name].items() if k not in ("format", "pattern")}
        if "string" in values.types(described):
            described["format"] = "binary"
        if "array" in values.types(described):
            # A form cannot say that a list is empty: without a part the field is absent.
            described |= {"items": _FILE, "minItems": max(1, described.get("minItems", 1))}
        properties[name] = described
    return {**root, "properties": properties}


def _encoding(operations: Iterable[Operation]) -> dict[str, object]:
    """The content types of the files in a form."""
    made: dict[str, object] = {}
    for operation in operations:
        formats = operation.outcome.input_formats if operation.outcome else ()
        said = ", ".join(f"image/{each}" for each in formats) or "image/*"
        made |= {name: {"contentType": said} for name in _images(operation)}
    return made


def _answers(shapes: Iterable[AnswerShape], readings: Mapping[str, str]) -> list[Schema]:
    """The schemas of the answers that are in force."""
    return [
        {**_typed(shape.schema), **_stated(shape.statement)}
        for shape in shapes
        if shape.statement.reading is None or shape.statement.enforced(readings)
    ]


def _by_status(
    recorded: Recorded, readings: Mapping[str, str], *, with_body: bool = True
) -> dict[int, list[ErrorCase]]:
    """The refusals on record by status, of several wordings the one in force."""
    found: dict[int, list[ErrorCase]] = {}
    for when in recorded.provider.errors:
        case = recorded.provider.error([when], readings)
        if case and (with_body or not when.startswith(_OF_BODIES)):
            found.setdefault(case.status, []).append(case)
    return dict(sorted(found.items()))


def _refusal(cases: Sequence[ErrorCase]) -> dict[str, object]:
    return {
        "description": "Refused: " + ", ".join(case.when for case in cases),
        "content": {JSON: {"schema": {"$ref": "#/components/schemas/Refusal"}}},
        "x-cases": [
            {**_some(case, "when", "code", "kind", "message"), **_stated(case.statement)}
            for case in cases
        ],
    }
