"""How xAI speaks."""

from mocks.dialect import Dialect
from mocks.xai.bodies import pictures
from mocks.xai.errors import refuse

DIALECT = Dialect(refuse=refuse, fulfil={"generate": pictures, "edit": pictures})
