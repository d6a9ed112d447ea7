"""What a server answered to one request: whole for promises, without secrets for reports."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

from imagine_harness.contracts import secrets
from imagine_harness.contracts.secrets.credentials import HIDDEN
from imagine_harness.contracts.untrusted.decoding import Undecodable, decoded
from imagine_harness.harness.results.results import MOST_SHOWN, Seen
from imagine_harness.harness.traffic.redaction import url


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
    def exchange(self) -> Seen:
        """The request with its response as a report shows them, the bodies cut."""
        request = self.http.request
        return Seen(
            method=request.method,
            url=url(str(request.url)),
            headers=secrets.headers(request.headers),
            body=self._redacted(request.content, request.headers),
            status=self.status,
            answer=self._redacted(self.body, self.http.headers),
            variable=self.variable,
        )

    def _redacted(self, body: bytes, headers: httpx.Headers) -> bytes:
        """As much of a body as is shown, without secrets and without the caller's key."""
        if len(body) > MOST_SHOWN:
            safe = secrets.start(body, MOST_SHOWN)
        else:
            safe = secrets.body(body, headers.get("content-type", ""))
        return safe.replace(self.key.encode(), HIDDEN.encode()) if self.key else safe
