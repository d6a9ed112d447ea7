"""Content encodings of bodies: which ones a header names, and a body without them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from imagine_harness.contracts.untrusted import packing

MOST_CODINGS = 4
"""Codings of one body, one over the other."""

_ALIASES: Mapping[str, str] = {"x-gzip": "gzip"}

_WAYS: Mapping[str, tuple[int, ...]] = {
    "gzip": (packing.GZIP,),
    "deflate": (packing.ZLIB, packing.RAW),
}
"""The codings that can be undone here, each with what it is taken for by who writes it."""


def codings(header: str) -> tuple[str, ...]:
    """The codings that a Content-Encoding names, in the order in which they were applied."""
    named = [each.strip().lower() for each in header.split(",")]
    return tuple(_ALIASES.get(each, each) for each in named if each not in ("", "identity"))


def undone(data: bytes, named: Sequence[str], most: int) -> bytes:
    """A body without the codings that were applied to it.

    Raises:
        TooLargeError: it has more bytes than that then.
        PackedError: it is not encoded so, or by what cannot be undone here.
    """
    if len(named) > MOST_CODINGS:
        raise packing.PackedError(f"has more than {MOST_CODINGS} codings")
    for coding in reversed(named):
        data = _undone(data, coding, most)
    return data


def _undone(data: bytes, coding: str, most: int) -> bytes:
    failed = packing.PackedError(f"is packed as {coding}, which is not read")
    for how in _WAYS.get(coding, ()):
        try:
            return packing.inflated(data, how, most)
        except packing.TooLargeError:
            raise
        except packing.PackedError as error:
            failed = error
    raise failed
