"""How UniAll speaks."""

from mocks.dialect import Dialect
from mocks.uniall.bodies import pictures
from mocks.uniall.errors import refuse
from mocks.uniall.models import models
from mocks.uniall.tasks import result, submit

DIALECT = Dialect(
    refuse=refuse,
    fulfil={
        "task": submit,
        "task-result": result,
        "generate": pictures,
        "edit": pictures,
        "models": models,
    },
    defers=lambda _, accepted: accepted.plan.operation.id == "task",
)
