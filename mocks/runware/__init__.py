"""How Runware speaks: arrays of tasks on one path, over HTTP and over WebSocket."""

from imagine_harness.mocks.dialect import Dialect
from imagine_harness.mocks.runware.answers import ANSWERS, answer
from imagine_harness.mocks.runware.errors import refuse
from imagine_harness.mocks.runware.socket import serve
from imagine_harness.mocks.runware.tasks import is_async
from imagine_harness.mocks.runware.webhooks import announce

DIALECT = Dialect(
    refuse=refuse,
    fulfil=dict.fromkeys(ANSWERS, answer),
    defers=lambda _, accepted: is_async(accepted),
    announce=announce,
    socket=serve,
)
