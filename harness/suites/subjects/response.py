"""What a server answered to one request: whole for promises, without secrets for reports."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

from imagine_harness.contracts.exchange import (
    Exchange,
    Provenance,
    Response,
    encode_headers,
    request_to,
)
from imagine_harness.contracts.untrusted.decoding import Undecodable, decoded
from imagine_harness.harness.traffic.redaction import redact


@dataclass(frozen=True)
class ServerResponse:
    """One response of a server.

    Attributes:
        http: the response as it was read, with the request that it is to.
        key: the caller's credential, which no report holds.
        variable: the environment variable that the provider's SDK reads it from.
    """

    http: httpx.Response
    key: str = ""
    variable: str = ""

    @property
    def status(self) -> int:
        """The status."""
        return self.http.status_code

    @property
    def succeeded(self) -> bool:
        """Whether it is a success, one that is not the answer yet included."""
        return 200 <= self.status < 300

    @property
    def body(self) -> bytes:
        """The whole body."""
        return self.http.content

    @property
    def text(self) -> str:
        """The body as text, whatever it is."""
        return self.body.decode("utf-8", "replace")

    @property
    def headers(self) -> bytes:
        """The headers, a line each."""
        return b"\n".join(b"%s: %s" % header for header in self.http.headers.raw)

    @cached_property
    def json(self) -> Any:
        """The decoded body, None where it is no JSON."""
        try:
            return decoded(self.body)
        except Undecodable:
            return None

    @cached_property
    def exchange(self) -> Exchange:
        """The request with its response as a report shows them."""
        request, url = self.http.request, str(self.http.request.url)
        kind = {"content-type": self.http.headers.get("content-type", "")}
        made = Exchange(
            request_to(url, request.method, request.headers, request.content),
            Response(self.status, encode_headers(kind), self.body),
            provenance=Provenance(url, variable=self.variable),
        )
        return redact(made, self.key)
