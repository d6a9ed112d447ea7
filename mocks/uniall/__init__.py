"""How UniAll speaks."""

from imagine_harness.mocks.dialect import Dialect
from imagine_harness.mocks.uniall.bodies import pictures
from imagine_harness.mocks.uniall.errors import refuse
from imagine_harness.mocks.uniall.models import models
from imagine_harness.mocks.uniall.tasks import result, submit

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
