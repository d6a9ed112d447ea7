"""The lifecycle of tasks: what makes one, how it is asked about, which states follow which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from imagine_harness.contracts.fields import values_at
from imagine_harness.contracts.model import Statement


@dataclass(frozen=True, slots=True, eq=False)
class TaskLifecycle:
    """What is documented of the tasks that some operations make.

    Places in answers are written as in `data[].status`.

    Attributes:
        submit: ids of the operations whose accepted calls make a task.
        given: the parameters that a call must give, with these values, to make one.
        door: the door that it must come through, None for the operation's own path.
        id_at: where the answer to a submission holds the task's id.
        ask: id of the operation that tells where a task is.
        ask_by: the parameter, of its path or its body, that takes the id.
        state_at: where its answer holds the state.
        follows: every state, with those that may come after it; an end state has none.
        succeeded: the end state in which the images are there.
        result: id of the operation that gives the images, taking the id as `ask` does; None where
            the answer to `ask` holds them.
        also: ids of further operations that tell something of it, and take the id as `ask` does.
        ask_at, result_at: where the answer to a submission holds the addresses of the two; None
            where they are made of the operations' paths and the id.
    """

    id: str
    statement: Statement
    submit: tuple[str, ...]
    given: Mapping[str, Any]
    door: str | None
    id_at: str
    ask: str
    ask_by: str
    state_at: str
    follows: Mapping[str, tuple[str, ...]]
    succeeded: str
    ask_at: str | None = None
    result: str | None = None
    result_at: str | None = None
    also: tuple[str, ...] = ()

    @property
    def asks(self) -> frozenset[str]:
        """The operations that ask about a task, in whatever way."""
        return frozenset((self.ask, *self.also, *((self.result,) if self.result else ())))

    @property
    def terminal_states(self) -> frozenset[str]:
        """The states that nothing follows."""
        return frozenset(state for state, after in self.follows.items() if not after)

    def reachable(self, state: str) -> frozenset[str]:
        """The states that may be seen after one, itself included: those between may be missed."""
        reached, todo = {state}, [state]
        while todo:
            new = set(self.follows[todo.pop()]) - reached
            reached |= new
            todo += new
        return frozenset(reached)

    def ids_of(self, answer: Any) -> list[str]:
        """The ids of the tasks that a decoded answer to a submission tells of, in order."""
        found = values_at(answer, self.id_at)
        return [each for each in found if isinstance(each, str) and each]

    def state_of(self, answer: Any) -> str | None:
        """The first state that the decoded answer to a question tells, None where it tells none."""
        return next(map(str, values_at(answer, self.state_at)), None)

    def states_of(self, answer: Any, ids: Sequence[str]) -> Mapping[str, set[str]]:
        """The states that a decoded answer tells of the tasks that were asked about, by their ids.

        Where one task was asked about, an answer need not repeat its id.
        """
        lists, _, place = self.state_at.rpartition("[].")
        found: dict[str, set[str]] = {}
        for item in values_at(answer, f"{lists}[]") if lists else [answer]:
            named = item.get(self.ask_by) if isinstance(item, dict) else None
            if named in ids or len(ids) == 1:
                name = str(named) if named in ids else ids[0]
                for state in values_at(item, place):
                    found.setdefault(name, set()).add(str(state))
        return found
