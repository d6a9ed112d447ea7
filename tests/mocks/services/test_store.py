"""The same seed gives the same run; another one, another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.services.budget import Memory
from imagine_harness.mocks.services.store import Generations, Store

UUID = "00000000-0000-4000-9000-000000000001"
ClientOf = Callable[[App], httpx.Client]


def run(client: httpx.Client, plain: Callable[..., httpx.Request]) -> list[Any]:
    asked = [
        plain("fal.generate", {"num_images": 3}),
        plain("runware.task", {"numberResults": 2, "taskUUID": UUID}),
        plain("xai.generate", {"n": 2}),
        plain("cloudflare.generate"),
        plain("uniall.task"),
        plain("fal.generate", {"sync_mode": True}),
        plain("fal.generate", {"num_images": 9}),
    ]
    return [client.send(each) for each in asked]


def told(answers: list[httpx.Response]) -> list[Any]:
    return [
        (each.status_code, each.headers.get("x-fal-request-id"), each.json()) for each in answers
    ]


def test_the_same_seed_gives_the_same_run(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    one, other, third = (
        told(run(client_of(App(Settings(seed=seed))), plain)) for seed in (5, 5, 6)
    )

    assert one == other
    assert one != third


def test_the_same_seed_gives_the_same_bytes(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    clients = [client_of(App(Settings(seed=5))) for _ in range(2)]
    urls = [each.send(plain("fal.generate")).json()["images"][0]["url"] for each in clients]

    one, other = (each.get(url).content for each, url in zip(clients, urls, strict=True))

    assert one == other


def test_the_same_seed_and_the_same_resets_give_the_same_run(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    def runs() -> list[Any]:
        app = App(Settings(seed=5))
        client = client_of(app)
        first = told(run(client, plain))
        app.reset()
        return [first, told(run(client, plain))]

    one, other = runs(), runs()

    assert one == other
    assert one[0] != one[1]


def test_an_address_from_before_a_reset_leads_nowhere(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    app = App(Settings(seed=5))
    client = client_of(app)
    given: list[str] = []
    for headers in ({}, {"X-Harness-Test": "a"}) * 3:
        answer = client.send(plain("fal.generate", headers=headers))
        given.append(answer.json()["images"][0]["url"])
        task = client.send(plain("uniall.task", headers=headers)).json()["task_id"]
        given.append(f"/uniall/v1/images/tasks/{task}")
        app.reset(*headers.values())
    key = {"Authorization": "Bearer a"}

    assert len(set(given)) == 12
    assert {client.get(each, headers=key).status_code for each in given} <= {400, 404}


# The compartments by themselves


def uuids(store: Store, *tests: str) -> list[str]:
    return [store.of(test).uuid() for test in tests]


def test_the_least_recently_used_test_makes_room_and_requests_without_one_never_do() -> None:
    store = Store(1, most=3)
    nobodys, busy = store.of(""), store.of("busy")
    for number in range(50):
        store.of(f"test {number}")
        assert store.of("busy") is busy
    store.of("one more")
    store.of("another")
    store.of("and a third")

    assert store.of("") is nobodys
    assert store.of("busy") is not busy


def test_no_id_is_given_twice_however_often_compartments_make_room() -> None:
    store = Store(1, most=2)
    tests = ["a", "b", "c", "1:a", "1.1:a", ""]
    given = [uuid for _ in range(200) for uuid in uuids(store, *tests)]

    assert len(set(given)) == len(given)


def test_no_id_is_given_twice_however_often_all_or_one_is_reset() -> None:
    store = Store(1, most=2)
    given = []
    for number in range(300):
        given += uuids(store, "a", "", "b", "c")
        store.reset([None, "a", "", "never seen"][number % 4])

    assert len(set(given)) == len(given)


def test_no_id_is_given_twice_by_a_store_that_has_forgotten_how_often() -> None:
    known, given = Generations(most=3), []
    for number in range(500):
        test = f"{number % 7}"
        given.append((test, known.of(test)))
        known.end(test, known.of(test))

    assert len(set(given)) == len(given)


def test_a_test_has_the_ids_of_a_fresh_run_until_it_is_forgotten_itself() -> None:
    fresh, used = Store(1, most=3), Store(1, most=3)
    for number in range(20):
        used.of(f"test {number}").uuid()
    used.reset("test 19")
    used.of("test 18").uuid()

    assert uuids(used, "new") == uuids(fresh, "new")
    assert uuids(used, "test 1") != uuids(fresh, "test 1")


def test_what_a_test_has_used_up_outlives_its_compartment() -> None:
    store = Store(1, most=2)
    store.of("a").used.update([("rule", "'1'")])
    for number in range(10):
        store.of(f"test {number}")

    assert ("rule", "'1'") in store.of("a").used
    assert ("rule", "'2'") not in store.of("a").used
    assert ("other", "'1'") not in store.of("a").used
    assert ("rule", "'1'") not in store.of("b").used
    assert ("e", "rule'1'") not in store.of("arul").used
    store.reset("b")
    assert ("rule", "'1'") in store.of("a").used
    store.reset("a")
    assert ("rule", "'1'") not in store.of("a").used
    store.of("a").used.update([("rule", "'1'")])
    store.reset()
    assert ("rule", "'1'") not in store.of("a").used


def test_what_is_used_up_takes_a_bounded_memory_whatever_its_length() -> None:
    memory = Memory(1_000_000)
    store = Store(1, memory=memory)
    for number in range(3_000):
        store.of("a").used.update([("rule", f"{number}" + "x" * 1_000)])

    told = memory.as_json()["kinds"]["used ids"]
    assert told["bytes"] <= told["most_bytes"]
    assert 100 < told["kept"] < 3_000
    assert ("rule", "2999" + "x" * 1_000) in store.of("a").used
    assert ("rule", "0" + "x" * 1_000) not in store.of("a").used


def test_long_test_ids_count() -> None:
    memory = Memory(1_000_000)
    store = Store(1, memory=memory)
    for number in range(10):
        store.of("x" * 20_000 + str(number))

    assert memory.as_json()["kinds"]["tests"]["kept"] < 4


def test_what_a_provider_keeps_belongs_to_one_test_and_takes_a_bounded_memory() -> None:
    memory = Memory(1_000_000)
    store = Store(1, memory=memory)
    one, other = store.of("a"), store.of("b")
    one.kept.add("acme.money", 5)
    other.kept.add("acme.money", 6)

    assert (one.kept.get("acme.money"), one.kept.get("acme.none")) == (5, None)
    store.reset("a")
    assert (one.kept.get("acme.money"), other.kept.get("acme.money")) == (None, 6)
    for number in range(10):
        one.kept.add(f"acme.file.{number}", b"", 10_000)
        assert other.kept.get("acme.money") == 6
    told = memory.as_json()["kinds"]["kept by providers"]
    assert told["bytes"] <= told["most_bytes"]
    assert one.kept.get("acme.file.0") is None


def test_a_task_id_stays_used_after_ten_thousand_other_tests(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    app = App(Settings(seed=5))
    client = client_of(app)
    headers = {"X-Harness-Test": "a"}

    def asked() -> httpx.Response:
        return client.send(plain("runware.task", {"taskUUID": UUID}, headers=headers))

    first = asked()
    for number in range(10_001):
        app.services.store.of(f"test {number}")
    again = asked()
    other = client.send(plain("runware.task", headers=headers))

    assert [first.status_code, again.status_code, other.status_code] == [200, 400, 200]
    images = [each.json()["data"][0]["imageUUID"] for each in (first, other)]
    assert len(set(images)) == 2


def test_runs_without_a_seed_differ(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    apps = [App(), App()]

    one, other = (told(run(client_of(each), plain)) for each in apps)

    assert one != other
    assert apps[0].seed != apps[1].seed
