"""Whether a gateway answered with every image that was served to it, to the last one."""

from __future__ import annotations

import io
from base64 import b64encode
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.promises.returned_images import similar_images
from imagine_harness.harness.suites.subjects.interaction import Interaction
from tests.harness.suites.replies import reply


def picture(colour: str, format: str = "png") -> str:
    written = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(written, format=format)
    return b64encode(written.getvalue()).decode()


SERVED = [picture("red"), picture("green"), picture("blue")]


class Served(Interaction):
    """A call that was served three images upstream."""

    @property
    def upstream_answers(self) -> list[Any]:
        return [SERVED]


def hold(*came: str) -> None:
    """Hold what came back against three images that were asked for and served."""
    gateway: Any = SimpleNamespace(
        promised=lambda _root: SimpleNamespace(count=3),
        testbed=SimpleNamespace(fetch=lambda _address: None),
        fetch=lambda _address: None,
    )
    similar_images(gateway, Served(response=reply(200, [*came]).response))


def test_images_may_come_back_converted_and_in_another_order() -> None:
    hold(picture("blue", "jpeg"), picture("red", "webp"), picture("green", "jpeg"))


def test_one_image_too_few_is_accused() -> None:
    with pytest.raises(Broken, match="2 images came back, asked for 3"):
        hold(*SERVED[:2])


def test_an_image_that_stands_for_another_is_accused() -> None:
    with pytest.raises(Broken, match="3 images were served, 2 of them came back"):
        hold(SERVED[0], SERVED[1], picture("green", "jpeg"))
