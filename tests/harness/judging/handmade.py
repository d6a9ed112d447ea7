"""Recordings made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from imagine_harness.contracts.exchange import Exchange, Provenance
from imagine_harness.harness.results.results import Result
from imagine_harness.harness.traffic.readers import messages
from imagine_harness.harness.traffic.readers.bodies import Body
from tests.exchanges import changed

TYPE = {"content-type": "application/json"}

RUN = "https://fal.run/xai/grok-imagine-image"
LOCAL = "http://127.0.0.1:4010/fal/xai/grok-imagine-image"
QUEUE = "https://queue.fal.run/xai/grok-imagine-image"
RUNWARE = "https://api.runware.ai/v1"


def pictures(count: int) -> dict[str, Any]:
    """What fal answers: so many images."""
    urls = [f"https://v3b.fal.media/files/b/0f00ba/p{number}.jpg" for number in range(count)]
    return {"images": [{"url": each} for each in urls], "revised_prompt": ""}


def recorded(
    url: str = RUN, body: Any = None, answer: Any = None, status: int = 200, **more: Any
) -> Exchange:
    """One recorded request with a JSON body, by default a conforming one to fal."""
    sent = {"prompt": "A clay whale"} if body is None else body
    headers = {"content-type": "application/json", **more.pop("headers", {})}
    return changed(
        messages.exchange(
            messages.request(more.pop("method", "POST"), url, headers, Body(orjson.dumps(sent))),
            messages.response(
                status, TYPE, Body(orjson.dumps(pictures(1) if answer is None else answer))
            ),
            Provenance(url),
        ),
        **more,
    )


def got(url: str, answer: Any, status: int = 200) -> Exchange:
    """One recorded GET."""
    return changed(recorded(url, answer=answer, status=status, method="GET"), headers={}, body=b"")


def task(**parameters: Any) -> dict[str, Any]:
    """A task for Runware."""
    return {
        "taskType": "imageInference",
        "taskUUID": "39165b58-1a62-44b9-88f5-143340298388",
        "model": "xai:grok-imagine@image",
        "positivePrompt": "A clay whale",
        "width": 1024,
        "height": 1024,
        **parameters,
    }


def standings(found: Sequence[Result]) -> list[tuple[str, str]]:
    """Each result in short: its promise, how it stands."""
    return [(each.promise, each.standing) for each in found]
