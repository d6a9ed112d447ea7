"""Recordings, written to files of several kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import yaml

from imagine_harness.contracts.examples import PICTURE
from imagine_harness.contracts.exchange import Exchange
from imagine_harness.harness.traffic import har_writer as har_file
from imagine_harness.mocks.answering.input_images import data_of
from imagine_harness.mocks.services.journal import line
from tests.exchanges import PLAIN, changed
from tests.harness.judging.handmade import recorded

EDITS = "https://api.uniall.ai/v1/images/edits"


def posted(url: str, body: Any, **more: Any) -> Exchange:
    """A recorded POST of JSON, by default one that was answered with 200."""
    return recorded(url, body, **more)


def edit_form(fields: Mapping[str, Any]) -> Exchange:
    """A recorded edit at UniAll: a form with a picture."""
    parts = {name: (None, str(value)) for name, value in fields.items()}
    picture = {"image": ("a.png", data_of(PICTURE), "image/png")}
    request = httpx.Request("POST", EDITS, files={**parts, **picture})
    told = {"content-type": request.headers["content-type"]}
    return changed(recorded(EDITS), headers=told, body=request.read())


def har(file: Path, recordings: Sequence[Exchange]) -> Path:
    """A HAR."""
    har_file.write(recordings, file)
    return file


def cassette(file: Path, recordings: Sequence[Exchange]) -> Path:
    """A cassette of VCR.py."""
    made = [
        {
            "request": {
                "method": each.request.method,
                "uri": each.provenance.url,
                "headers": {name: [value] for name, value in each.request.text_headers.items()},
                "body": each.request.whole_body,
            },
            "response": {
                "status": {"code": each.response.status, "message": ""},
                "headers": {},
                "body": {"string": ""},
            },
        }
        for each in recordings
    ]
    file.write_text(yaml.safe_dump({"interactions": made, "version": 1}), encoding="utf-8")
    return file


def journal(file: Path, recordings: Sequence[Exchange]) -> Path:
    """A journal of UniAll's mock, which was asked for the same."""
    file.write_bytes(b"".join(line(_noted(each)) for each in recordings))
    return file


def _noted(each: Exchange) -> Exchange:
    return changed(
        PLAIN,
        provider="uniall",
        operation="edit",
        method=each.request.method,
        path=each.provenance.url.removeprefix("https://api.uniall.ai"),
        headers=each.request.text_headers,
        body=each.request.whole_body or b"",
        status=each.response.status,
    )
