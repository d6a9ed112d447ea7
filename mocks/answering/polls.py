"""Questions about tasks: which tasks a call asks about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from imagine_harness.contracts.fields import elements

if TYPE_CHECKING:
    from imagine_harness.contracts.lifecycle import TaskLifecycle
    from imagine_harness.mocks.call import Call
    from imagine_harness.mocks.services.tasks import Task


def polled(call: Call) -> list[Task]:
    """The tasks that a call asks about, as far as there are such; it counts with each.

    An id in a path is one of ours, and of one test; an id in a body is a client's, and may be in
    several.
    """
    life = call.context.asks.get(call.operation or "")
    if life is None:
        return []
    tasks, name = call.services.tasks, call.context.name
    if life.ask_by in call.path_values:
        found = [tasks.get(name, call.path_values[life.ask_by])]
    else:
        found = [tasks.known(name, each, call.test) for each in _names(call, life)]
    asked = [task for task in found if task is not None]
    for task in asked:
        call.test = task.test
        task.asked[call.operation or ""] = task.asked.get(call.operation or "", 0) + 1
    return asked


def _names(call: Call, life: TaskLifecycle) -> Iterable[str]:
    """The ids in a body, each once."""
    roots = [root for _, root in elements(call.body, call.plans[0].operation.subject)]
    names = [root.get(life.ask_by) for root in roots if isinstance(root, dict)]
    return dict.fromkeys(name for name in names if isinstance(name, str))
