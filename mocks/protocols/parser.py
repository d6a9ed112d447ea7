"""The parser of requests, for which an offer to go on in another protocol ends nothing."""

from __future__ import annotations

from collections.abc import Callable

from httptools import HttpParserUpgrade, HttpRequestParser


class RequestParser:
    """httptools' parser, which pauses behind a head that offers another protocol.

    Where nobody takes the offer up, its body would be lost, and whatever comes behind it be taken
    for no request. So another parser reads the head once more, without the offer, and goes on.
    """

    def __init__(self, protocol: object, without_offer: Callable[[], bytes | None]) -> None:
        """`without_offer` knows the head without its offer, None where that is taken up."""
        self._protocol = protocol
        self._without_offer = without_offer
        self._parser = self._fresh()

    def _fresh(self) -> HttpRequestParser:
        made = HttpRequestParser(self._protocol)
        made.set_dangerous_leniencies(lenient_data_after_close=True)
        return made

    def feed_data(self, data: bytes) -> None:
        """Read what has come.

        Raises:
            HttpParserError: it is no request.
            HttpParserUpgrade: an offer is taken up.
        """
        rest = memoryview(data)
        while True:
            try:
                self._parser.feed_data(rest)
                return
            except HttpParserUpgrade as pause:
                head = self._without_offer()
                if head is None:
                    raise
                rest = rest[pause.args[0] :]
            self._parser = self._fresh()
            self._parser.feed_data(head)

    def get_method(self) -> bytes:
        """The method of the head that was read last."""
        return self._parser.get_method()

    def get_http_version(self) -> str:
        """Its version of HTTP."""
        return self._parser.get_http_version()

    def should_keep_alive(self) -> bool:
        """Whether it wants the connection to go on."""
        return self._parser.should_keep_alive()

    def should_upgrade(self) -> bool:
        """Whether it offers to go on in another protocol."""
        return self._parser.should_upgrade()
