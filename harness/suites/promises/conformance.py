"""Whether a client or a gateway asks its upstream for what is documented, and for no more."""

from __future__ import annotations

from typing import Any

from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.results.exchanges import answered
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.promises.returned_images import similar_images
from imagine_harness.harness.suites.subjects.gateway import Gateway
from imagine_harness.harness.suites.subjects.interaction import Interaction, UpstreamCaller
from imagine_harness.harness.traffic.problems import format_problems, problems
from imagine_harness.harness.traffic.redaction import describe


def conforms(subject: UpstreamCaller, root: Any) -> None:
    """Every request is one that the provider documents, accepted without a refusal.

    A request to an address that is not the testbed's cannot be seen, and is not judged.
    """
    _conforming(subject, root)


def _conforming(subject: UpstreamCaller, root: Any) -> Interaction:
    interaction = subject.call(root)
    _requests_conform(subject, interaction)
    if any(rule.stateful for operation in subject.calls for rule in operation.rules):
        _requests_conform(subject, subject.call(root, remembering=True))
    return interaction


def _requests_conform(subject: UpstreamCaller, interaction: Interaction) -> None:
    providers = {operation.provider for operation in subject.calls}
    for exchange in interaction.upstream:
        if exchange.provider not in providers:
            raise Broken(f"a request went elsewhere: {describe(exchange)}", interaction)
    found = [p for each in interaction.upstream for p in problems(each) if p.serious]
    if found:
        raise Broken(format_problems(found), interaction)
    refused = interaction.response is not None and interaction.failed
    if not refused and not any(map(interaction.exchanges_of, subject.calls)):
        names = " or ".join(operation.name for operation in subject.calls)
        raise Broken(no_request(names, interaction), interaction)


def no_request(names: str, interaction: Interaction) -> str:
    """That nothing asked for images, what came instead, and how the call ended, on one line."""
    if not interaction.upstream:
        return f"no request came to {names}, {interaction.ending}"
    last = interaction.upstream[-1]
    came = f"{last.request.method} /{last.provider}{last.request.path}"
    how = answered(last.response.status, last.ending)
    return f"no request to {names} among what came, last {came}, {how}; {interaction.ending}"


def conforms_without_waste(gateway: Gateway, root: Any) -> None:
    """A gateway's requests conform, and ask for as many images in all as it was asked for."""
    interaction = _conforming(gateway, root)
    if not interaction.failed:
        _adds_up(gateway, interaction)


def splits(gateway: Gateway, root: Any) -> None:
    """More images than the upstream makes at once come in parts that add up."""
    interaction = gateway.call(root, few=False)
    if interaction.failed:
        wanted = gateway.promised(interaction.asked).count
        raise Broken(f"{wanted} images were asked for, {interaction.ending}", interaction)
    _adds_up(gateway, interaction)
    similar_images(gateway, interaction)


def _adds_up(gateway: Gateway, interaction: Interaction) -> None:
    asked = images_asked(gateway, interaction)
    wanted = gateway.promised(interaction.asked).count
    if asked != wanted:
        message = f"{gateway.upstream} was asked for {asked} images in all, expected {wanted}"
        raise Broken(message, interaction)


def images_asked(subject: UpstreamCaller, interaction: Interaction) -> int:
    """For how many images all requests of a call ask together."""
    return sum(_count(call, root) for call, root in interaction.upstream_roots(subject.calls))


def _count(call: Operation, root: Any) -> int:
    for name in call.outcome.count if call.outcome else ():
        value = call.effective(root, name)
        if isinstance(value, int | float):
            return int(value)
    return 1
