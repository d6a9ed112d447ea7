"""What a server accepts and what it refuses: bodies, credentials, routes, what nobody can read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import reject

from imagine_harness.contracts.model import nothing_seen
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.provider import Provider
from imagine_harness.contracts.refusals import descriptions
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.harness.answers.shapes import fits, misfit
from imagine_harness.harness.generation.bodies import generator
from imagine_harness.harness.generation.pairs import neighbour
from imagine_harness.harness.results.results import Side
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.promises.envelopes import as_documented, names
from imagine_harness.harness.suites.promises.malformed import MALFORMED
from imagine_harness.harness.suites.subjects.encoding import can_carry
from imagine_harness.harness.suites.subjects.interaction import Interaction
from imagine_harness.harness.suites.subjects.server import Server


def accepts(server: Server, root: Any) -> None:
    """A body that breaks nothing is answered with a success."""
    interaction = server.call(root)
    if interaction.failed:
        message = f"a legal request was refused with {interaction.status}"
        raise Broken(message, interaction)


def refuses(rule: Rule, server: Server, root: Any) -> None:
    """A body that breaks one rule is refused as documented, with the field's name in it."""
    asked = server.usable(root)
    if not can_carry(server.operation, asked) and rule.kind == "type":
        pytest.skip("a form has no types")
    if not can_carry(server.operation, asked) or server.broken(asked) != {rule.statement.id}:
        reject()
    violation = next(rule.check(asked, nothing_seen))
    interaction = server.ask(asked)
    sides = partial(_sides, server.operation, rule, asked)
    if not interaction.failed:
        raise Broken(
            f"{violation.message}: accepted with {interaction.status}, expected a refusal",
            interaction,
            sides=sides(),
            expected=violation.expected,
            got=violation.got,
        )
    case = server.provider.error(descriptions(violation), server.readings)
    if case is None:
        return
    as_documented(server, interaction, case, sides)
    if not names(case, violation.parameters, interaction):
        message = f"the refusal does not name {violation.parameters[0]}"
        raise Broken(message, interaction, states=case.statement, sides=sides())


def _sides(operation: Operation, rule: Rule, asked: Any) -> tuple[Side, ...]:
    """The minimal pair: the body that was sent, and the legal one beside it."""
    legal = neighbour(generator(operation), rule, asked)
    return (Side("legal", legal), Side("sent", asked)) if legal is not None else ()


def answers(server: Server, root: Any) -> None:
    """A success has one of the shapes on record."""
    interaction = server.call(root)
    shapes, status, answer = server.operation.answers, interaction.status, interaction.answer
    if not interaction.failed and not any(fits(shape, status, answer) for shape in shapes):
        preferred = server.operation.answer(server.readings) or shapes[0]
        message = f"the answer has another shape: {misfit(preferred, status, answer)}"
        raise Broken(message, interaction, states=preferred.statement)


def authenticates(when: str, key: str, server: Server, root: Any) -> None:
    """A call without a usable credential is refused as documented."""
    interaction = server.ask(server.usable(root), key=key)
    if not interaction.failed:
        raise Broken(f"{when.replace('-', ' ')}, and it was answered", interaction)
    _documented(server, interaction, when)


def unusable_keys(provider: Provider) -> Iterator[tuple[str, str, str]]:
    """Keys that are none: a name, what providers call it on record, the whole credential."""
    scheme = provider.credential.scheme
    yield "missing", "credential-missing", ""
    if scheme:
        other = "Basic" if scheme != "Basic" else "Bearer"
        yield "scheme", "credential-malformed", f"{other} {provider.credential.example}"
    for key in provider.credential.refused[:1]:
        yield "refused", "credential-refused", f"{scheme} {key}".strip()


def refuses_method(server: Server, _root: Any) -> None:
    """A method that is not documented is refused."""
    interaction = server.send(server.operation, method="PATCH")
    _refused(interaction)
    _documented(server, interaction, "method-unknown")


def refuses_path(server: Server, _root: Any) -> None:
    """A path that is not documented is refused."""
    interaction = server.send(server.operation, address=f"{server.url}/x-no-such-call")
    _refused(interaction)
    _documented(server, interaction, "route-unknown")


ROUTES: Mapping[str, Callable[[Server, Any], None]] = MappingProxyType(
    {"method": refuses_method, "path": refuses_path}
)
"""Calls that are not documented, by the name of the case."""


def survives(name: str, server: Server, root: Any) -> None:
    """A body that nobody can read is refused, and the next request is answered."""
    case = MALFORMED[name]
    interaction = server.send(server.operation, case.body, case.headers)
    _refused(interaction)
    if case.exact:
        _documented(server, interaction, *case.when)
    accepts(server, root)


def _refused(interaction: Interaction) -> None:
    if not 400 <= interaction.status < 500:
        message = f"answered with {interaction.status}, expected a refusal"
        raise Broken(message, interaction)


def _documented(server: Server, interaction: Interaction, *when: str) -> None:
    """Hold a refusal against the wording on record, where there is one."""
    case = server.provider.error(when, server.readings)
    if case is not None:
        as_documented(server, interaction, case)
