"""What was requested, as the controls list, count, filter and forget it."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from imagine_harness.mocks.app import App

Ask = Callable[..., httpx.Response]
AssertProblem = Callable[..., None]


def test_requests_are_listed_counted_and_forgotten(ask: Ask, client: httpx.Client) -> None:
    ask("fal.generate")
    ask("fal.generate", {"num_images": 9})

    listed = client.get("/__admin/requests").json()

    assert [each["verdict"]["kind"] for each in listed] == ["conforms", "violates"]
    assert client.get("/__admin/requests/count").json() == {"count": 2}
    assert client.delete("/__admin/requests").json() == {"status": "ok"}
    assert client.get("/__admin/requests").json() == []


def test_one_request_is_had_by_its_id(
    ask: Ask, client: httpx.Client, assert_problem: AssertProblem
) -> None:
    ask("xai.generate")
    [listed] = client.get("/__admin/requests").json()

    assert client.get(f"/__admin/requests/{listed['id']}").json() == listed
    assert_problem(client.get("/__admin/requests/none"), 404, "unknown-request", "'none'")


def test_what_led_nowhere_is_listed_apart(ask: Ask, client: httpx.Client) -> None:
    ask("fal.generate")
    client.get("/fal/nowhere", headers={"Authorization": "Key a:b"})

    [listed] = client.get("/__admin/requests/unmatched").json()

    assert (listed["request"]["path"], listed["operation"]) == ("/nowhere", None)


FILTERS = [
    ("provider=fal", 3),
    ("provider=xai", 1),
    ("provider=none", 0),
    ("operation=generate", 3),
    ("operation=edit", 1),
    ("verdict=conforms", 2),
    ("verdict=violates", 1),
    ("verdict=refused", 1),
    ("test=a", 1),
    ("test=", 3),
    ("provider=fal&operation=generate&verdict=conforms", 1),
    ("provider=fal&operation=generate&verdict=conforms&test=a", 0),
]


@pytest.mark.parametrize(("query", "count"), FILTERS)
def test_requests_are_filtered(query: str, count: int, ask: Ask, client: httpx.Client) -> None:
    ask("fal.generate")
    ask("fal.generate", {"num_images": 9})
    ask("fal.edit", headers={"X-Harness-Test": "a"})
    ask("xai.generate", headers={"Content-Type": "text/plain"})

    assert len(client.get(f"/__admin/requests?{query}").json()) == count
    assert client.get(f"/__admin/requests/count?{query}").json() == {"count": count}


def test_requests_are_filtered_by_time(app: App, ask: Ask, client: httpx.Client) -> None:
    app.services.clock.hold()
    ask("fal.generate")
    app.services.clock.advance(10)
    ask("fal.edit")
    now = app.services.clock.now()

    counts = [
        client.get(f"/__admin/requests/count?since={now + offset}").json()["count"]
        for offset in (-11, -5, 0, 1)
    ]

    assert counts == [2, 1, 1, 0]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("status=429", "unknown filter 'status'"),
        ("Provider=fal", "provider, operation, verdict, test, since"),
        ("since=yesterday", "'yesterday'"),
        ("since=", "since"),
        ("since=nan", "since"),
    ],
)
@pytest.mark.parametrize("control", ["requests", "requests/count"])
def test_a_filter_that_means_nothing_is_refused(
    control: str, query: str, told: str, client: httpx.Client, assert_problem: AssertProblem
) -> None:
    assert_problem(client.get(f"/__admin/{control}?{query}"), 400, "bad-request", told)
