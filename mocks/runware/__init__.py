"""How Runware speaks."""

from mocks.dialect import Dialect
from mocks.runware.bodies import results
from mocks.runware.errors import refuse

DIALECT = Dialect(refuse=refuse, fulfil={"task": results})
