"""Pages in a browser: what they ask beforehand is answered, and what they may read is marked."""

from __future__ import annotations

from starlette.types import Message, Send

from imagine_harness.contracts.provider import BrowserPages
from imagine_harness.mocks.answer import PLAIN, Answer
from imagine_harness.mocks.call import Call

_ECHOED = (
    (b"access-control-request-method", b"access-control-allow-methods"),
    (b"access-control-request-headers", b"access-control-allow-headers"),
)
"""What a browser asks for, and the header that grants it."""


def granted(call: Call) -> Answer:
    """The answer to a preflight: whatever it asks for may be done."""
    headers = [(to, call.headers[of]) for of, to in _ECHOED if of in call.headers]
    return Answer(b"", 200, headers, PLAIN)


def marked(send: Send, pages: BrowserPages) -> Send:
    """What sends an answer so that a page of another origin may read it."""
    marks = [(b"access-control-allow-origin", pages.origin.encode())]
    if pages.exposed:
        marks.append((b"access-control-expose-headers", ", ".join(pages.exposed).encode()))

    async def send_marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *marks]}
        await send(message)

    return send_marked
