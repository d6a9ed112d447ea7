"""Whether what came back is what was served, to the last image, and ways that are not tried."""

from __future__ import annotations

import io
from base64 import b64encode
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.errors import UnsatisfiedAssumption
from PIL import Image

from imagine_harness.contracts.loading import load
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.promises.returned_images import returns_as, similar_images
from imagine_harness.harness.suites.subjects.interaction import Interaction
from tests.harness.suites.replies import reply


def picture(colour: str, format: str = "png") -> str:
    written = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(written, format=format)
    return b64encode(written.getvalue()).decode()


GENERATE = load.recorded("fal").contracts[0].operations["generate"]
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


def client() -> Any:
    """A client whose every call brings back what was served: nothing."""
    call = Mock(return_value=Interaction(returned=[]))
    return SimpleNamespace(operation=GENERATE, testbed=Mock(), call=call, fetch=lambda _: None)


def test_a_way_that_breaks_a_rule_is_not_tried() -> None:
    asking = client()

    @settings(max_examples=1)
    @given(st.just({"prompt": "a lighthouse"}))
    def tried(root: dict[str, Any]) -> None:
        with pytest.raises(UnsatisfiedAssumption):
            returns_as({("sync_mode",): "yes"}, asking, root)

    tried()
    assert not asking.call.called


def test_a_body_that_broke_a_rule_before_is_tried() -> None:
    asking = client()

    returns_as({("sync_mode",): True}, asking, {"prompt": "a lighthouse", "num_images": 9})
    returns_as({("sync_mode",): True, ("num_images",): 1}, asking, {"prompt": "", "num_images": 9})

    assert asking.call.call_count == 2
