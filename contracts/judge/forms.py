"""Multipart bodies: taken apart, and each file made the data URI of what it holds."""

from __future__ import annotations

import base64
import logging
import re
from typing import Any

from imagine_harness.contracts.forms import FormError, as_object
from imagine_harness.contracts.operation import Operation

MOST_PARTS = 200
"""Parts of one form."""

_IMAGE = re.compile(r"image/[a-zA-Z0-9.+-]+")


# what is wrong with a form is told in its refusal, and not on the terminal as well
logging.getLogger("python_multipart").addHandler(logging.NullHandler())


def decoded(data: bytes, parameters: bytes, operation: Operation) -> dict[str, Any]:
    """A form as the JSON object that it stands for.

    `parameters` are those of the content type.

    Raises:
        FormError: there is no boundary, the body does not follow it, or it holds too much.
    """
    return as_object(_parts(data, parameters), operation)


def _parts(data: bytes, parameters: bytes) -> list[tuple[str, Any]]:
    from python_multipart.exceptions import FormParserError
    from python_multipart.multipart import MultipartParser, parse_options_header

    _, options = parse_options_header(b"multipart/form-data;" + parameters)
    boundary = options.get(b"boundary")
    if not boundary:
        raise FormError("the content type has no boundary")
    collector = _PartCollector()
    try:
        parser = MultipartParser(boundary, collector.callbacks())
        parser.write(data)
        parser.finalize()
    except FormParserError as error:
        raise FormError(str(error)) from error
    if not collector.ended:
        raise FormError("the form has no final boundary")
    return collector.parts


class _PartCollector:
    """Gathers the parts that the parser announces piece by piece."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, Any]] = []
        self.ended = False
        self._headers: dict[bytes, bytes] = {}
        self._name = b""
        self._value = b""
        self._data = bytearray()

    def callbacks(self) -> Any:
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._more,
            "on_part_end": self._part_end,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._headers, self._data = {}, bytearray()

    def _field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name = self._value = b""

    def _more(self, data: bytes, start: int, end: int) -> None:
        self._data += data[start:end]

    def _end(self) -> None:
        self.ended = True

    def _part_end(self) -> None:
        from python_multipart.multipart import parse_options_header

        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        name = options.get(b"name")
        if name is None:
            raise FormError("a part has no name")
        if len(self.parts) >= MOST_PARTS:
            raise FormError(f"the form has more than {MOST_PARTS} parts")
        self.parts.append((name.decode("utf-8", "replace"), self._content(b"filename" in options)))

    def _content(self, named: bool) -> Any:
        """A part's text; a file's (it has a name, or says that it is an image) data URI."""
        stated = self._headers.get(b"content-type", b"").decode("latin-1").partition(";")[0]
        if not named and not stated.startswith("image/"):
            return self._data.decode("utf-8", "replace")
        kind = stated if _IMAGE.fullmatch(stated) else "image/octet-stream"
        return f"data:{kind};base64,{base64.b64encode(self._data).decode()}"
