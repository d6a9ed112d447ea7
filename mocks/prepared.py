"""Answers that are ready to be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.note import Note
from imagine_harness.mocks.services.faults import Fault


@dataclass(frozen=True, slots=True)
class PreparedAnswer:
    """An answer that is ready to be sent, as its fault left it.

    Attributes:
        body: its bytes; empty where the answer is a stream.
        headers: its own and the provider's.
        note: what the journal will say of it.
    """

    answer: Answer
    body: bytes
    headers: Sequence[tuple[bytes, bytes]]
    fault: Fault | None
    note: Note

    @property
    def parts(self) -> Mapping[str, Any]:
        """What goes wrong with it on purpose."""
        return self.fault.parts if self.fault is not None else {}
