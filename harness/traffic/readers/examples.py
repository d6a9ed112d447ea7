"""Recorded examples of the providers' pages: one exchange a file, its folder is the provider's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson

from imagine_harness.contracts.examples import PICTURE, Example, read_example
from imagine_harness.contracts.exchange import Exchange, Provenance
from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.model import ContractError
from imagine_harness.contracts.openapi.document import ORIGIN
from imagine_harness.harness.traffic.errors import RecordingError
from imagine_harness.harness.traffic.readers import messages
from imagine_harness.harness.traffic.readers.bodies import Body
from imagine_harness.harness.traffic.readers.forms import BOUNDARY, end, part
from imagine_harness.mocks.answering.input_images import data_of

NO_ANSWER = "the page shows none"
"""Why an example has no answer."""


def is_one(document: Any) -> bool:
    """Whether a decoded file is a recorded example."""
    return isinstance(document, dict) and {"operation", "request", "response"} <= document.keys()


def read(file: Path) -> Exchange:
    """The exchange in one file.

    Raises:
        RecordingError: it does not have the form of an example.
    """
    try:
        found = read_example(file)
    except ContractError as error:
        raise RecordingError(file, str(error).removeprefix(f"{file}: ")) from error
    headers = {name.lower(): value for name, value in found.request.headers.items()}
    url, known = f"{ORIGIN}/{found.provider}{found.request.path}", found.response.json
    answer = Body(None, NO_ANSWER) if known is ABSENT else Body(orjson.dumps(known))
    return messages.exchange(
        messages.request(found.request.method, url, headers | _content(found), Body(_body(found))),
        messages.response(found.response.status, {"content-type": "application/json"}, answer),
        Provenance(url, str(file)),
    )


def _content(found: Example) -> dict[str, str]:
    content = found.request.content
    if content == "multipart/form-data":
        content += f"; boundary={BOUNDARY}"
    return {"content-type": content} if content else {}


def _body(found: Example) -> bytes:
    request = found.request
    if request.content is None:
        return b""
    if request.content == "application/json":
        return orjson.dumps(request.json)
    parts = [part(BOUNDARY, f'name="{name}"', value.encode()) for name, value in request.form]
    parts += [
        part(BOUNDARY, f'name="{name}"; filename="{title}"', data_of(PICTURE), "image/png")
        for name, title in request.files
    ]
    return b"".join(parts) + end(BOUNDARY)
