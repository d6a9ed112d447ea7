"""How Runware speaks: arrays of tasks on one path, over HTTP and over WebSocket."""

from mocks.dialect import Dialect
from mocks.runware.account import key_in
from mocks.runware.answers import ANSWERS, answer
from mocks.runware.errors import refuse
from mocks.runware.socket import serve
from mocks.runware.tasks import is_async
from mocks.runware.webhooks import announce

DIALECT = Dialect(
    refuse=refuse,
    fulfil=dict.fromkeys(ANSWERS, answer),
    defers=lambda _, accepted: is_async(accepted),
    key_in_body=key_in,
    announce=announce,
    socket=serve,
)
