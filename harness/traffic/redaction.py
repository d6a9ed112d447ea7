"""Exchanges as reports and HAR files show them: whole, but without secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagine_harness.contracts import secrets
from imagine_harness.contracts.loading.load import names, provider
from imagine_harness.contracts.secrets.credentials import CREDENTIALS, HIDDEN
from imagine_harness.harness.results.results import Seen, answered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagine_harness.harness.judging.requests import Judged
    from imagine_harness.harness.pytest.entries import Entry
    from imagine_harness.harness.traffic.recording import Recording

LONGEST = 262_144
"""Bytes of a body that a report shows whole."""


def notice(recordings: Iterable[Recording]) -> None:
    """Remember the credentials of recordings, so that they are hidden wherever else they stand."""
    for each in recordings:
        CREDENTIALS.notice_recorded(each.headers, each.url)
        CREDENTIALS.notice_recorded(each.answer_headers)


def url(address: str) -> str:
    """An address without its user and password, and without the secrets of its query."""
    return secrets.address(address).replace(f"//{HIDDEN}@", "//")


def place(judged: Judged) -> str:
    """A recording on one line: what was asked, how it was answered, and where it stands."""
    recording = judged.recording
    where = f" ({recording.where})" if recording.where else ""
    how = answered(recording.status, recording.ending)
    return f"{recording.method} {url(recording.url)}, {how}{where}"


def name_of(entry: Entry) -> str:
    """What a request called, as far as it is known: operation, provider, or nobody."""
    if entry.operation is not None:
        return f"{entry.provider}.{entry.operation}"
    return entry.provider or "nobody"


def seen(judged: Judged) -> Seen:
    """A recording as a report shows it."""
    recording = judged.recording
    known = judged.entry.provider if judged.entry else ""
    kind = recording.headers.get("content-type", "")
    return Seen(
        method=recording.method,
        url=url(recording.url),
        headers=secrets.headers(recording.headers),
        body=_part(recording.body, kind),
        status=recording.status,
        answer=_part(recording.answer, recording.answer_type),
        variable=provider(known).credential.variable if known in names() else "",
        answer_headers=secrets.headers(recording.answer_headers),
        ending=recording.ending,
    )


def _part(data: bytes | None, kind: str) -> bytes:
    """A body without its secrets; of a very long one the beginning."""
    if not data or len(data) <= LONGEST:
        return secrets.body(data or b"", kind)
    return secrets.start(data, 1_024) + "…".encode()
