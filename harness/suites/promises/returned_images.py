"""Whether what came back is what was served upstream: all images, and no others."""

from __future__ import annotations

from typing import Any

from hypothesis import reject

from imagine_harness.contracts.fields import Patch, patched
from imagine_harness.harness.answers.image_similarity import most_similar
from imagine_harness.harness.answers.images import are_same, digests, images_in, side_of
from imagine_harness.harness.generation.bodies import generator
from imagine_harness.harness.results.results import Side
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.subjects.client import Client
from imagine_harness.harness.suites.subjects.gateway import Gateway
from imagine_harness.harness.suites.subjects.interaction import Interaction, UpstreamCaller
from imagine_harness.harness.suites.subjects.testbed import Alteration


def returns(client: Client, root: Any) -> None:
    """The images that come back are those that were served: all of them, in order, no others."""
    client.testbed.move_tasks()
    same_images(client, client.call(root))


def returns_as(asking: Patch, client: Client, root: Any) -> None:
    """So are images that travel in one of the documented ways: an address, base64, a data URI."""
    asked = patched(root, asking)
    breaks = generator(client.operation).broken
    if not breaks(asked) <= breaks(root):
        reject()
    returns(client, asked)


def tolerates(alteration: Alteration, client: Client, root: Any) -> None:
    """An answer that changed where no client needs to care is read as before."""
    same_images(client, client.call(root, alteration=alteration))


def same_images(client: Client, interaction: Interaction) -> None:
    """Hold the images that came back against those in the answers: all, in order, no others.

    Raises:
        Broken: they differ, or the call ended with an exception.
    """
    if interaction.failed:
        raise Broken(f"{interaction.ending} for a legal call", interaction)
    answers, returned = interaction.upstream_answers, interaction.answer
    if not are_same(answers, returned, client.fetch):
        served, came = digests(answers, client.fetch), digests(returned, client.fetch)
        same = len(set(served) & set(came))
        raise Broken(
            f"{len(served)} images were served, {len(came)} came back, {same} of them among those",
            interaction,
            sides=_sides(client, answers, returned),
            expected=len(served),
            got=len(came),
        )


def returns_similar(gateway: Gateway, root: Any) -> None:
    """The images of a gateway, which may convert them, look as those that were served to it."""
    interaction = gateway.call(root)
    if not interaction.failed:
        similar_images(gateway, interaction)


def similar_images(gateway: Gateway, interaction: Interaction) -> None:
    """Hold the images of the front against those of its upstreams: as many as asked for, all.

    Raises:
        Broken: there are more or fewer, or one that was served did not come back.
    """
    answers, wanted = interaction.upstream_answers, gateway.promised(interaction.asked).count
    served = images_in(answers, gateway.testbed.fetch)
    came = images_in(interaction.answer, gateway.fetch)
    if len(came) != wanted:
        message = f"{len(came)} images came back, asked for {wanted}"
        raise Broken(message, interaction, expected=wanted, got=len(came))
    pairs = most_similar([each.data for each in came], [each.data for each in served])
    if len(set(pairs)) != len(served):
        message = f"{len(served)} images were served, {len(set(pairs))} of them came back"
        raise Broken(message, interaction, sides=_sides(gateway, answers, interaction.answer))


def _sides(subject: UpstreamCaller, answers: list[Any], came: Any) -> tuple[Side, Side]:
    return (
        side_of("served first", answers, subject.testbed.fetch),
        side_of("returned first", came, subject.fetch),
    )
