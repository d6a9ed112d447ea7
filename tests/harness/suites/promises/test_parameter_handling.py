"""What a gateway made of a parameter on its way to an upstream."""

from __future__ import annotations

import io
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from imagine_harness.contracts.catalog import chosen, readings
from imagine_harness.contracts.examples import PICTURE
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.answers.images import Found
from imagine_harness.harness.suites.promises.parameter_handling import treatment
from imagine_harness.harness.suites.subjects.passage import Passage
from imagine_harness.harness.suites.subjects.server_client import Front
from tests.harness.suites.replies import reply

LUMENFALL, FAL, XAI = (load.recorded(name) for name in ("lumenfall", "fal", "xai"))
HELD_TO = chosen(readings([LUMENFALL, FAL, XAI]), {}, strict=False)
BEHIND = {"fal": FAL, "xai": XAI}


@cache
def picture(format: str = "jpeg", size: tuple[int, int] = (1024, 1024)) -> Found:
    written = io.BytesIO()
    Image.new("RGB", size).save(written, format=format)
    return Found("url", written.getvalue())


def became(
    name: str,
    given: Any,
    sent: dict[str, Any] | None,
    *came: Found,
    upstream: str = "fal",
    operation: str = "generate",
    status: int = 200,
) -> str:
    """What became of one parameter, where an upstream was sent a root, or none."""
    front = LUMENFALL.contracts[0].operations[operation]
    behind: Operation = BEHIND[upstream].contracts[0].operations[operation]
    asked = {"prompt": "a", name: given}
    gateway: Any = SimpleNamespace(
        operation=front,
        front=Front("http://127.0.0.1:1", front, LUMENFALL, HELD_TO),
        bench=SimpleNamespace(
            app=SimpleNamespace(mocks={each: SimpleNamespace(readings=HELD_TO) for each in BEHIND})
        ),
        roots_at=lambda _passage, _name: [(behind, {"prompt": "a", **sent})] if sent else [],
        delivered=lambda _passage: list(came),
    )
    passage = Passage(asked, reply(status, {}), (), 0.0, ())
    return treatment(gateway, front.parameters[name], passage, upstream)


@pytest.mark.parametrize(
    ("name", "given", "sent", "expected"),
    [
        ("prompt", "b", {"prompt": "b"}, "forwarded"),
        ("prompt", "b", {"prompt": "c"}, "dropped"),
        ("aspect_ratio", "16:9", {"aspect_ratio": "16:9"}, "forwarded"),
        ("aspect_ratio", "16:9", {}, "dropped"),
        ("size", "16:9", {"aspect_ratio": "16:9"}, "converted"),
        ("size", "1024x1024", {"aspect_ratio": "1:1"}, "converted"),
        ("resolution", "2K", {"resolution": "2k"}, "converted"),
        ("resolution", "2K", {"resolution": "1k"}, "dropped"),
        ("sync_mode", True, {"sync_mode": True}, "forwarded"),
        ("sync_mode", True, {"prompt": "a"}, "dropped"),
    ],
)
def test_what_stands_in_the_upstreams_request_tells(
    name: str, given: Any, sent: dict[str, Any], expected: str
) -> None:
    assert became(name, given, {"prompt": "a", **sent}) == expected


def test_what_an_upstream_does_not_know_is_forwarded_all_the_same() -> None:
    assert became("sync_mode", True, {"sync_mode": True}, upstream="xai") == "forwarded"


@pytest.mark.parametrize(
    ("name", "given", "came", "expected"),
    [
        ("n", 2, (picture(), picture()), "emulated"),
        ("n", 2, (picture(),), "dropped"),
        ("response_format", "b64_json", (picture(),), "dropped"),
        ("response_format", "b64_json", (Found("base64", b""),), "emulated"),
        ("output_format", "gif", (picture("gif"),), "converted"),
        ("output_format", "gif", (picture("png"),), "dropped"),
        ("output_format", "gif", (), "dropped"),
        ("size", "16:9", (picture(size=(1365, 768)),), "converted"),
        ("size", "16:9", (picture(),), "dropped"),
    ],
)
def test_what_comes_back_tells_where_the_upstream_was_not_asked_for_it(
    name: str, given: Any, came: tuple[Found, ...], expected: str
) -> None:
    assert became(name, given, {"prompt": "a"}, *came) == expected


def test_an_input_image_may_stand_under_another_name() -> None:
    sent = {"image_urls": [PICTURE]}

    assert became("image", PICTURE, sent, operation="edit") == "renamed"
    assert became("image", PICTURE, {"image_urls": []}, operation="edit") == "dropped"


@pytest.mark.parametrize(("status", "expected"), [(400, "refused early"), (200, "dropped")])
def test_where_no_upstream_was_asked_the_answer_tells(status: int, expected: str) -> None:
    assert became("n", 2, None, status=status) == expected
