"""The life of a task: how a call becomes one, how it is asked about, which states follow which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imagine_harness.contracts.fields import same
from imagine_harness.contracts.model import Statement

if TYPE_CHECKING:
    from imagine_harness.contracts.operation import Operation


@dataclass(frozen=True, slots=True, eq=False)
class Life:
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

    def is_led_by(self, operation: Operation, root: object, door: str | None = None) -> bool:
        """Whether a call of an operation, on its own path or through a door, makes such a task."""
        return (
            operation.id in self.submit
            and self.door == door
            and all(
                same(operation.parameters[name].value(root), value)
                for name, value in self.given.items()
            )
        )

    @property
    def ends(self) -> frozenset[str]:
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
