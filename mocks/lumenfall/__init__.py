"""How Lumenfall speaks."""

from imagine_harness.mocks.dialect import Dialect
from imagine_harness.mocks.lumenfall.account import balance
from imagine_harness.mocks.lumenfall.errors import refuse
from imagine_harness.mocks.lumenfall.gateway import defers, pictures
from imagine_harness.mocks.lumenfall.headers import headers
from imagine_harness.mocks.lumenfall.models import model, models

DIALECT = Dialect(
    refuse=refuse,
    fulfil={
        "generate": pictures,
        "edit": pictures,
        "models": models,
        "model": model,
        "balance": balance,
    },
    defers=defers,
    headers=headers,
)
