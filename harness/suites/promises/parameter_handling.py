"""What a gateway made of a parameter on its way to an upstream."""

from __future__ import annotations

from typing import Any

from hypothesis import reject

from imagine_harness.contracts.expected import shape
from imagine_harness.contracts.fields import ABSENT, brief_text
from imagine_harness.contracts.model import Parameter
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.answers.images import digests, format_and_size, images_in
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.promises.forwarding import equal
from imagine_harness.harness.suites.subjects.gateway import Gateway
from imagine_harness.harness.suites.subjects.interaction import Interaction


def treats(parameter: Parameter, gateway: Gateway, root: Any) -> None:
    """A parameter is not dropped, unless only another upstream knows it."""
    if parameter.value(gateway.front().usable(root)) in (ABSENT, None):
        reject()
    interaction = gateway.call(root)
    became = treatment(gateway, parameter, interaction)
    if parameter.upstream not in (None, gateway.upstream):
        if became == "forwarded":
            where = f"to {gateway.upstream}, which does not know it"
            message = f"{parameter.name} was forwarded {where}"
            raise Broken(message, interaction, states=parameter.statement)
    elif became == "dropped":
        given = brief_text(parameter.value(interaction.asked))
        message = f"{parameter.name} was dropped, given {given}"
        raise Broken(message, interaction, states=parameter.statement)


def treatment(gateway: Gateway, parameter: Parameter, interaction: Interaction) -> str:
    """What became of a parameter that the front was given, in the words of a gateway's page.

    `forwarded` as it was; `renamed` where its value stands under another name; `converted` where
    the upstream was asked for the same in other words, or the gateway did it itself; `emulated`
    where it decides how many images come back or how they travel; `refused early` where no
    upstream was asked; else `dropped`.
    """
    given = parameter.value(interaction.asked)
    asked = list(interaction.upstream_roots(gateway.calls))
    if not asked:
        return "refused early" if interaction.status >= 400 else "dropped"
    for operation, root in asked:
        own = operation.parameters.get(parameter.name, parameter)
        if equal(given, own.value(root)):
            return "forwarded"
    role = _roles(gateway.operation).get(parameter.name)
    if role is None:
        return "dropped"
    if role in ("prompt", "inputs"):
        return _named_otherwise(gateway, role, given, asked)
    if role in ("count", "carrier"):
        return "emulated" if _is_kept(gateway, role, interaction) else "dropped"
    if role == "size" and _same_shape(gateway, interaction):
        return "converted"
    return "converted" if _is_kept(gateway, role, interaction) else "dropped"


def _roles(operation: Operation) -> dict[str, str]:
    """What each parameter decides of the outcome, by its name."""
    outcome = operation.outcome
    if outcome is None:
        return {}
    size = outcome.size
    named = {
        "prompt": (outcome.prompt,),
        "inputs": outcome.inputs,
        "count": outcome.count,
        "carrier": (outcome.carrier.parameter,),
        "format": (outcome.format, outcome.quality),
        "size": (size.width, size.height, size.size, size.ratio, size.tier),
    }
    return {name: role for role, names in named.items() for name in names if name is not None}


def _named_otherwise(
    gateway: Gateway, role: str, given: Any, asked: list[tuple[Operation, Any]]
) -> str:
    for operation, root in asked:
        outcome = operation.outcome
        if outcome is None:
            continue
        names = (outcome.prompt,) if role == "prompt" else outcome.inputs
        values = [operation.parameters[name].value(root) for name in names]
        if any(value is not ABSENT and _mean_same(given, value) for value in values):
            return "renamed"
    return "dropped"


def _mean_same(given: Any, value: Any) -> bool:
    """Whether two values are the same text, or hold the same pictures."""
    if equal(given, value):
        return True
    pictures = digests(given, _nowhere)
    return bool(pictures) and pictures == digests(value, _nowhere)


def _nowhere(_address: str) -> None:
    """Fetches nothing."""


def _same_shape(gateway: Gateway, interaction: Interaction) -> bool:
    wanted = shape(gateway.operation, interaction.asked, gateway.readings)
    return all(
        (each.ratio, each.tier.upper()) == (wanted.ratio, wanted.tier.upper())
        for _, each in gateway.upstream_shapes(interaction)
    )


def _is_kept(gateway: Gateway, role: str, interaction: Interaction) -> bool:
    """Whether what a parameter decides is as the front's contract promises."""
    wanted = gateway.promised(interaction.asked)
    images = images_in(interaction.answer, gateway.fetch)
    if role == "count":
        return len(images) == wanted.count
    if role == "carrier":
        return bool(images) and all(image.carrier == wanted.carrier for image in images)
    kinds = [format_and_size(image.data) for image in images if image.data is not None]
    if role == "format":
        return bool(kinds) and all(kind == wanted.format for kind, _ in kinds)
    return bool(kinds) and all(pixels == (wanted.width, wanted.height) for _, pixels in kinds)
