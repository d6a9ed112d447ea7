"""How fal speaks."""

from mocks.dialect import Dialect
from mocks.fal.bodies import headers, pictures
from mocks.fal.errors import refuse

DIALECT = Dialect(
    refuse=refuse,
    fulfil={"generate": pictures, "edit": pictures},
    headers=headers,
)
