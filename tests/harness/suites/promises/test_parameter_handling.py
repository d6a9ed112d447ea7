"""What a gateway made of a parameter on its way to an upstream."""

from __future__ import annotations

import io
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from imagine_harness.contracts.catalog import chosen, readings
from imagine_harness.contracts.examples import PICTURE
from imagine_harness.contracts.expected import shape
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.suites.promises.parameter_handling import treatment
from imagine_harness.harness.suites.subjects.interaction import Interaction
from imagine_harness.harness.suites.subjects.server import Server
from tests.harness.suites.replies import reply

LUMENFALL, FAL, XAI = (load.recorded(name) for name in ("lumenfall", "fal", "xai"))
HELD_TO = chosen(readings([LUMENFALL, FAL, XAI]), {}, strict=False)
BEHIND = {"fal": FAL, "xai": XAI}


@cache
def picture(format: str = "jpeg", size: tuple[int, int] = (1024, 1024)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size).save(written, format=format)
    return written.getvalue()


@dataclass(frozen=True, kw_only=True)
class Sent(Interaction):
    """A call through a gateway, with what it sent upstream."""

    roots: list[tuple[Operation, Any]]

    def upstream_roots(self, operations: Iterable[Operation]) -> Iterator[tuple[Operation, Any]]:
        yield from self.roots


def became(
    name: str,
    given: Any,
    sent: dict[str, Any] | None,
    *came: bytes,
    upstream: str = "fal",
    operation: str = "generate",
    status: int = 200,
    base64: bool = False,
) -> str:
    """What became of one parameter, where an upstream was sent a root, or none."""
    front = LUMENFALL.contracts[0].operations[operation]
    behind: Operation = BEHIND[upstream].contracts[0].operations[operation]
    served = {f"http://here/{number}.png": data for number, data in enumerate(came)}
    texts = [b64encode(data).decode() for data in came] if base64 else [*served]
    roots = [(behind, {"prompt": "a", **sent})] if sent else []
    answered = reply(status, {"data": texts}).response
    interaction = Sent(asked={"prompt": "a", name: given}, response=answered, roots=roots)
    gateway: Any = SimpleNamespace(
        operation=front,
        readings=HELD_TO,
        calls=[behind],
        fetch=served.get,
        promised=Server("http://here", front, LUMENFALL, HELD_TO).promised,
        upstream_shapes=lambda _: [(each, shape(each, root, HELD_TO)) for each, root in roots],
    )
    return treatment(gateway, front.parameters[name], interaction)


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
        ("n", 2, (picture(), picture("png")), "emulated"),
        ("n", 2, (picture(),), "dropped"),
        ("response_format", "b64_json", (picture(),), "dropped"),
        ("output_format", "gif", (picture("gif"),), "converted"),
        ("output_format", "gif", (picture("png"),), "dropped"),
        ("output_format", "gif", (), "dropped"),
        ("size", "16:9", (picture(size=(1365, 768)),), "converted"),
        ("size", "16:9", (picture(),), "dropped"),
    ],
)
def test_what_comes_back_tells_where_the_upstream_was_not_asked_for_it(
    name: str, given: Any, came: tuple[bytes, ...], expected: str
) -> None:
    assert became(name, given, {"prompt": "a"}, *came) == expected


def test_base64_that_was_asked_for_is_the_gateways_own_work() -> None:
    sent = {"prompt": "a"}

    assert became("response_format", "b64_json", sent, picture(), base64=True) == "emulated"


def test_an_input_image_may_stand_under_another_name() -> None:
    sent = {"image_urls": [PICTURE]}

    assert became("image", PICTURE, sent, operation="edit") == "renamed"
    assert became("image", PICTURE, {"image_urls": []}, operation="edit") == "dropped"


@pytest.mark.parametrize(("status", "expected"), [(400, "refused early"), (200, "dropped")])
def test_where_no_upstream_was_asked_the_answer_tells(status: int, expected: str) -> None:
    assert became("n", 2, None, status=status) == expected
