"""Plain bodies: what a person would write, with what is asked for and nothing else."""

from __future__ import annotations

import pytest

from imagine_harness.harness.generation.bodies import Generator
from tests.harness.generation.operations import (
    IMAGES,
    PLAIN,
    PROMPT,
    every_operation,
    generator,
    rule_of,
)


@every_operation
def test_the_plainest_body_reads_well(name: str) -> None:
    body = generator(name).plainest_body({}, None)
    images = [body.pop(key) for key in IMAGES if key in body]

    assert body == PLAIN[name]
    assert len(images) == (1 if name.endswith("edit") else 0)


def test_a_plain_body_holds_the_patch_and_breaks_the_rule_asked_for() -> None:
    rule = rule_of("fal.generate", "num_images.maximum")

    body = generator("fal.generate").plainest_body({("num_images",): 5}, rule)

    assert body == {"prompt": PROMPT, "num_images": 5}
    assert generator("fal.generate").broken(body) == {rule.statement.id}


def test_a_plain_body_gives_way_to_what_the_patch_asks_for() -> None:
    body = generator("runware.task").plainest_body({("width",): 1408, ("height",): 768}, None)

    assert "resolution" not in body
    assert (body["width"], body["height"]) == (1408, 768)


def test_no_plain_body_fits_a_patch_that_a_rule_forbids() -> None:
    with pytest.raises(ValueError, match=r"no body of fal\.generate fits"):
        generator("fal.generate").plainest_body({("num_images",): 5}, None)


def test_a_value_that_a_rule_forbids_is_not_taken_for_another_one() -> None:
    drawing = Generator(generator("fal.generate").operation)

    for _ in range(2):
        with pytest.raises(ValueError, match=r"no body of fal\.generate fits"):
            drawing.plainest_body({("num_images",): 5}, None)
        assert drawing.plainest_body({("num_images",): 4}, None) == {
            "prompt": PROMPT,
            "num_images": 4,
        }
