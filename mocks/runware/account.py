"""Tasks around the image tasks: handing in the key, ping, the account and the list of models."""

from __future__ import annotations

from imagine_harness.mocks.answer import Accepted
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.runware.bodies import Element, Told, head
from imagine_harness.mocks.runware.errors import AUTHENTICATION
from imagine_harness.mocks.runware.sessions import session_of


def authentication(call: Call, done: Accepted) -> Told:
    """The session that a connection has, an earlier one where it is taken up again."""
    session = session_of(call, done.root.get("connectionSessionUUID"))
    return Told([{"taskType": AUTHENTICATION, "connectionSessionUUID": session.uuid}])


def ping(_call: Call, done: Accepted) -> Told:
    """That the connection is alive."""
    return Told([{**head(done.root), "pong": True}])


def account(call: Call, done: Accepted) -> Told:
    """Whose key it is, and what is left to spend."""
    figure = call.figure
    return Told(
        [
            {
                **head(done.root),
                "organizationUUID": figure("organization-uuid"),
                "organizationName": figure("organization-name"),
                "balance": figure("balance"),
            }
        ]
    )


def models(call: Call, done: Accepted) -> Told:
    """The models on record whose name or id holds what is searched for."""
    effective = done.plan.operation.effective
    search, limit, offset = (effective(done.root, name) for name in ("search", "limit", "offset"))
    wanted = search.lower() if isinstance(search, str) else ""
    found = [
        each for each in _model_elements(call) if wanted in f"{each['air']} {each['name']}".lower()
    ]
    first = offset if isinstance(offset, int) else 0
    most = limit if isinstance(limit, int) else len(found)
    shown = found[max(first, 0) :][: max(most, 0)]
    return Told([{**head(done.root), "results": shown, "totalResults": len(found)}])


def _model_elements(call: Call) -> list[Element]:
    return [
        {"air": model, "name": contract.title, "tags": [], "private": False}
        for contract in call.context.recorded.contracts
        for model in contract.models
    ]
