"""The requests that a page shows as curl commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.untrusted.decoding import Undecodable
from imagine_harness.contracts.untrusted.decoding import decoded as of_json

_ADDRESS = re.compile(r"""(?:https?://|\{\w+\}|\$\{?\w+\}?)[^\s"'\\]*""")
_METHOD = re.compile(r"""(?:-X|--request)[\s=]+["']?([A-Z]+)""")
_CONTENT = re.compile(r"""content-type:\s*([a-z]+/[a-z0-9.+-]+)""", re.IGNORECASE)
_DATA = re.compile(r"""(?:--data(?:-raw|-binary)?|-d)[\s=]+'((?:[^']|'\\'')*)'""")
_FORM = re.compile(
    r"""(?:-F|--form)[\s=]+(?:["']([\w.\[\]-]+)=([^"']*)["']|([\w.\[\]-]+)=([^\s"']*))"""
)


@dataclass(frozen=True, slots=True)
class CurlCall:
    """One request.

    Attributes:
        stated_method: in capitals, empty where the command leaves it to curl.
        address: as the page writes it, placeholders and all.
        content: its content types, as stated or as its form says.
        body: decoded JSON; ABSENT where it has none that can be decoded.
        form: its form's fields by name, with what the command has for each.
    """

    stated_method: str
    address: str
    content: tuple[str, ...]
    body: object = ABSENT
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """In capitals; curl posts what there is to send."""
        return self.stated_method or ("POST" if self.form or self.body is not ABSENT else "GET")

    @property
    def path(self) -> str:
        """The address from the host on: what follows a scheme and host, or a placeholder."""
        return re.sub(r"^(?:https?://[^/]*|\{\w+\}|\$\{?\w+\}?)", "", self.address)

    @property
    def host(self) -> str:
        """The host, empty where a placeholder stands."""
        found = re.match(r"https?://([^/]+)", self.address)
        return found[1] if found else ""


def calls(text: str) -> Iterator[CurlCall]:
    """The curl commands in a block of code, in their order; what cannot be read is left out."""
    for command in re.split(r"\bcurl\b", text)[1:]:
        address = _ADDRESS.search(command)
        if address is None:
            continue
        data, method = _DATA.search(command), _METHOD.search(command)
        form = {
            found[1] or found[3]: found[2] or found[4] or "" for found in _FORM.finditer(command)
        }
        content = tuple(dict.fromkeys(_CONTENT.findall(command)))
        yield CurlCall(
            method[1] if method else "POST" if data else "",
            address[0],
            ("multipart/form-data",) if form else content,
            decoded(data[1].replace("'\\''", "'")) if data else ABSENT,
            form,
        )


def decoded(text: str) -> object:
    """A JSON value, ABSENT where a text is none."""
    try:
        return of_json(text)
    except Undecodable:
        return ABSENT
