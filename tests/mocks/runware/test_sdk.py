"""Runware's own Python SDK, as it is, over its WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from runware import IImageInference, Runware  # type: ignore[import-untyped]
from runware.types import IModelSearch  # type: ignore[import-untyped]
from runware.utils import RunwareAPIError  # type: ignore[import-untyped]

from imagine_harness.mocks.app import App
from imagine_harness.mocks.services.faults import parsed

MODEL = "xai:grok-imagine@image"
UUID = "2f1c4b8e-5a3d-4c6b-9e7f-0a1b2c3d4e5f"
LONGEST = 20
"""Seconds after which a call hangs; the SDK itself would wait for minutes."""


@pytest.fixture
def app(live: App) -> App:
    return live


@pytest.fixture
def sdk(live_url: str, app: App) -> Callable[..., Any]:
    """Run something with an SDK that is connected, within some seconds."""
    url = f"{live_url}/runware/v1"

    @asynccontextmanager
    async def made(key: str = "my-key") -> AsyncIterator[Any]:
        async with asyncio.timeout(LONGEST):
            before = asyncio.all_tasks()
            client = Runware(api_key=key, url=url)
            await client.connect()
            try:
                yield client
            finally:
                await client.disconnect()
                # Connections that it replaced it leaves open: silence closes them.
                app.services.clock.advance(121)
                if left := asyncio.all_tasks() - before:
                    await asyncio.wait(left)

    return made


Sdk = Callable[..., Any]


def order(**more: Any) -> Any:
    size = {} if "inputs" in more else {"width": 1024, "height": 1024}
    return IImageInference(model=MODEL, positivePrompt="a lighthouse", **{**size, **more})


def operations(app: App) -> list[str | None]:
    return [each.operation for each in app.services.journal if each.operation != "ping"]


@pytest.mark.asyncio
async def test_it_connects_and_is_answered(sdk: Sdk, app: App) -> None:
    async with sdk() as client:
        assert client.connected()

    assert operations(app) == ["authentication"]
    assert {each.verdict.kind for each in app.services.journal} == {"conforms"}


@pytest.mark.asyncio
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("frames", ["together", "one-by-one"])
async def test_it_gets_as_many_images_as_it_asks_for(
    count: int, frames: str, sdk: Sdk, app: App, decoded: Callable[[bytes], Any]
) -> None:
    app.read({"runware.socket-frames": frames})
    async with sdk() as client:
        images = await client.imageInference(requestImage=order(numberResults=count))

    assert len({each.imageUUID for each in images}) == len(images) == count
    assert decoded(httpx.get(images[-1].imageURL).content) == ("JPEG", (1024, 1024))
    [*_, noted] = app.services.journal
    assert noted.verdict.kind == "conforms"


@pytest.mark.asyncio
async def test_many_tasks_at_once_each_get_their_own(sdk: Sdk) -> None:
    async with sdk() as client:
        several = await asyncio.gather(
            *(client.imageInference(requestImage=order(numberResults=2)) for _ in range(10))
        )

    assert len({each.imageUUID for images in several for each in images}) == 20
    assert [len({each.taskUUID for each in images}) for images in several] == [1] * 10


@pytest.mark.asyncio
async def test_an_asynchronous_task_is_acknowledged_and_polled(sdk: Sdk, app: App) -> None:
    async with sdk() as client:
        task = await client.imageInference(
            requestImage=order(deliveryMethod="async", numberResults=2)
        )
        app.services.clock.advance(5)
        images = await client.getResponse(task.taskUUID, numberResults=2)
        details = await client.getTaskDetails(task.taskUUID)

    assert [each.status for each in images] == ["success"] * 2
    assert {each.taskUUID for each in images} == {task.taskUUID}
    assert details.request[0].positivePrompt == "a lighthouse"
    assert [each.imageUUID for each in details.response] == [each.imageUUID for each in images]


@pytest.mark.asyncio
@pytest.mark.parametrize("failed_in", ["errors", "data"])
async def test_an_asynchronous_failure_becomes_its_error(
    failed_in: str, sdk: Sdk, app: App
) -> None:
    app.read({"runware.failed-in": failed_in})
    app.services.faults.add(parsed("runware.task fail=provider-content-policy-violation"))
    async with sdk() as client:
        task = await client.imageInference(requestImage=order(deliveryMethod="async"))
        app.services.clock.advance(5)
        with pytest.raises(RunwareAPIError) as caught:
            await client.getResponse(task.taskUUID)

    told = caught.value.error_data
    assert "providerContentPolicyViolation" in str(told)
    assert (told["status"], told["taskUUID"]) == ("error", task.taskUUID)


@pytest.mark.asyncio
async def test_it_uploads_a_file_and_edits_with_it(
    sdk: Sdk, tmp_path: Path, picture: Callable[..., bytes], decoded: Callable[[bytes], Any]
) -> None:
    file = tmp_path / "reference.png"
    file.write_bytes(picture(1600, 900))
    async with sdk() as client:
        stored = await client.uploadImage(str(file))
        kept = await client.uploadMedia(str(file))
        for reference in (stored.imageUUID, stored.imageURL, kept.mediaUUID, str(file)):
            [image] = await client.imageInference(
                requestImage=order(inputs={"referenceImages": [reference]})
            )
            assert decoded(httpx.get(image.imageURL).content)[1] == (1408, 768)

    assert httpx.get(stored.imageURL).content == file.read_bytes()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("given", "code", "parameter"),
    [
        ({"width": 1000}, "unsupportedDimensions", ["width", "height"]),
        ({"numberResults": 21}, "invalidNumberResults", "numberResults"),
        ({"ttl": 1}, "invalidTtl", "ttl"),
    ],
    ids=str,
)
async def test_a_refused_task_becomes_an_error_with_its_code(
    given: dict[str, Any], code: str, parameter: object, sdk: Sdk
) -> None:
    async with sdk() as client:
        with pytest.raises(RunwareAPIError) as caught:
            await client.imageInference(requestImage=order(**given))
        images = await client.imageInference(requestImage=order())

    assert caught.value.code == code
    assert caught.value.error_data["parameter"] == parameter
    assert len(images) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("status=402", "insufficientCredits"),
        ("status=429", "rateLimitExceeded"),
        ("status=503", "serviceUnavailable"),
        ("error=timeout-provider", "timeoutProvider"),
        ("fail=provider-error", "providerError"),
    ],
)
async def test_a_documented_error_becomes_an_error_with_its_code(
    fault: str, code: str, sdk: Sdk, app: App
) -> None:
    app.services.faults.add(parsed(f"runware.task {fault}"))
    async with sdk() as client:
        with pytest.raises(RunwareAPIError) as caught:
            await client.imageInference(requestImage=order())

    assert caught.value.code == code
    assert operations(app).count("task") == 1


@pytest.mark.asyncio
async def test_an_id_that_is_used_again_is_a_conflict(sdk: Sdk) -> None:
    again = {"taskUUID": UUID}
    async with sdk() as client:
        await client.imageInference(requestImage=order(**again))
        with pytest.raises(RunwareAPIError) as caught:
            await client.imageInference(requestImage=order(**again))

    assert caught.value.code == "conflictTaskUUID"


@pytest.mark.asyncio
async def test_a_bad_key_is_no_connection(sdk: Sdk, app: App) -> None:
    async with sdk("invalid") as client:
        with pytest.raises(ConnectionError, match="Invalid API key"):
            await client.imageInference(requestImage=order())

    assert all(each.response.status == 401 for each in app.services.journal)


@pytest.mark.asyncio
async def test_it_searches_for_models(sdk: Sdk) -> None:
    async with sdk() as client:
        found = await client.modelSearch(IModelSearch(search="grok"))

    assert [each.air for each in found.results] == [MODEL]
    assert found.totalResults == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("delivery", ["sync", "async"])
async def test_a_task_outlives_its_connection(delivery: str, sdk: Sdk, app: App) -> None:
    """The SDK connects again, sends again, is told of the conflict, and polls."""
    app.read({"runware.waited-for-polled": "answered"})
    app.services.faults.add(parsed("runware.task reset times=1"))
    async with sdk() as client:
        told = await client.imageInference(
            requestImage=order(numberResults=2, deliveryMethod=delivery, taskUUID=UUID)
        )

    worked = [each for each in operations(app) if each != "authentication"]
    if delivery == "sync":
        assert len({each.imageUUID for each in told}) == 2
        assert worked == ["task", "task", "get-response"]
    else:
        assert worked == ["task", "task"]
        assert [each.id for each in app.services.tasks.all()] == [told.taskUUID]
