"""How Lumenfall speaks."""

from mocks.dialect import Dialect, Miss
from mocks.lumenfall.account import balance
from mocks.lumenfall.errors import refuse
from mocks.lumenfall.gateway import defers, pictures
from mocks.lumenfall.headers import headers
from mocks.lumenfall.models import UNKNOWN, model, models

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
