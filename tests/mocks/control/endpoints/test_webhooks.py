"""What goes out, as the controls list it, wait for it, send it again and forget it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.harness.pytest.webhooks import Receiver
from imagine_harness.mocks.app import App, MockError, Settings
from imagine_harness.mocks.server import serving
from imagine_harness.mocks.services.delivery import Delivery, Policy

AssertProblem = Callable[..., None]


Send = Callable[..., Delivery]


@pytest.fixture
def send(app: App, receiver: Receiver) -> Send:
    """Have something sent to the receiver, on a held clock."""
    app.services.clock.hold()

    def sent(task: str, disorder: str | None = None, **more: Any) -> Delivery:
        known: dict[str, Any] = {"provider": "uniall", "test": "", "url": receiver.url}
        known |= {"body": b"{}", "policy": Policy(5, (10.0,))}
        return app.services.deliveries.send(
            Delivery(kind="webhook", task=task, **{**known, **more}), disorder
        )

    return sent


def advance(client: httpx.Client, seconds: float = 0) -> None:
    assert client.post("/__admin/clock", json={"advance": seconds}).status_code == 200


def listed(client: httpx.Client, query: str = "") -> list[str]:
    return [each["task"] for each in client.get(f"/__admin/webhooks?{query}").json()]


def test_webhooks_are_listed_with_every_attempt(
    send: Send, app: App, client: httpx.Client, receiver: Receiver
) -> None:
    now = app.services.clock.now()
    receiver.answer_with(503)
    send("t-1", url=f"{receiver.url}/hook?key=secret", test="a")
    advance(client)
    advance(client, 10)

    [told] = client.get("/__admin/webhooks").json()

    assert told == {
        "id": "1",
        "kind": "webhook",
        "provider": "uniall",
        "task": "t-1",
        "test": "a",
        "method": "POST",
        "url": f"{receiver.url}/hook?key=***",
        "state": "delivered",
        "attempts": [
            {"time": pytest.approx(now, abs=1e-3), "status": 503, "error": None},
            {"time": pytest.approx(now + 10, abs=1e-3), "status": 200, "error": None},
        ],
    }


def test_webhooks_are_filtered(send: Send, client: httpx.Client) -> None:
    send("t-1", test="a")
    send("t-2", "lost", test="b")
    send("t-3", provider="fal")
    send("t-4", url="http://evil.example/")

    assert listed(client) == ["t-1", "t-2", "t-3", "t-4"]
    assert listed(client, "test=a") == ["t-1"]
    assert listed(client, "task=t-2") == ["t-2"]
    assert listed(client, "provider=fal") == ["t-3"]
    assert listed(client, "state=lost") == ["t-2"]
    assert listed(client, "state=refused") == ["t-4"]
    assert listed(client, "state=pending&test=") == ["t-3"]
    assert listed(client, "test=c") == []


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("status=200", "unknown filter 'status', known: provider, state, task, test"),
        ("state=eaten", "pending, delivered, failed, refused, lost"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(
    query: str, told: str, client: httpx.Client, assert_problem: AssertProblem
) -> None:
    assert_problem(client.get(f"/__admin/webhooks?{query}"), 400, "bad-request", told)


def test_webhooks_are_waited_for(app: App, receiver: Receiver) -> None:
    with serving(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
        client.get("/__admin/health")
        for task in ("t-1", "t-2"):
            policy = Policy(5, (10.0,))
            sent = Delivery("webhook", "uniall", task, "", receiver.url, b"{}", policy)
            app.services.deliveries.send(sent)
        answer = client.post("/__admin/webhooks", json={"action": "wait", "count": 2})

    assert answer.status_code == 200
    assert [(each["task"], each["state"]) for each in answer.json()] == [
        ("t-1", "delivered"),
        ("t-2", "delivered"),
    ]


def test_waiting_in_vain_says_what_is_missing(
    send: Send, client: httpx.Client, assert_problem: AssertProblem
) -> None:
    send("t-1", "lost")
    asked = {"action": "wait", "count": 2, "timeout": 0.05}

    answer = client.post("/__admin/webhooks", json=asked)

    told = "1 webhooks came to an end within 0.05 s, expected 2"
    assert_problem(answer, 408, "webhooks-missing", told)


def test_only_what_the_filter_means_is_waited_for(
    send: Send, client: httpx.Client, assert_problem: AssertProblem
) -> None:
    send("t-1", "lost", test="a")
    asked = {"action": "wait", "timeout": 0}

    assert len(client.post("/__admin/webhooks?test=a", json=asked).json()) == 1
    assert_problem(
        client.post("/__admin/webhooks?state=delivered", json=asked), 408, "webhooks-missing"
    )


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, "action must be wait"),
        ({"action": "replay"}, "action must be wait"),
        ({"action": "wait", "count": "2"}, "count must be a number"),
        ({"action": "wait", "count": -1}, "count must be a number"),
        ({"action": "wait", "timeout": 1e9}, "timeout must be a number"),
        ([], "a JSON object"),
    ],
    ids=str,
)
def test_a_wait_that_means_nothing_is_refused(
    asked: Any, told: str, client: httpx.Client, assert_problem: AssertProblem
) -> None:
    assert_problem(client.post("/__admin/webhooks", json=asked), 400, "bad-request", told)


def test_a_webhook_is_sent_once_more(send: Send, client: httpx.Client, receiver: Receiver) -> None:
    send("t-1", "lost")

    again = client.post("/__admin/webhooks/1", json={"action": "replay"})
    advance(client)

    assert (again.status_code, again.json()["id"], again.json()["state"]) == (201, "2", "pending")
    assert len(receiver.received) == 1
    assert [each["state"] for each in client.get("/__admin/webhooks").json()] == [
        "lost",
        "delivered",
    ]


@pytest.mark.parametrize("asked", [{}, {"action": "wait"}, {"action": None}], ids=str)
def test_an_action_that_means_nothing_is_refused(
    asked: Any, send: Send, client: httpx.Client, assert_problem: AssertProblem
) -> None:
    send("t-1", "lost")
    answer = client.post("/__admin/webhooks/1", json=asked)

    assert_problem(answer, 400, "bad-request", "action must be replay")


def test_a_webhook_that_nobody_sent_is_unknown(
    client: httpx.Client, assert_problem: AssertProblem
) -> None:
    answer = client.post("/__admin/webhooks/7", json={"action": "replay"})

    assert_problem(answer, 404, "unknown-webhook", "'7'")


def test_webhooks_are_forgotten_by_test(
    send: Send, client: httpx.Client, receiver: Receiver
) -> None:
    send("t-1", "late", test="a")
    send("t-2", "late", test="b")

    assert client.delete("/__admin/webhooks?test=a").json() == {"status": "ok"}
    assert listed(client) == ["t-2"]
    advance(client, 100)
    assert len(receiver.received) == 1
    client.delete("/__admin/webhooks")
    assert listed(client) == []


def test_a_reset_forgets_what_was_to_go_out(
    send: Send, client: httpx.Client, receiver: Receiver
) -> None:
    send("t-1", "late")
    client.post("/__admin/reset")
    advance(client, 100)

    assert (listed(client), receiver.received) == ([], [])


@pytest.mark.parametrize("host", ["http://hooks.example", "hooks.example:80", "", "*"])
def test_a_host_that_is_none_is_refused_at_once(host: str) -> None:
    with pytest.raises(MockError, match="allow takes the name of a host, without a port"):
        App(Settings(seed=1, providers=("uniall",), allow=(host,)))
