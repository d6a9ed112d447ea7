"""One OpenAPI 3.1 document a provider: its rules included, every constraint with its source.

The document describes the readings in force: what they refuse is asserted, every other rule is
only listed. All else that a contract knows and OpenAPI has no word for stands under `x-` keys.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson

from imagine_harness.contracts.credential import Credential
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.openapi.extensions import attributes, provenance
from imagine_harness.contracts.openapi.operations import OperationObject
from imagine_harness.contracts.openapi.refusals import refusal, refusals_by_status
from imagine_harness.contracts.openapi.schemas import answers, any_of
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.schema import DIALECT

ORIGIN = "http://127.0.0.1:4010"
"""Where the mocks are served unless they are told otherwise."""


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
            "schemas": {"Refusal": any_of(answers(provider.refusals, readings))},
            "responses": {
                str(status): refusal(cases)
                for status, cases in refusals_by_status(recorded, readings).items()
            },
        },
        "x-base-urls": {base.name: server + base.path for base in provider.bases},
        "x-recorded": [
            {
                **attributes(contract, "models", "title", "recorded"),
                "documents": [
                    attributes(document, "id", "url", "read", "certainty", "sha256")
                    for document in contract.documents.values()
                ],
            }
            for contract in recorded.contracts
        ],
        "x-readings": [
            {
                **attributes(reading, "id", "choices", "default", "strict", "note"),
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
    stated = provenance(credential.statement)
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


def _paths(recorded: Recorded, readings: Mapping[str, str]) -> dict[str, dict[str, object]]:
    grouped: dict[tuple[str, str], tuple[Operation, ...]] = {}
    for contract in recorded.contracts:
        for operation in contract.operations.values():
            key = operation.path, operation.method.lower()
            grouped[key] = (*grouped.get(key, ()), operation)
    calls = {key: OperationObject(recorded, readings, group) for key, group in grouped.items()}
    shared = Counter(call.id for call in calls.values())
    paths: dict[str, dict[str, object]] = {}
    for (path, method), call in calls.items():
        name = call.id if shared[call.id] == 1 else f"{call.id}@{call.first.models[0]}"
        paths.setdefault(path, {})[method] = {"operationId": name, **call.describe()}
    return paths
