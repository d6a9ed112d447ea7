"""From the decoded table to the lifecycle of tasks."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from imagine_harness.contracts.lifecycle import TaskLifecycle
from imagine_harness.contracts.loading.entries import Entry, FileContext
from imagine_harness.contracts.lookup import look_up
from imagine_harness.contracts.model import ContractError
from imagine_harness.contracts.operation import Operation


def life(desk: FileContext, entry: Entry) -> TaskLifecycle:
    """The life that an entry of a `provider.toml` describes.

    Raises:
        ContractError: a state follows that is not listed, or the last one is no end.
    """
    where = f"{desk.file}: life.{entry['id']}"
    follows = {state: tuple(after) for state, after in entry["follows"].items()}
    for after in follows.values():
        for state in after:
            look_up("state", state, follows, ContractError, where=f"{where}.follows: ", state="")
    if follows.get(entry["succeeded"], ("",)):
        known = ", ".join(follows)
        raise ContractError(f"{where}.succeeded: {entry['succeeded']!r} is no end, known: {known}")
    return TaskLifecycle(
        id=entry["id"],
        statement=desk.statement(entry, f"life.{entry['id']}"),
        submit=tuple(entry["submit"]),
        given=MappingProxyType(dict(entry.get("given", {}))),
        door=entry.get("door"),
        id_at=entry["id_at"],
        ask=entry["ask"],
        ask_by=entry["ask_by"],
        state_at=entry["state_at"],
        follows=MappingProxyType(follows),
        succeeded=entry["succeeded"],
        ask_at=entry.get("ask_at"),
        result=entry.get("result"),
        result_at=entry.get("result_at"),
        also=tuple(entry.get("also", ())),
    )


def check_life(found: TaskLifecycle, operations: Mapping[str, Operation], file: str) -> None:
    """See to it that what a life speaks of is on record, by the operations' ids.

    Raises:
        ContractError: an operation or a parameter of one is not.
    """
    where = f"{file}: life.{found.id}"
    for name in (*found.submit, *sorted(found.asks)):
        look_up("operation", name, operations, ContractError, where=f"{where}: ")
    for name in found.submit:
        for unknown in found.given.keys() - operations[name].parameters.keys():
            raise ContractError(f"{where}.given: {name} has no parameter {unknown!r}")
    ask = operations[found.ask]
    if found.ask_by not in {**ask.parameters, **ask.path_parameters}:
        raise ContractError(f"{where}.ask_by: {found.ask} has no parameter {found.ask_by!r}")
