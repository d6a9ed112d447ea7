"""The vendors' SDKs for Node, unmodified from npm, driven by a small script over a socket."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving
from tests.npm import installed

SCRIPTS = Path(__file__).parents[2] / "fixtures" / "node"
PACKAGES = ("@fal-ai/client@1.10.1", "openai@6.49.0")
pytestmark = pytest.mark.campaign  # the packages come over the network

STATES = ("IN_QUEUE", "IN_PROGRESS", "COMPLETED")


@pytest.fixture(scope="session")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the scripts and the packages that they import."""
    return installed(tmp_path_factory.mktemp("node"), SCRIPTS, PACKAGES)


@pytest.fixture(scope="module")
def app() -> App:
    return App(Settings(seed=1, speed=20, providers=("fal", "lumenfall")))


@pytest.fixture(scope="module")
def base_url(app: App) -> Iterator[str]:
    with serving(app) as address:
        yield address


Drive = Callable[..., dict[str, Any]]


@pytest.fixture
def drive(workplace: Path, picture: Callable[..., bytes]) -> Drive:
    """Run a script against an address; what it saw."""

    def ran(script: str, address: str, **variables: str) -> dict[str, Any]:
        done = subprocess.run(
            ["node", script],
            cwd=workplace,
            env={
                **os.environ,
                "BASE_URL": address,
                "PICTURE": base64.b64encode(picture()).decode(),
                **variables,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        seen: dict[str, Any] = json.loads(done.stdout)
        return seen

    return ran


def test_the_openai_sdk_of_npm_works_against_lumenfall(
    drive: Drive, base_url: str, app: App
) -> None:
    seen = drive("openai.mjs", f"{base_url}/lumenfall/openai/v1")

    assert len(seen["generated"]) == 2
    assert all(url.startswith(f"{base_url}/lumenfall/") for url in seen["generated"])
    assert seen["encoded"] == [True]
    assert (seen["edited"], seen["combined"]) == (1, 1)
    assert seen["fetched"] == "image/jpeg"
    assert seen["invalid"] == {
        "name": "BadRequestError",
        "status": 400,
        "code": "INVALID_REQUEST",
        "type": "invalid_request_error",
        "param": "size",
    }
    assert (seen["unknown"]["name"], seen["unknown"]["code"]) == (
        "NotFoundError",
        "MODEL_NOT_FOUND",
    )
    assert (seen["limited"]["name"], seen["limited"]["status"]) == ("RateLimitError", 429)
    verdicts = [each.verdict.kind for each in app.services.journal if each.provider == "lumenfall"]
    assert verdicts == [*["conforms"] * 4, "violates", "violates", "fault"]


def test_fals_sdk_of_npm_works(drive: Drive, base_url: str, app: App) -> None:
    hosts = json.dumps(dict(load.provider("fal").hosts))

    seen = drive("fal.mjs", f"{base_url}/fal", HOSTS=hosts)

    assert (seen["ran"], seen["requestId"] > 0) == (2, True)
    assert seen["submitted"] == "IN_QUEUE"
    assert seen["statuses"] == sorted(set(seen["statuses"]), key=STATES.index)
    assert seen["statuses"][-1] == "COMPLETED"
    assert (seen["result"], seen["subscribed"], seen["streamed"], seen["edited"]) == (1, 1, 1, 1)
    assert (seen["first"], seen["last"]) == ("IN_QUEUE", "COMPLETED")
    assert seen["uploaded"].startswith(f"{base_url}/fal/")
    assert seen["downloaded"] is True
    refused = {"name": "ValidationError", "status": 422, "fields": ["body.num_images"]}
    assert seen["invalid"] == refused
    assert seen["queued"] == refused
    assert (seen["stranger"]["name"], seen["stranger"]["status"]) == ("ApiError", 401)
    unmatched = [
        each.request.path for each in app.services.journal if each.verdict.kind == "unmatched"
    ]
    assert unmatched == []
