"""Tasks live on without the long texts of their requests, once there is no room for these."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import ANY

import httpx
import pytest

from imagine_harness.mocks.answering.abridgement import abridged
from imagine_harness.mocks.answering.jobs import job_of
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.services.budget import weighed
from imagine_harness.mocks.services.tasks import Mode, Stage
from tests.mocks.services.test_budget import photograph

PHOTOGRAPH = "data:image/png;base64," + "A" * 300_000


@pytest.fixture
def crowded(client_of: Callable[[App], httpx.Client]) -> tuple[App, httpx.Client]:
    """Mocks with room for two such photographs, on a held clock."""
    app = App(Settings(seed=1, memory=5_000_000, tasks=Mode.MANUAL))
    app.services.clock.hold()
    return app, client_of(app)


def held(app: App) -> int:
    """The bytes that the tasks hold, wherever they are."""
    return sum(weighed(job_of(task).accepted.root) for task in app.services.tasks.all())


def test_queued_requests_live_on_without_their_pictures(crowded: tuple[App, httpx.Client]) -> None:
    app, client = crowded
    picture = photograph(150_000)
    body = {"prompt": "a lighthouse", "image_urls": [picture], "num_images": 2}
    path, headers = "/fal/queue/xai/grok-imagine-image/edit", {"Authorization": "Key a:b"}
    ids = [client.post(path, json=body, headers=headers).json()["request_id"] for _ in range(30)]
    length = len(picture)

    kinds = app.memory.as_json()["kinds"]
    assert kinds["tasks"]["kept"] == 30
    assert kinds["bodies of tasks"]["kept"] + kinds["bodies of tasks"]["dropped"] == 30
    assert length < held(app) < 10 * length
    asked = [job_of(task).accepted.root for task in app.services.tasks.all()]
    assert asked[-1] == body
    assert asked[0] == {**body, "image_urls": [ANY]}
    assert asked[0]["image_urls"][0][:10_000] == picture[:10_000]

    for task in app.services.tasks.all():
        app.services.tasks.force(task, Stage.SUCCEEDED)
    found = f"{path.removesuffix('/edit')}/requests/{ids[0]}"
    images = client.get(found, headers=headers).json()["images"]
    assert len(images) == 2
    assert client.get(images[0]["url"]).status_code == 200


def test_what_refused_requests_show_of_their_bodies_is_let_go_too(
    crowded: tuple[App, httpx.Client],
) -> None:
    app, client = crowded
    app.read({"fal.validation-at": "result"})
    path, headers = "/fal/queue/xai/grok-imagine-image", {"Authorization": "Key a:b"}
    for number in range(30):
        body = {"prompt": "a", "num_images": [PHOTOGRAPH + str(number)]}
        assert client.post(path, json=body, headers=headers).status_code == 200

    first, last = (job_of(app.services.tasks.all()[place]) for place in (0, -1))
    assert weighed(first.accepted.root) < 20_000
    [refused] = first.beside["refused"]
    assert weighed(refused.root, refused.violation.got) < 30_000
    assert weighed(last.accepted.root) > 300_000


def test_a_task_that_is_forgotten_holds_little_although_the_schedule_knows_it(
    crowded: tuple[App, httpx.Client],
) -> None:
    app, client = crowded
    for test in ("a", "b"):
        headers = {"Authorization": "Key a:b", "X-Harness-Test": test}
        body = {"prompt": "a lighthouse", "image_urls": [photograph(150_000)]}
        client.post("/fal/queue/xai/grok-imagine-image/edit", json=body, headers=headers)
    one, other = app.services.tasks.all()
    app.reset("a")

    assert weighed(job_of(one).accepted.root) < 20_000
    assert weighed(job_of(other).accepted.root) > 100_000
    app.reset()
    assert weighed(job_of(other).accepted.root) < 20_000
    assert app.memory.as_json()["kinds"]["bodies of tasks"]["bytes"] == 0


def test_long_texts_are_cut_wherever_they_are_and_nothing_else_is() -> None:
    short, long = "x" * 10_000, "x" * 10_001
    deep: object = short
    for _ in range(900):
        deep = [deep]

    assert abridged({"a": [long, 1], "b": (short, {"c": long, "d": None})}) == {
        "a": [f"{short}...", 1],
        "b": (short, {"c": f"{short}...", "d": None}),
    }
    assert weighed(abridged(deep)) < 10_000
