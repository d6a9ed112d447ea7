"""How Lumenfall speaks."""

from imagine_harness.mocks.dialect import Dialect, Miss
from imagine_harness.mocks.lumenfall.account import balance
from imagine_harness.mocks.lumenfall.errors import refuse
from imagine_harness.mocks.lumenfall.gateway import defers, pictures
from imagine_harness.mocks.lumenfall.headers import headers
from imagine_harness.mocks.lumenfall.models import UNKNOWN, model, models

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
    misses=(Miss(*UNKNOWN),),
    headers=headers,
)
