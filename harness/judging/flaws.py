"""What is wrong with an answer or a conversation, before it becomes a result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imagine_harness.contracts.model import Certainty, Level

if TYPE_CHECKING:
    from imagine_harness.contracts.model import Statement
    from imagine_harness.harness.judging.requests import JudgedExchange


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong with the answer to a request.

    Attributes:
        about: what was not kept: `status`, `shape`, `count`, `state`.
        states: the fact that is at stake, None where nothing on record says so.
    """

    about: str
    message: str
    judged: JudgedExchange
    states: Statement | None = None
    expected: Any = None
    got: Any = None

    @property
    def level(self) -> Level:
        """How much it matters: only what is documented, and not by the provider itself in doubt."""
        if self.judged.is_real:
            return Level.WARNING
        sure = self.states is not None and self.states.certainty is Certainty.DOCUMENTED
        return Level.ERROR if sure else Level.WARNING
