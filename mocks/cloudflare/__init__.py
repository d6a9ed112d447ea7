"""How Cloudflare speaks."""

import re

from imagine_harness.contracts.formats import FORMATS
from imagine_harness.mocks.call import Refusal
from imagine_harness.mocks.cloudflare.bodies import picture, through_run_api, through_workers_ai
from imagine_harness.mocks.cloudflare.errors import refuse
from imagine_harness.mocks.cloudflare.headers import headers
from imagine_harness.mocks.dialect import Dialect, Miss

_ACCOUNT = f"(?:{FORMATS['hex32'].pattern})"

DIALECT = Dialect(
    refuse=refuse,
    fulfil={"generate": picture, "generate-by-path": picture},
    doors={"run-api": through_run_api, "workers-ai": through_workers_ai},
    misses=(
        Miss(
            re.compile(rf"/client/v4/accounts/{_ACCOUNT}/ai/run/(?P<got>.+)"),
            Refusal(("model-unknown",), status=404),
        ),
        Miss(
            re.compile(rf"/gateway/v1/{_ACCOUNT}/[^/]+/workers-ai/run/(?P<got>.+)"),
            Refusal(("model-unknown",), status=404),
        ),
    ),
    headers=headers,
)
