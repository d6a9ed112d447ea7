"""Recorded traffic: one request with its answer, whatever file it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from imagine_harness.contracts import secrets

if TYPE_CHECKING:
    from imagine_harness.contracts.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Unread:
    """What could not be read: a file of recorded traffic, or one exchange of it.

    Attributes:
        where: the file and the place in it.
        why: on one line.
    """

    where: str
    why: str

    def __str__(self) -> str:
        return f"{self.where}: {self.why}"


class RecordingError(Exception):
    """A file of recorded traffic cannot be read; the message says which, where and why."""

    def __init__(self, where: object, why: str) -> None:
        self.unread = Unread(str(where), " ".join(secrets.spelled(why).split()))
        super().__init__(str(self.unread))


@dataclass(frozen=True, slots=True)
class Recording:
    """One recorded request with its answer.

    Attributes:
        url: the whole address, query included.
        headers, answer_headers: by lower-case name; of a repeated one the last.
        body, answer: the bytes, None where they were not recorded or not wholly, which is
            another thing than empty.
        status: 0 where no answer came.
        where: the file and the place in it, for messages.
        time: seconds since the epoch, 0 where it is not known.
        seconds: how long it took.
        noted: what our own mocks made of it, where they were asked.
        session: what was recorded in one go has one; ids are unique within it.
        place: what was named to have it read, `""` where nothing was.
        body_gap, answer_gap: why the bytes are not there, in words.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    status: int
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    answer: bytes | None = None
    where: str = ""
    time: float = 0.0
    seconds: float = 0.0
    noted: Exchange | None = None
    body_gap: str = ""
    answer_gap: str = ""
    session: str = field(default="", compare=False)
    place: str = field(default="", compare=False)

    @property
    def answer_type(self) -> str:
        """The content type of the answer, `""` where none is told."""
        return self.answer_headers.get("content-type", "")

    @property
    def ending(self) -> str:
        """Who left before the answer was whole, and when; `""` where it is not told."""
        return (self.noted.ending if self.noted else None) or ""

    @property
    def succeeded(self) -> bool:
        """Whether the answer is a success."""
        return 200 <= self.status < 300

    @property
    def is_preflight(self) -> bool:
        """Whether a browser asks whether a page may make a call."""
        return self.method == "OPTIONS" and "access-control-request-method" in self.headers

    def __str__(self) -> str:
        return f"{self.method} {self.url.partition('?')[0]}"


Read = Recording | Unread
"""What a reader gives for each exchange of a file."""
