"""Named formats of strings: how each is written, and examples on both sides of the line.

JSON Schema's own `format` asserts nothing by default, and validators disagree where it does; a
named format is a regular expression that all of them read alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Format:
    """A format: what to call it in messages, strings that are of it and that are not.

    Attributes:
        pattern: what the whole of a string matches, without anchors.
    """

    wanted: str
    pattern: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]


# Spelt without \d, \s and anchors: Python, Rust and JavaScript read those differently.
_NUMBER = r"(?:[1-9][0-9]{0,5}(?:\.[0-9]{1,4})?|0\.[0-9]{0,3}[1-9])"
_RATIO = rf"{_NUMBER}:{_NUMBER}"
_PIXELS = r"[1-9][0-9]{0,5}x[1-9][0-9]{0,5}"
_URL = r"[Hh][Tt][Tt][Pp][Ss]?://[^ \t\r\n/?#]+[^ \t\r\n]*"
_DATA = r"data:image/[a-zA-Z0-9.+-]+;base64,[A-Za-z0-9+/=_-]*"
_UUID4 = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"
# An alternative for each place of the first digit above zero: "not all zero" as a lookahead would
# have an engine backtrack, on a stack that long texts overflow.
_HEX32 = "|".join(f"0{{{zeros}}}[1-9a-fA-F][0-9a-fA-F]{{{31 - zeros}}}" for zeros in range(32))

_URLS = ("https://example.com/a.png", "http://127.0.0.1:9/b", "https://files.example/c?d=e#f")
_BAD_URLS = ("example.com/a.png", "ftp://example.com/a", "https://", "not a url", "/a.png")

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "uuid4": Format(
            "a version 4 UUID",
            _UUID4,
            ("2f1c4b8e-5a3d-4c6b-9e7f-0a1b2c3d4e5f", "FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFFF"),
            (
                "2f1c4b8e-5a3d-1c6b-9e7f-0a1b2c3d4e5f",
                "2f1c4b8e-5a3d-4c6b-7e7f-0a1b2c3d4e5f",
                "2f1c4b8e5a3d4c6b9e7f0a1b2c3d4e5f",
                "not-a-uuid",
            ),
        ),
        "hex32": Format(
            "32 hexadecimal digits that are not all zero",
            _HEX32,
            ("0123456789abcdef0123456789abcdef", "F" * 32),
            ("0" * 32, "0123456789abcdef", "g" * 32),
        ),
        "url": Format("an http or https URL", _URL, _URLS, _BAD_URLS),
        "image-url": Format(
            "an http or https URL, or a data URI of an image",
            f"{_URL}|{_DATA}",
            _URLS,
            (*_BAD_URLS, "data:text/plain;base64,QQ==", "data:image/png,abc"),
        ),
        "image-reference": Format(
            "a UUID, an http or https URL, a data URI, or base64 image data",
            rf"{_URL}|{_DATA}|[A-Za-z0-9+/=_-](?:[A-Za-z0-9+/=_\r\n-]*[A-Za-z0-9+/=_-])?",
            (*_URLS, "2f1c4b8e-5a3d-4c6b-9e7f-0a1b2c3d4e5f"),
            ("ftp://example.com/a", "https://", "not a reference", "", "data:image/png,abc"),
        ),
        "ratio": Format(
            "a ratio such as 16:9, or auto",
            f"{_RATIO}|auto",
            ("1:1", "16:9", "9:19.5", "7:1", "auto"),
            ("16/9", "16x9", "0:1", "1:0", "wide", ":", "16:9 "),
        ),
        "size": Format(
            "pixels such as 1024x1024, a ratio such as 16:9, or auto",
            f"{_PIXELS}|{_RATIO}|auto",
            ("1024x1024", "1x1", "1920x1080", "16:9", "19.5:9", "auto"),
            ("banana", "0x10", "1024*1024", "1024", "1024X1024", "10x-3", "x", "1024x"),
        ),
        "tier": Format(
            "a tier such as 1K, a number of megapixels such as 0.25, or auto",
            f"{_NUMBER}[kK]?|auto",
            ("1K", "2k", "0.5K", "4K", "0.25", "1", "auto"),
            ("K", "huge", "-1K", "0K", "1M", "2 K"),
        ),
    }
)
"""Formats by the name that a parameter's `format` uses. The only list."""
