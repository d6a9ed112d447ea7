"""What cannot be read of recorded traffic, whatever file it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from imagine_harness.contracts import secrets
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


Read = Exchange | Unread
"""What a reader gives for each exchange of a file."""
