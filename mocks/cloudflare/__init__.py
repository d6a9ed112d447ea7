"""How Cloudflare speaks."""

from imagine_harness.mocks.cloudflare.bodies import picture, through_run_api, through_workers_ai
from imagine_harness.mocks.cloudflare.errors import refuse
from imagine_harness.mocks.cloudflare.headers import headers
from imagine_harness.mocks.dialect import Dialect

DIALECT = Dialect(
    refuse=refuse,
    fulfil={"generate": picture, "generate-by-path": picture},
    doors={"run-api": through_run_api, "workers-ai": through_workers_ai},
    headers=headers,
)
