"""What a test holds: addresses and keys, the journal, and the controls of one provider."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from imagine_harness.contracts.examples import PICTURE, recorded_examples
from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.loading import load
from imagine_harness.harness.pytest.handle import Handle, MockProviders
from imagine_harness.harness.pytest.mock_session import MockSession
from imagine_harness.mocks.errors import MockError
from imagine_harness.mocks.services.faults import FaultError
from imagine_harness.mocks.settings import Settings

PIXEL = base64.b64decode(PICTURE.partition(",")[2])
PROMPT = {"prompt": "a heron at dawn"}
TASK = {"model": "grok-imagine-image", "task_type": "text2image", **PROMPT}


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as made:
        yield made


Ask = Callable[..., httpx.Response]


@pytest.fixture
def ask(client: httpx.Client) -> Ask:
    """Send a prompt, with more, to the operation that makes images at fal."""

    def sent(fal: Handle, **more: Any) -> httpx.Response:
        headers = fal.headers | more.pop("headers", {})
        url = f"{fal.base_url}/xai/grok-imagine-image"
        return client.post(url, headers=headers, json=PROMPT | more)

    return sent


@pytest.fixture
def submit(client: httpx.Client) -> Callable[[Handle], str]:
    """Submit a task at UniAll; its id."""

    def submitted(uniall: Handle) -> str:
        url = f"{uniall.base_url}/images/tasks"
        answer = client.post(url, headers=uniall.headers, json=TASK)
        return str(answer.json()["task_id"])

    return submitted


@pytest.mark.parametrize("name", load.mocked())
def test_every_provider_answers_its_recorded_calls_at_its_base_address(
    mocks: MockProviders, client: httpx.Client, name: str
) -> None:
    handle = mocks[name]
    recorded = recorded_examples(name)[0]
    asked = recorded.request
    body: dict[str, Any] = {"json": asked.json}
    if asked.json is ABSENT:
        files = [(field, (file, PIXEL, "image/png")) for field, file in asked.files]
        body = {"data": dict(asked.form), "files": files}
    url = handle.base_url + asked.path.removeprefix(load.provider(name).bases[0].path)
    answer = client.request(asked.method, url, headers=handle.headers, **body)

    assert answer.status_code == 200
    assert [entry.operation for entry in handle.journal] == [recorded.operation]
    handle.assert_conforms()


def test_the_mapping_holds_every_provider_on_record(mocks: MockProviders) -> None:
    assert tuple(mocks) == load.mocked()
    assert {name: handle.name for name, handle in mocks.items()} == {n: n for n in load.mocked()}


def test_a_handle_has_every_base_address_on_record(mocks: MockProviders) -> None:
    for name, handle in mocks.items():
        for base in load.provider(name).bases:
            assert getattr(handle, base.name) == f"{mocks.url}/{name}{base.path}"


def test_a_handle_lists_its_addresses_when_asked_for_another(mocks: MockProviders) -> None:
    assert mocks["fal"].queue_url == f"{mocks.url}/fal/queue"
    with pytest.raises(AttributeError, match=r"handle of xai has no 'queue_url'.*base_url"):
        mocks["xai"].queue_url  # noqa: B018


def test_a_handle_offers_the_key_on_record(mocks: MockProviders) -> None:
    assert mocks["fal"].api_key == load.provider("fal").credential.example
    assert mocks["fal"].headers == {"Authorization": "Key mock-id:mock-secret"}


def test_an_unknown_provider_is_answered_with_the_known_ones(mocks: MockProviders) -> None:
    with pytest.raises(KeyError, match="no provider 'acme' is served, known: cloudflare, fal"):
        mocks["acme"]


def test_the_journal_reads_like_a_list(mocks: MockProviders, ask: Ask) -> None:
    fal = mocks["fal"]
    before = fal.journal.requests
    ask(fal, num_images=2)
    ask(fal, num_images=9)

    assert before == []
    assert len(fal.journal) == 2
    assert [entry.status for entry in fal.journal] == [200, 422]
    assert [entry.verdict for entry in fal.journal[:2]] == ["conforms", "violates"]
    assert fal.journal[-1].json()["num_images"] == 9
    assert [v.rule for v in fal.journal[1].violations] == ["fal.generate.num_images.maximum"]
    assert fal.journal.find(operation="fal.generate", verdict="conforms") == [fal.journal[0]]
    assert "request 2, answered 422, violates" in repr(fal.journal)
    assert len(mocks["xai"].journal) == 0


def test_a_provider_has_no_entries_of_another(mocks: MockProviders, ask: Ask) -> None:
    ask(mocks["fal"])

    assert [entry.provider for entry in mocks.journal] == ["fal"]
    assert list(mocks["xai"].journal) == []
    mocks["xai"].assert_no_requests()


def test_an_entry_hides_secrets_and_shows_all_else(mocks: MockProviders, ask: Ask) -> None:
    fal = mocks["fal"]
    ask(fal, headers={"x-mine": "yes"})
    entry = fal.journal[0]

    assert entry.headers["authorization"] == "Key ***"
    assert entry.headers["x-mine"] == "yes"
    assert (entry.method, entry.path, entry.query) == ("POST", "/xai/grok-imagine-image", "")
    assert len(entry.answer_json()["images"]) == 1


def test_an_entry_keeps_a_long_body_whole(mocks: MockProviders, ask: Ask) -> None:
    fal = mocks["fal"]
    ask(fal, prompt="x" * 400_000)

    assert len(fal.journal[0].json()["prompt"]) == 400_000


def test_a_body_that_is_no_json_is_said_to_be_none(
    mocks: MockProviders, client: httpx.Client
) -> None:
    fal = mocks["fal"]
    client.post(f"{fal.base_url}/xai/grok-imagine-image", headers=fal.headers, content="{no")

    with pytest.raises(ValueError, match=r"the request's body is no JSON.*begins '\{no'"):
        fal.journal[0].json()


def test_a_broken_rule_is_told_with_all_that_mends_it(mocks: MockProviders, ask: Ask) -> None:
    fal = mocks["fal"]
    ask(fal, num_images=9)
    with pytest.raises(AssertionError) as told:
        fal.assert_conforms()

    lines = str(told.value).splitlines()
    assert lines[0] == "1 request does not conform: fal.generate.num_images.maximum"
    assert lines[2].startswith("fal.generate.num_images.maximum: ")
    assert [line.strip() for line in lines[3:8]] == [
        "request   POST /fal/xai/grok-imagine-image, request 1, answered 422, "
        "operation fal.generate",
        "at        /num_images",
        "expected  4",
        "got       9",
        "fix       replace /num_images with 4",
    ]
    assert lines[8].startswith("  source    https://fal.ai/docs/")
    assert lines[8].endswith("(documented)")


def test_every_kind_of_problem_is_told_once(mocks: MockProviders, ask: Ask) -> None:
    fal = mocks["fal"]
    ask(fal, num_images=9)
    ask(fal, num_images=8, resolution="4k")
    with pytest.raises(AssertionError) as told:
        mocks.assert_conforms()

    first = str(told.value).splitlines()[0]
    assert first.startswith("2 requests do not conform: ")
    assert set(first.partition(": ")[2].split(", ")) == {
        "fal.generate.num_images.maximum",
        "fal.generate.resolution.enum",
    }
    assert "and 1 more of this kind" in str(told.value)


def test_an_unknown_route_is_told_with_the_nearest_one(
    mocks: MockProviders, client: httpx.Client
) -> None:
    fal = mocks["fal"]
    client.post(f"{fal.base_url}/xai/grok-imagine", headers=fal.headers, json=PROMPT)

    with pytest.raises(AssertionError, match=r"fal\.route-unknown(.|\n)*grok-imagine-image \(fal"):
        fal.assert_conforms()


def test_a_missing_key_is_told_with_the_header_to_send(
    mocks: MockProviders, client: httpx.Client
) -> None:
    fal = mocks["fal"]
    client.post(f"{fal.base_url}/xai/grok-imagine-image", json=PROMPT)

    with pytest.raises(AssertionError, match="send Authorization: Key mock-id:mock-secret"):
        fal.assert_conforms()


def test_a_fault_and_the_refused_token_conform(mocks: MockProviders, ask: Ask) -> None:
    fal = mocks["fal"]
    ask(fal, headers={"Authorization": "Key invalid:invalid"})
    ask(fal, headers={"X-Harness-Fault": "status=429"})

    assert [entry.verdict for entry in fal.journal] == ["refused", "fault"]
    fal.assert_conforms()


def test_calls_are_counted_by_operation(mocks: MockProviders, ask: Ask) -> None:
    fal = mocks["fal"]
    with pytest.raises(AssertionError, match=r"called at least once.*0 times; no request came"):
        fal.assert_called("generate")
    ask(fal)
    fal.assert_called("generate")
    fal.assert_called("fal.generate", times=1)
    fal.assert_called("edit", times=0)

    with pytest.raises(AssertionError, match="called 2 times, it was called once; one came"):
        fal.assert_called("generate", times=2)
    with pytest.raises(MockError, match=r"no operation 'paint' at fal, known: .*edit, generate"):
        fal.assert_called("paint")
    with pytest.raises(AssertionError, match="expected no request to fal, one came:"):
        fal.assert_no_requests()


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("generate nth=2 status=429 retry-after=3", {}),
        ("fal.generate nth=2 status=429 retry-after=3", {}),
        ("nth=2 status=429 retry-after=3", {}),
        ("generate", {"nth": 2, "status": 429, "retry_after": 3}),
        ("", {"operation": "generate", "nth": 2, "status": 429, "retry_after": 3}),
    ],
)
def test_a_fault_hits_its_call_only(
    mocks: MockProviders, ask: Ask, spec: str, words: dict[str, Any]
) -> None:
    fal = mocks["fal"]
    fal.faults.add(spec, **words)
    answers = [ask(fal) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 429, 200]
    assert answers[1].headers["Retry-After"] == "3"
    assert [entry.verdict for entry in fal.journal] == ["conforms", "fault", "conforms"]


def test_faults_are_listed_and_taken_back_by_provider(mocks: MockProviders, ask: Ask) -> None:
    fal, xai = mocks["fal"], mocks["xai"]
    fal.faults.add("status=500")
    xai.faults.add("status=503")
    fal.faults.clear()

    assert ask(fal).status_code == 200
    assert (len(fal.faults), len(xai.faults)) == (0, 1)


@pytest.mark.parametrize("spec", ["paint status=429", "xai.generate status=429"])
def test_a_fault_that_could_never_happen_is_refused(mocks: MockProviders, spec: str) -> None:
    with pytest.raises(MockError, match=r"no operation .* at fal, known: .*edit, generate"):
        mocks["fal"].faults.add(spec)


def test_a_fault_that_means_nothing_is_refused(mocks: MockProviders) -> None:
    with pytest.raises(FaultError, match=r"unknown word 'colour'.*known: status"):
        mocks["fal"].faults.add("generate", colour="red")


def state(client: httpx.Client, uniall: Handle, task_id: str) -> str:
    answer = client.get(f"{uniall.base_url}/images/tasks/{task_id}", headers=uniall.headers)
    return str(answer.json()["data"]["status"]) if answer.is_success else "unknown"


def test_a_task_ends_as_it_is_told(
    mocks: MockProviders, client: httpx.Client, submit: Callable[[Handle], str]
) -> None:
    uniall = mocks(tasks="manual")["uniall"]
    ids = [submit(uniall) for _ in range(4)]
    uniall.tasks[0].finish()
    uniall.tasks.fail(ids[1], "out of paint")
    uniall.tasks[2].expire()

    assert [task.id for task in uniall.tasks] == ids
    assert [task.stage for task in uniall.tasks] == ["succeeded", "failed", "expired", "queued"]
    assert [state(client, uniall, each) for each in ids] == [
        "succeeded",
        "failed",
        "unknown",
        "queued",
    ]
    assert uniall.journal[-3].answer_json()["data"]["error"]["message"] == "out of paint"
    assert uniall.journal[-2].refusal == "task-unknown"
    uniall.assert_conforms()


def test_without_an_id_all_tasks_that_are_left_are_meant(
    mocks: MockProviders, submit: Callable[[Handle], str]
) -> None:
    uniall = mocks(tasks="manual")["uniall"]
    submit(uniall)
    submit(uniall)
    uniall.tasks[0].fail()
    uniall.tasks.finish()

    assert [task.stage for task in uniall.tasks] == ["failed", "succeeded"]
    with pytest.raises(MockError, match="no task of uniall is left that could be succeeded"):
        uniall.tasks.finish()
    with pytest.raises(MockError, match="no task 'task_0' at uniall, known: task_"):
        uniall.tasks.finish("task_0")
    assert len(mocks["fal"].tasks) == 0


def test_the_clock_moves_tasks(
    mocks: MockProviders, client: httpx.Client, submit: Callable[[Handle], str]
) -> None:
    uniall = mocks["uniall"]
    uniall.clock.hold()
    task_id = submit(uniall)
    before = state(client, uniall, task_id)
    uniall.clock.advance(60)

    assert (before, state(client, uniall, task_id)) == ("queued", "succeeded")
    assert mocks.clock is uniall.clock


def test_readings_of_the_session_do_not_hinder_a_choice_of_providers() -> None:
    mock_session = MockSession(Settings(readings={"fal.validation-style": "documented"}))

    assert list(MockProviders(mock_session)(providers=["xai"])) == ["xai"]


def test_the_memory_of_the_mocks_may_be_given_in_words(mocks: MockProviders) -> None:
    for given in ("64MB", 64_000_000):
        assert mocks(memory=given).app.settings.memory == 64_000_000
    for nothing in ("much", 1.5, True, 10):
        with pytest.raises(MockError, match="memory"):
            mocks(memory=nothing)  # type: ignore[arg-type]


def test_the_mocks_answer_in_process(mocks: MockProviders) -> None:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=mocks.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://mocks") as client:
            url = "/fal/xai/grok-imagine-image"
            return await client.post(url, headers=mocks["fal"].headers, json=PROMPT)

    answer = asyncio.run(asked())

    assert answer.json()["images"][0]["url"].startswith("http://mocks/fal/cdn/")
    assert mocks["fal"].journal[0].verdict == "conforms"


def test_the_server_cannot_be_stopped_by_a_request(
    mocks: MockProviders, client: httpx.Client
) -> None:
    answer = client.post(f"{mocks.url}/__admin/shutdown")

    assert answer.status_code == 409
    assert answer.headers["X-Harness-Error"] == "not-serving"
