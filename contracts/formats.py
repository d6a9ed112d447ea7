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
    """A format: what to call it in messages, its pattern, strings that match and that do not."""

    wanted: str
    pattern: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]


# Spelt without \d, \s and a bare $: Python, Rust and JavaScript read those differently.
_NUMBER = r"(?:[1-9][0-9]{0,5}(?:\.[0-9]{1,4})?|0\.[0-9]{0,3}[1-9])"
_RATIO = rf"{_NUMBER}:{_NUMBER}"
_PIXELS = r"[1-9][0-9]{0,5}x[1-9][0-9]{0,5}"
_URL = r"[Hh][Tt][Tt][Pp][Ss]?://[^ \t\r\n/?#]+[^ \t\r\n]*"
_DATA = r"data:image/[a-zA-Z0-9.+-]+;base64,[A-Za-z0-9+/=_-]*"
_UUID4 = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$(?!\\n)"


_URLS = ("https://example.com/a.png", "http://127.0.0.1:9/b", "https://files.example/c?d=e#f")
_BAD_URLS = ("example.com/a.png", "ftp://example.com/a", "https://", "not a url", "/a.png")

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "uuid4": Format(
            "a version 4 UUID",
            _whole(_UUID4),
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
            _whole("(?!0{32})[0-9a-fA-F]{32}"),
            ("0123456789abcdef0123456789abcdef", "F" * 32),
            ("0" * 32, "0123456789abcdef", "g" * 32),
        ),
        "url": Format("an http or https URL", _whole(_URL), _URLS, _BAD_URLS),
        "image-url": Format(
            "an http or https URL, or a data URI of an image",
            _whole(f"{_URL}|{_DATA}"),
            _URLS,
            (*_BAD_URLS, "data:text/plain;base64,QQ==", "data:image/png,abc"),
        ),
        "image-reference": Format(
            "a UUID, an http or https URL, a data URI, or base64 image data",
            _whole(rf"{_URL}|{_DATA}|[A-Za-z0-9+/=_-](?:[A-Za-z0-9+/=_\r\n-]*[A-Za-z0-9+/=_-])?"),
            (*_URLS, "2f1c4b8e-5a3d-4c6b-9e7f-0a1b2c3d4e5f"),
            ("ftp://example.com/a", "https://", "not a reference", "", "data:image/png,abc"),
        ),
        "ratio": Format(
            "a ratio such as 16:9, or auto",
            _whole(f"{_RATIO}|auto"),
            ("1:1", "16:9", "9:19.5", "7:1", "auto"),
            ("16/9", "16x9", "0:1", "1:0", "wide", ":", "16:9 "),
        ),
        "size": Format(
            "pixels such as 1024x1024, a ratio such as 16:9, or auto",
            _whole(f"{_PIXELS}|{_RATIO}|auto"),
            ("1024x1024", "1x1", "1920x1080", "16:9", "19.5:9", "auto"),
            ("banana", "0x10", "1024*1024", "1024", "1024X1024", "10x-3", "x", "1024x"),
        ),
        "tier": Format(
            "a tier such as 1K, a number of megapixels such as 0.25, or auto",
            _whole(f"{_NUMBER}[kK]?|auto"),
            ("1K", "2k", "0.5K", "4K", "0.25", "1", "auto"),
            ("K", "huge", "-1K", "0K", "1M", "2 K"),
        ),
    }
)
"""Formats by the name that a parameter's `format` uses. The only list."""
