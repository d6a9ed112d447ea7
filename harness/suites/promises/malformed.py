"""Requests that are no requests: what a server must survive, by the name of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Malformed:
    """A body that nobody can use.

    Attributes:
        when: what providers call it on record, most specific first.
        exact: whether the status on record is the only right one: where several troubles meet,
            any refusal is.
    """

    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: JSON)
    when: tuple[str, ...] = ("body-malformed",)
    exact: bool = True


MALFORMED: Mapping[str, Malformed] = MappingProxyType(
    {
        "empty": Malformed(b"", when=("body-empty",)),
        "no-json": Malformed(b"prompt=a lighthouse"),
        "cut": Malformed(b'{"prompt": "a lighth'),
        "two-values": Malformed(b'{"prompt": "a"}{"prompt": "b"}'),
        "no-utf-8": Malformed(b'{"prompt": "\xff\xfe"}'),
        "not-a-number": Malformed(b'{"prompt": NaN}'),
        "deep": Malformed(b"[" * 100_000, exact=False),
        "long-number": Malformed(b'{"prompt": 1' + b"0" * 5_000 + b"}", exact=False),
        "null": Malformed(b"null", exact=False),
        "text": Malformed(b'"a lighthouse"', exact=False),
        "content-type": Malformed(b"{}", {"content-type": "text/csv"}, ("content-type",)),
        "no-content-type": Malformed(b"{}", {}, ("content-type",), exact=False),
        "form-without-boundary": Malformed(
            b"--x\r\n", {"content-type": "multipart/form-data"}, exact=False
        ),
    }
)
"""Bodies that every server meets one day."""
