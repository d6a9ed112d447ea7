"""How Lumenfall speaks."""

from mocks.dialect import Dialect
from mocks.lumenfall.bodies import pictures
from mocks.lumenfall.errors import refuse

DIALECT = Dialect(refuse=refuse, fulfil={"generate": pictures, "edit": pictures})
