"""The real fal_client, unmodified, over a socket: only where its hosts lead is another place.

Its hosts are fixed and its scheme is https, so what httpx does last, opening a connection, is led
to the mock, which knows from the name of the host what was meant.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving

if TYPE_CHECKING:
    import fal_client
else:
    fal_client = pytest.importorskip("fal_client", reason="the fal SDK is not installed")

Decoded = Callable[[bytes], tuple[str, tuple[int, int]]]
Make = Callable[..., bytes]

MODEL = "xai/grok-imagine-image"
HOSTS = frozenset({"fal.run", "queue.fal.run", "rest.fal.ai", "v3.fal.media", "v3b.fal.media"})
PROMPT = {"prompt": "a lighthouse"}
UPLOADERS = pytest.mark.parametrize("repository", ["fal_v3", "fal"])


@pytest.fixture(scope="module")
def app() -> App:
    return App(Settings(seed=1, speed=10))


@pytest.fixture(scope="module")
def base_url(app: App) -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.fixture(autouse=True)
def led(base_url: str, app: App, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lead the provider's hosts to the mock, and give the SDK a key.

    Connections are closed afterwards: the SDK leaves those open that it uploads through.
    """
    mock = httpx.URL(base_url)
    app.reset()
    used: list[httpx.HTTPTransport] = []
    plain = httpx.HTTPTransport.handle_request
    awaited = httpx.AsyncHTTPTransport.handle_async_request

    def led_there(request: httpx.Request) -> httpx.Request:
        if request.url.host in HOSTS:
            request.url = request.url.copy_with(scheme="http", host=mock.host, port=mock.port)
        return request

    def handle(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        used.append(self)
        return plain(self, led_there(request))

    async def handle_async(
        self: httpx.AsyncHTTPTransport, request: httpx.Request
    ) -> httpx.Response:
        return await awaited(self, led_there(request))

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle_async)
    monkeypatch.setenv("FAL_KEY", "mock-id:mock-secret")
    yield
    for each in used:
        each.close()


@pytest.fixture
def sdk() -> Iterator[fal_client.SyncClient]:
    """The synchronous client as it comes."""
    client = fal_client.SyncClient()
    yield client
    client._client.close()


def driven(work: Callable[[fal_client.AsyncClient], Awaitable[Any]]) -> Any:
    """What some work with the asynchronous client comes to."""

    async def run() -> Any:
        client = fal_client.AsyncClient()
        try:
            return await work(client)
        finally:
            await (await client._client).aclose()

    return asyncio.run(run())


def picture_of(result: Any, number: int = 0) -> bytes:
    answer = httpx.get(result["images"][number]["url"])
    assert answer.status_code == 200
    return answer.content


def test_run(sdk: fal_client.SyncClient, decoded: Decoded) -> None:
    result = sdk.run(MODEL, {**PROMPT, "num_images": 2, "output_format": "webp"}, hint="a")

    assert len(result["images"]) == 2
    assert decoded(picture_of(result, 1)) == ("WEBP", (1024, 1024))


def test_submit_status_events_and_result(sdk: fal_client.SyncClient, decoded: Decoded) -> None:
    handle = sdk.submit(MODEL, PROMPT, priority="low", start_timeout=30)
    states = list(handle.iter_events(with_logs=True, interval=0.001))
    done = handle.status(with_logs=True)

    kinds = [type(each) for each in states]
    order = [fal_client.Queued, fal_client.InProgress, fal_client.Completed]
    assert [kind for kind in order if kind in kinds] == list(dict.fromkeys(kinds))
    assert kinds[-1] is fal_client.Completed
    assert isinstance(done, fal_client.Completed)
    assert done.logs
    assert done.metrics["inference_time"] > 0
    assert (done.error, done.error_type) == (None, None)
    assert decoded(picture_of(handle.get())) == ("JPEG", (1024, 1024))


def test_by_its_id_a_request_of_a_sub_path_is_found_at_the_app(
    sdk: fal_client.SyncClient, decoded: Decoded
) -> None:
    request_id = sdk.submit(MODEL, PROMPT, path="/edit").request_id

    assert sdk.status(f"{MODEL}/edit", request_id)
    result = sdk.result(f"{MODEL}/edit", request_id)
    assert decoded(picture_of(result))[0] == "JPEG"


def test_cancel(sdk: fal_client.SyncClient) -> None:
    handle = sdk.submit(MODEL, PROMPT, headers={"X-Harness-Fault": "stuck"})
    handle.cancel()

    done = handle.status()
    assert isinstance(done, fal_client.Completed)
    assert done.error_type == "client_cancelled"
    with pytest.raises(fal_client.FalClientHTTPError) as caught:
        handle.get()
    assert (caught.value.status_code, caught.value.error_type) == (499, "client_cancelled")


def test_to_cancel_what_is_over_or_unknown_is_an_error(sdk: fal_client.SyncClient) -> None:
    handle = sdk.submit(MODEL, PROMPT)
    handle.get()

    for each in (handle, sdk.get_handle(MODEL, "nobody")):
        with pytest.raises(fal_client.FalClientHTTPError) as caught:
            each.cancel()
        assert caught.value.status_code == (400 if each is handle else 404)


def test_subscribe_tells_of_every_state(sdk: fal_client.SyncClient, decoded: Decoded) -> None:
    enqueued: list[str] = []
    updates: list[Any] = []

    result = sdk.subscribe(
        MODEL,
        {**PROMPT, "sync_mode": True},
        with_logs=True,
        interval=0.01,
        on_enqueue=enqueued.append,
        on_queue_update=updates.append,
    )

    assert len(enqueued) == 1
    assert isinstance(updates[-1], fal_client.Completed)
    assert result["images"][0]["url"].startswith("data:image/jpeg;base64,")


@pytest.mark.parametrize("way", ["run", "subscribe"])
def test_an_invalid_request_ends_in_the_same_error_either_way(
    way: str, sdk: fal_client.SyncClient
) -> None:
    with pytest.raises(fal_client.FalClientHTTPError) as caught:
        getattr(sdk, way)(MODEL, {**PROMPT, "resolution": "2K"})

    assert caught.value.status_code == 422
    [problem] = caught.value.response.json()["detail"]
    assert problem["loc"] == ["body", "resolution"]


def test_a_request_error_has_its_type(sdk: fal_client.SyncClient) -> None:
    failing = {"X-Harness-Fault": "fail=runner-disconnected"}
    with pytest.raises(fal_client.FalClientHTTPError) as caught:
        sdk.subscribe(MODEL, PROMPT, headers=failing)

    assert (caught.value.status_code, caught.value.error_type) == (503, "runner_disconnected")


def test_a_refused_key_is_an_error(
    sdk: fal_client.SyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAL_KEY", "invalid:invalid")

    with pytest.raises(fal_client.FalClientHTTPError) as caught:
        sdk.submit(MODEL, PROMPT)

    assert caught.value.status_code == 401
    assert caught.value.message == "No user found for Key ID and Secret"


@UPLOADERS
def test_upload(
    repository: Any, sdk: fal_client.SyncClient, picture: Make, decoded: Decoded, tmp_path: Path
) -> None:
    data = picture(1600, 900)
    file = tmp_path / "a.png"
    file.write_bytes(data)

    urls = [
        sdk.upload(data, "image/png", file_name="a.png", repository=repository),
        sdk.upload_file(file, repository=repository),
    ]
    result = sdk.subscribe(f"{MODEL}/edit", {**PROMPT, "image_urls": urls}, interval=0.01)

    assert [httpx.get(url).content for url in urls] == [data, data]
    assert decoded(picture_of(result)) == ("JPEG", (1408, 768))


def test_upload_in_parts(sdk: fal_client.SyncClient, tmp_path: Path) -> None:
    from fal_client.client import MultipartUpload

    data = bytes(range(256)) * 10
    file = tmp_path / "a.bin"
    file.write_bytes(data)
    shared: dict[str, Any] = {
        "client": sdk._client,
        "token_manager": sdk._token_manager,
        "chunk_size": 700,
        "content_type": "text/plain",
    }

    urls = [
        MultipartUpload.save(file_name="a.bin", data=data, **shared),
        MultipartUpload.save_file(file_path=file, **shared),
    ]

    for url in urls:
        answer = httpx.get(url)
        assert (answer.content, answer.headers["content-type"]) == (data, "text/plain")


def test_asynchronously_run_and_subscribe(decoded: Decoded) -> None:
    async def work(client: fal_client.AsyncClient) -> Any:
        return await asyncio.gather(
            client.run(MODEL, PROMPT), client.subscribe(MODEL, PROMPT, interval=0.01)
        )

    for result in driven(work):
        assert decoded(picture_of(result)) == ("JPEG", (1024, 1024))


def test_asynchronously_submit_events_cancel_and_result() -> None:
    async def work(client: fal_client.AsyncClient) -> Any:
        handle = await client.submit(MODEL, PROMPT)
        states = [each async for each in handle.iter_events(with_logs=True, interval=0.001)]
        stuck = await client.submit(MODEL, PROMPT, headers={"X-Harness-Fault": "stuck"})
        await client.cancel(MODEL, stuck.request_id)
        cancelled = await client.status(MODEL, stuck.request_id)
        return states, cancelled, await client.result(MODEL, handle.request_id)

    states, cancelled, result = driven(work)

    assert isinstance(states[-1], fal_client.Completed)
    assert states[-1].logs
    assert cancelled.error_type == "client_cancelled"
    assert len(result["images"]) == 1


@UPLOADERS
def test_asynchronously_upload(repository: Any, picture: Make) -> None:
    data = picture()

    async def work(client: fal_client.AsyncClient) -> Any:
        return await client.upload(data, "image/png", file_name="a.png", repository=repository)

    assert httpx.get(driven(work)).content == data


def test_every_request_of_the_sdk_conforms(sdk: fal_client.SyncClient, app: App) -> None:
    sdk.run(MODEL, PROMPT)
    sdk.subscribe(MODEL, PROMPT, interval=0.01)
    sdk.upload(b"a", "text/plain")

    assert {each.verdict.kind for each in app.services.journal} == {"conforms"}
