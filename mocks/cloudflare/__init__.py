"""How Cloudflare speaks."""

import re

from mocks.call import Refusal
from mocks.cloudflare.bodies import picture
from mocks.cloudflare.errors import refuse
from mocks.dialect import Dialect, Miss

DIALECT = Dialect(
    refuse=refuse,
    fulfil={"generate": picture, "generate-by-path": picture},
    misses=(
        Miss(
            re.compile(r"/client/v4/accounts/(?!0{32})[0-9a-fA-F]{32}/ai/run/(?P<got>.+)"),
            Refusal(("model-unknown",), status=404),
        ),
    ),
)
