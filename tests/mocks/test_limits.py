"""Bodies that are made to be too much: told the limit, answered in few words, others are served."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.contracts.forms import FormError
from imagine_harness.contracts.judge.forms import decoded as of_form
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import FORM
from imagine_harness.contracts.untrusted import decoding
from imagine_harness.mocks.app import App, Settings

Ask = Callable[..., httpx.Response]
Check = Callable[..., None]
Plain = Callable[..., httpx.Request]

FAL = "/fal/xai/grok-imagine-image"
JSON = {"Content-Type": "application/json"}
KEY = {"Authorization": "Key mock-id:mock-secret"}
RUNWARE = {"Authorization": "Bearer mock-key"}
UUID = "2f1c4b8e-5a3d-4c6b-9e7f-{:012x}"
POSTED = [
    "cloudflare.generate",
    "runware.task",
    "fal.generate",
    "lumenfall.generate",
    "uniall.task",
    "xai.generate",
]


def task(number: int, **more: Any) -> dict[str, Any]:
    return {
        "taskType": "imageInference",
        "taskUUID": UUID.format(number),
        "model": "xai:grok-imagine@image",
        "positivePrompt": "a lighthouse",
        "resolution": "1K",
        **more,
    }


@pytest.fixture
def send(client: httpx.Client, plain: Plain) -> Ask:
    """Send bytes in place of the body of an operation's plainest call."""

    def sent(operation: str, content: bytes) -> httpx.Response:
        request = plain(operation)
        headers = {
            "Authorization": request.headers["Authorization"],
            "Content-Type": "application/json",
        }
        return client.post(request.url, headers=headers, content=content)

    return sent


@pytest.fixture
def tasks(client: httpx.Client) -> Ask:
    """Send an array of tasks to Runware."""
    return lambda sent: client.post("/runware/v1", headers=RUNWARE, json=sent)


# Depth and number of values


@pytest.mark.parametrize("operation", POSTED)
@pytest.mark.parametrize("depth", [101, 600, 5_000])
def test_what_is_nested_too_deep_is_told_the_limit(
    operation: str, depth: int, send: Ask, assert_refused: Check
) -> None:
    for opened, closed in ((b'{"a":', b"}"), (b"[", b"]"), (b'[{"a":', b"}]")):
        answer = send(operation, opened * depth + b"1" + closed * depth)

        assert_refused(answer, operation.partition(".")[0])
        assert "100 levels" in answer.text


@pytest.mark.parametrize("operation", POSTED)
def test_what_holds_too_many_values_is_told_the_limit(
    operation: str, send: Ask, assert_refused: Check
) -> None:
    answer = send(operation, b"[" + b"1," * 200_000 + b"1]")

    assert_refused(answer, operation.partition(".")[0])
    assert "100,000 values" in answer.text
    assert len(answer.content) < 1_000


def test_a_deep_or_large_object_in_a_form_is_refused_too() -> None:
    found = [
        (operation, name)
        for provider in load.mocked()
        for operation in load.recorded(provider).operations
        for name, parameter in operation.parameters.items()
        if FORM in operation.content and parameter.schema.get("type") == "object"
    ]
    assert found
    for operation, name in found:
        for text, told in (('{"a":' * 101 + "1" + "}" * 101, "100 levels"), ("1,", None)):
            body = (
                f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n--x--\r\n'
            )
            if told is None:
                assert of_form(body.encode(), b"boundary=x", operation) == {name: text}
                continue
            with pytest.raises(FormError, match=told):
                of_form(body.encode(), b"boundary=x", operation)


@pytest.mark.parametrize("control", ["faults", "clock", "readings", "webhooks"])
def test_the_controls_have_the_same_limits(
    control: str, client: httpx.Client, assert_problem: Check
) -> None:
    for body, told in (('{"a":' * 600 + "1" + "}" * 600, "100 levels"), ("9" * 5_000, "no JSON")):
        answer = client.post(f"/__admin/{control}", content=body, headers=JSON)

        assert_problem(answer, 400, "bad-request", told)


def test_the_storage_has_the_same_limits(client: httpx.Client, assert_refused: Check) -> None:
    body = '{"a":' * 600 + "1" + "}" * 600

    answer = client.post("/fal/rest/storage/upload/initiate", content=body, headers=KEY)

    assert_refused(answer, "fal")
    assert "100 levels" in answer.text


# Violations


def test_many_wrong_items_are_told_as_far_as_people_read(ask: Ask, app: App) -> None:
    answer = ask("fal.edit", {"image_urls": [1] * 90_000})

    told = answer.json()["detail"]
    assert answer.status_code == 422
    assert len(told) == 101
    assert "more than 100 rules are broken" in told[-1]["msg"]
    assert len(answer.content) < 30_000
    [*_, noted] = app.services.journal
    assert len(noted.verdict.violations) == 100


def test_many_unknown_names_are_told_as_far_as_people_read_and_what_is_refused_still_is(
    ask: Ask, app: App
) -> None:
    many = {f"key{number}": number for number in range(90_000)}

    accepted = ask("fal.generate", many)
    refused = ask("fal.generate", {**many, "num_images": 9})

    assert (accepted.status_code, refused.status_code) == (200, 422)
    assert [each["loc"] for each in refused.json()["detail"]] == [["body", "num_images"]]
    for noted in app.services.journal:
        assert len(noted.verdict.violations) == 100
    assert [each.level for each in noted.verdict.violations[:2]] == ["error", "warning"]


@pytest.mark.parametrize("operation", POSTED)
def test_a_refusal_does_not_repeat_what_is_long(
    operation: str, ask: Ask, plain: Plain, app: App, assert_refused: Check
) -> None:
    long = "x" * 1_000_000
    app.read({}, strict=True)
    name = "input" if "input" in json.loads(plain(operation).content) else "prompt"

    for parameters in ({long: 1}, {"model": long}, {name: [long]}, {"taskUUID": long}):
        answer = ask(operation, parameters)
        if answer.status_code != 200:
            assert_refused(answer, operation.partition(".")[0])
        assert len(answer.content) < 20_000
        [*_, noted] = app.services.journal
        assert len(json.dumps([each.as_json() for each in noted.verdict.violations])) < 60_000


# Roots


def test_too_many_tasks_are_told_the_limit(tasks: Ask, assert_refused: Check) -> None:
    answer = tasks([{}] * 1_001)

    assert_refused(answer, "runware", 400)
    assert "1,000 elements" in answer.text
    assert len(answer.content) < 1_000


def test_each_of_many_refused_tasks_has_its_error_and_few_are_noted(tasks: Ask, app: App) -> None:
    answer = tasks([task(number, width=1) for number in range(300)])

    errors = answer.json()["errors"]
    assert {each["taskUUID"] for each in errors} == {UUID.format(n) for n in range(300)}
    [*_, noted] = app.services.journal
    assert len(noted.verdict.violations) == 100


def test_what_refuses_is_noted_however_much_only_warns_before_it(tasks: Ask, app: App) -> None:
    many = {f"key{number}": number for number in range(150)}

    tasks([task(1, **many), task(2, width=1)])

    [*_, noted] = app.services.journal
    assert len(noted.verdict.violations) == 100
    assert noted.verdict.kind == "violates"


def test_images_of_all_tasks_together_have_a_limit(tasks: Ask) -> None:
    answer = tasks([task(number, numberResults=20) for number in range(51)]).json()

    assert len(answer["data"]) == 1_000
    [error] = answer["errors"]
    assert error["taskUUID"] == UUID.format(50)
    assert "1,000" in error["message"]


def test_images_that_an_answer_itself_holds_have_a_smaller_one(ask: Ask, tasks: Ask) -> None:
    many = {"numberResults": 20, "outputType": "base64Data", "deliveryMethod": "async"}

    answer = tasks([task(number, **many) for number in range(6)]).json()

    assert len(answer["data"]) == 5
    [error] = answer["errors"]
    assert error["taskUUID"] == UUID.format(5)


def test_a_long_prompt_is_not_repeated_for_many_images(ask: Ask, assert_refused: Check) -> None:
    prompt = "a" * 1_000_000

    assert_refused(ask("lumenfall.generate", {"prompt": prompt, "n": 50}), "lumenfall", 400)


def test_an_answer_that_is_large_enough_answers_no_further_task(
    tasks: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imagine_harness.mocks.runware.answers.LARGEST", 5_000_000)
    tasks([task(1, positivePrompt="a" * 2_000_000)])
    asked = {"taskType": "getTaskDetails", "taskUUID": UUID.format(1)}

    answer = tasks([asked] * 6)

    assert len(answer.json()["data"]) == 3
    assert len(answer.json()["errors"]) == 3
    assert "5,000,000 bytes" in answer.json()["errors"][0]["message"]


def test_others_are_served_while_many_tasks_are_answered() -> None:
    def turns(count: int) -> int:
        app, taken = App(Settings(seed=1, providers=("runware",))), 0

        async def others() -> None:
            nonlocal taken
            while True:
                taken += 1
                await asyncio.sleep(0)

        async def answered() -> None:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://a") as client:
                waiting = asyncio.ensure_future(others())
                body = [task(number) for number in range(count)]
                answer = await client.post("/runware/v1", headers=RUNWARE, json=body)
                waiting.cancel()
                assert len(answer.json()["data"]) == count

        asyncio.run(answered())
        return taken

    assert turns(320) - turns(1) >= 50


def test_a_large_body_is_decoded_and_judged_beside_the_loop(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    there: list[int] = []
    real = decoding.decoded

    def watched(data: bytes | str, most: int | None = None) -> Any:
        there.append(threading.get_ident())
        return real(data, most)

    monkeypatch.setattr(decoding, "decoded", watched)

    assert ask("fal.generate", {"prompt": "a"}).status_code == 200
    assert ask("fal.generate", {"prompt": "a" * 1_000_000}).status_code == 200
    assert there[0] == threading.get_ident()
    assert there[1] != threading.get_ident()


def test_many_exchanges_are_listed_piece_by_piece() -> None:
    app = App(Settings(seed=1, providers=("fal",)))
    pieces: list[bytes] = []

    async def listed() -> None:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://a") as client:
            for number in range(40):
                await client.post(FAL, headers=KEY, json={"prompt": f"{number}"})

        async def send(message: Any) -> None:
            pieces.append(message.get("body", b""))

        async def receive() -> Any:
            await asyncio.Event().wait()

        scope = {
            "type": "http",
            "asgi": {"spec_version": "2.4"},
            "method": "GET",
            "path": "/__admin/requests",
            "root_path": "",
            "query_string": b"",
            "headers": [(b"host", b"127.0.0.1")],
        }
        await app(scope, receive, send)

    asyncio.run(listed())

    assert len(pieces) >= 40
    told = json.loads(b"".join(pieces))
    assert [each["request"]["body"]["prompt"] for each in told] == [f"{n}" for n in range(40)]


def test_parts_of_a_file_are_put_together_beside_the_loop(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    there: list[int] = []
    real = hashlib.sha256

    def watched(data: bytes) -> Any:
        there.append(threading.get_ident())
        return real(data)

    begun = client.post("/fal/rest/storage/upload/initiate-multipart", headers=KEY, json={}).json()
    monkeypatch.setattr("imagine_harness.mocks.fal.files.hashlib.sha256", watched)
    tagged = client.put(f"{begun['upload_url']}/1", content=bytes(1_000_000)).json()
    done = client.post(f"{begun['upload_url']}/complete", json={"parts": [tagged]})

    assert done.status_code == 200
    assert len(there) == 2
    assert threading.get_ident() not in there


def test_a_picture_of_ten_megabytes_has_no_limit_in_its_way(ask: Ask) -> None:
    data = base64.b64encode(b"\x89PNG" * 2_500_000).decode()

    answer = ask("cloudflare.generate-by-path", {"image": {"url": f"data:image/png;base64,{data}"}})

    assert "values" not in answer.text
    assert "levels" not in answer.text
