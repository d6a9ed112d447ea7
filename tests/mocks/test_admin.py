"""The controls under /__admin/: what each does, and what it says to what means nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from contracts import load
from mocks.app import App, MockError, Settings
from mocks.faults import parsed
from mocks.server import serving
from mocks.tasks import Mode

Ask = Callable[..., httpx.Response]
ClientOf = Callable[[App], httpx.Client]

PROVIDERS = ["cloudflare", "fal", "lumenfall", "runware", "uniall", "xai"]
CONTROLS = [
    ("GET", "health"),
    ("GET", "contracts"),
    ("GET", "openapi/fal.json"),
    ("GET", "requests"),
    ("DELETE", "requests"),
    ("GET", "requests/count"),
    ("GET", "requests/unmatched"),
    ("GET", "faults"),
    ("DELETE", "faults"),
    ("GET", "tasks"),
    ("DELETE", "tasks"),
    ("GET", "clock"),
    ("GET", "readings"),
    ("DELETE", "readings"),
    ("GET", "settings"),
    ("POST", "reset"),
]


def assert_problem(answer: httpx.Response, status: int, kind: str, told: str = "") -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-harness-error"] == kind
    body = answer.json()
    assert body.keys() == {"type", "title", "status", "detail"}
    assert (body["status"], body["title"]) == (status, kind.replace("-", " "))
    assert told in body["detail"]


@pytest.mark.parametrize(("method", "control"), CONTROLS)
def test_a_control_answers_json(method: str, control: str, client: httpx.Client) -> None:
    answer = client.request(method, f"/__admin/{control}")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    answer.json()


def test_health_names_the_providers(client: httpx.Client, client_of: ClientOf) -> None:
    assert client.get("/__admin/health").json() == {"status": "ok", "providers": PROVIDERS}
    some = client_of(App(Settings(seed=1, providers=("xai", "fal"))))
    assert set(some.get("/__admin/health").json()["providers"]) == {"xai", "fal"}


def test_version_is_that_of_the_package(client: httpx.Client) -> None:
    answer = client.get("/__admin/version")

    assert answer.status_code == 200
    try:
        assert answer.json() == {"version": version("imagine-harness")}
    except PackageNotFoundError:
        assert answer.json().keys() == {"version"}


def test_contracts_lists_every_operation_with_its_rules(client: httpx.Client) -> None:
    listed = client.get("/__admin/contracts").json()

    assert [each["provider"] for each in listed] == PROVIDERS
    known = {
        operation["operation"]: (operation["method"], operation["path"])
        for each in listed
        for operation in each["operations"]
    }
    assert known["fal.edit"] == ("POST", "/fal/xai/grok-imagine-image/edit")
    assert known["uniall.task-result"] == ("GET", "/uniall/v1/images/tasks/{task_id}")
    rules = [
        rule for each in listed for operation in each["operations"] for rule in operation["rules"]
    ]
    assert "runware.task.size-listed" in rules
    assert len(rules) == len(set(rules))


@pytest.mark.parametrize("provider", load.names())
def test_openapi_is_the_document_of_a_provider(provider: str, client: httpx.Client) -> None:
    document = client.get(f"/__admin/openapi/{provider}.json").json()

    assert document["openapi"].startswith("3.1")
    assert document["paths"]


def test_openapi_describes_the_readings_in_force(client: httpx.Client) -> None:
    before = client.get("/__admin/openapi/cloudflare.json").json()
    client.post("/__admin/readings", json={"cloudflare.success-envelope": "v4"})
    after = client.get("/__admin/openapi/cloudflare.json").json()

    assert before != after


def test_a_provider_that_is_unknown_has_no_document(client: httpx.Client) -> None:
    answer = client.get("/__admin/openapi/nobody.json")

    assert_problem(answer, 404, "unknown-provider", "uniall")


# What was requested


def test_requests_are_listed_counted_and_forgotten(ask: Ask, client: httpx.Client) -> None:
    ask("fal.generate")
    ask("fal.generate", {"num_images": 9})

    listed = client.get("/__admin/requests").json()

    assert [each["verdict"]["kind"] for each in listed] == ["conforms", "violates"]
    assert client.get("/__admin/requests/count").json() == {"count": 2}
    assert client.delete("/__admin/requests").json() == {"status": "ok"}
    assert client.get("/__admin/requests").json() == []


def test_one_request_is_had_by_its_id(ask: Ask, client: httpx.Client) -> None:
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
    app.shared.clock.hold()
    ask("fal.generate")
    app.shared.clock.advance(10)
    ask("fal.edit")
    now = app.shared.clock.now()

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
    control: str, query: str, told: str, client: httpx.Client
) -> None:
    assert_problem(client.get(f"/__admin/{control}?{query}"), 400, "bad-request", told)


# Faults


def test_faults_are_added_listed_and_taken_back(ask: Ask, client: httpx.Client) -> None:
    added = client.post("/__admin/faults", json={"fault": "fal.generate nth=2 status=429"})

    assert added.status_code == 201
    fault = {
        "id": "1",
        "provider": "fal",
        "operation": "generate",
        "nth": 2,
        "probability": 1.0,
        "test": None,
        "times": None,
        "met": 0,
        "status": 429,
    }
    assert added.json() == fault
    assert client.get("/__admin/faults").json() == [fault]
    assert [ask("fal.generate").status_code for _ in range(3)] == [200, 429, 200]
    assert client.get("/__admin/faults").json() == [{**fault, "met": 1}]
    assert client.delete("/__admin/faults").json() == {"status": "ok"}
    assert client.get("/__admin/faults").json() == []


def test_a_fault_may_be_written_as_an_object(ask: Ask, client: httpx.Client) -> None:
    client.post(
        "/__admin/faults",
        json={"provider": "xai", "operation": "edit", "status": 503, "retry-after": 7, "times": 1},
    )

    answers = [ask("xai.edit"), ask("xai.edit"), ask("xai.generate")]

    assert [each.status_code for each in answers] == [503, 200, 200]
    assert answers[0].headers["retry-after"] == "7"


BAD_FAULTS: list[tuple[Any, str]] = [
    ({}, "not what goes wrong"),
    ({"provider": "fal"}, "not what goes wrong"),
    ({"status": 42}, "status must be"),
    ({"status": 600}, "status must be"),
    ({"status": "teapot"}, "must be a number"),
    ({"status": None}, "must be a number"),
    ({"status": [429]}, "must be a number"),
    ({"status": True}, "status"),
    ({"status": 429.5}, "status"),
    ({"delay": -1}, "negative"),
    ({"reset": False}, "takes no value"),
    ({"reset": "yes"}, "takes no value"),
    ({"bogus": 1}, "unknown word 'bogus'"),
    ({"provider": "nobody", "status": 429}, "no provider 'nobody'"),
    ({"provider": 5, "status": 429}, "no provider"),
    ({"provider": ["fal"], "status": 429}, "provider"),
    ({"provider": "fal", "operation": "nothing", "status": 429}, "no operation 'nothing'"),
    ({"fault": "fal.nothing status=429"}, "no operation 'nothing'"),
    ({"fault": "fal"}, "not what goes wrong"),
    ({"fault": "fal.generate status="}, "needs a value"),
    ({"fault": 5}, "not what goes wrong"),
    ({"fault": "nobody status=429"}, "no provider 'nobody'"),
    ({"fault": "fal status=429", "nth": 2}, "nth"),
    ({"status": 429, "nth": 0}, "nth"),
    ({"status": 429, "probability": 1.5}, "probability"),
    ({"delay": "inf"}, "delay"),
    ([], "a JSON object"),
    ("fal status=429", "a JSON object"),
]


@pytest.mark.parametrize(("asked", "told"), BAD_FAULTS, ids=str)
def test_a_fault_that_means_nothing_is_refused(asked: Any, told: str, client: httpx.Client) -> None:
    assert_problem(client.post("/__admin/faults", json=asked), 400, "bad-request", told)
    assert client.get("/__admin/faults").json() == []


# Tasks


@pytest.fixture
def task_id(app: App, ask: Ask) -> str:
    app.shared.clock.hold()
    return str(ask("uniall.task", headers={"X-Harness-Test": "a"}).json()["task_id"])


def queried(client: httpx.Client, task_id: str) -> httpx.Response:
    return client.get(
        f"/uniall/v1/images/tasks/{task_id}", headers={"Authorization": "Bearer sk-a"}
    )


def test_tasks_are_listed_and_forgotten(task_id: str, app: App, client: httpx.Client) -> None:
    told = {
        "id": task_id,
        "provider": "uniall",
        "operation": "task",
        "test": "a",
        "created": app.shared.clock.now(),
        "mode": "timed",
        "stage": "queued",
    }

    assert client.get("/__admin/tasks").json() == [told]
    assert client.get(f"/__admin/tasks/{task_id}").json() == told
    assert client.delete("/__admin/tasks?test=b").json() == {"status": "ok"}
    assert len(client.get("/__admin/tasks").json()) == 1
    assert client.delete("/__admin/tasks?test=a").json() == {"status": "ok"}
    assert client.get("/__admin/tasks").json() == []


def test_a_task_can_be_finished_by_hand(task_id: str, client: httpx.Client) -> None:
    answer = client.post(f"/__admin/tasks/{task_id}", json={"action": "finish"})

    assert answer.json()["stage"] == "succeeded"
    data = queried(client, task_id).json()["data"]
    assert (data["status"], data["progress"]) == ("succeeded", "100%")
    assert client.get(data["result_url"]).status_code == 200


@pytest.mark.parametrize("error", [{}, {"error": "out of paint"}], ids=["plain", "with a reason"])
def test_a_task_can_be_failed_by_hand(
    task_id: str, error: dict[str, str], client: httpx.Client
) -> None:
    answer = client.post(f"/__admin/tasks/{task_id}", json={"action": "fail", **error})

    assert answer.json()["stage"] == "failed"
    body = queried(client, task_id).json()
    assert (body["code"], body["data"]["status"]) == ("success", "failed")
    assert body["data"]["progress"] == "100%"
    assert body["data"]["result_url"] == ""
    assert body["data"]["error"]["message"] == error.get("error", "the task failed")
    assert "result_urls" not in body["data"]["metadata"]


def test_a_task_can_be_expired_by_hand(
    task_id: str, client: httpx.Client, assert_refused: Callable[..., None]
) -> None:
    answer = client.post(f"/__admin/tasks/{task_id}", json={"action": "expire"})

    assert answer.json()["stage"] == "expired"
    assert_refused(queried(client, task_id), "uniall", 400)
    assert client.get(f"/__admin/tasks/{task_id}").json()["stage"] == "expired"


BAD_ACTIONS: list[Any] = [
    {},
    {"action": "explode"},
    {"action": None},
    {"action": ["finish"]},
    {"action": {}},
    {"do": "finish"},
]


@pytest.mark.parametrize("asked", BAD_ACTIONS, ids=str)
def test_an_action_that_means_nothing_is_refused(
    asked: Any, task_id: str, client: httpx.Client
) -> None:
    answer = client.post(f"/__admin/tasks/{task_id}", json=asked)

    assert_problem(answer, 400, "bad-request", "finish, fail, expire")
    assert client.get(f"/__admin/tasks/{task_id}").json()["stage"] == "queued"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_task_that_nobody_submitted_is_unknown(method: str, client: httpx.Client) -> None:
    answer = client.request(method, "/__admin/tasks/none", json={"action": "finish"})

    assert_problem(answer, 404, "unknown-task", "'none'")


# The clock


def test_the_clock_is_moved_held_and_sped_up(app: App, client: httpx.Client) -> None:
    held = client.post("/__admin/clock", json={"hold": True}).json()
    moved = client.post("/__admin/clock", json={"advance": 90.5}).json()
    fast = client.post("/__admin/clock", json={"speed": 60}).json()

    assert held == {"now": held["now"], "held": True, "speed": 1.0}
    assert moved == {"now": held["now"] + 90.5, "held": True, "speed": 1.0}
    assert fast == {"now": moved["now"], "held": True, "speed": 60.0}
    assert client.get("/__admin/clock").json() == fast
    released = client.post("/__admin/clock", json={"hold": False, "speed": 1}).json()
    assert released["held"] is False
    assert 0 <= released["now"] - fast["now"] < 60


def test_moving_the_clock_moves_tasks(task_id: str, client: httpx.Client) -> None:
    statuses = []
    for seconds in (0, 0.5, 2):
        client.post("/__admin/clock", json={"advance": seconds})
        statuses.append(queried(client, task_id).json()["data"]["status"])

    assert statuses == ["queued", "processing", "succeeded"]


BAD_MOVES: list[tuple[Any, str]] = [
    ({}, "advance"),
    ({"forward": 1}, "advance"),
    ({"advance": "1"}, "'1'"),
    ({"advance": -1}, "not negative"),
    ({"advance": None}, "advance"),
    ({"advance": True}, "advance"),
    ({"advance": 1e300}, "advance"),
    ({"hold": 1}, "true or false"),
    ({"hold": "yes"}, "true or false"),
    ({"speed": "fast"}, "'fast'"),
    ({"speed": -1}, "speed"),
    ({"speed": 0}, "speed"),
    ({"advance": 1, "more": 1}, "advance"),
    ({"hold": True, "advance": "x"}, "advance"),
    ([1], "a JSON object"),
    (5, "a JSON object"),
]


@pytest.mark.parametrize(("asked", "told"), BAD_MOVES, ids=str)
def test_a_move_that_means_nothing_is_refused_and_moves_nothing(
    asked: Any, told: str, app: App, client: httpx.Client
) -> None:
    before = client.get("/__admin/clock").json()

    assert_problem(client.post("/__admin/clock", json=asked), 400, "bad-request", told)

    after = client.get("/__admin/clock").json()
    assert (after["held"], after["speed"]) == (False, 1.0)
    assert 0 <= after["now"] - before["now"] < 60


# Readings, settings, the rest


def test_readings_are_listed_chosen_and_put_back(ask: Ask, client: httpx.Client) -> None:
    def chosen(reading: str) -> str:
        listed = client.get("/__admin/readings").json()
        return next(str(each["choice"]) for each in listed if each["id"] == reading)

    assert chosen("cloudflare.success-envelope") == "page"
    client.post("/__admin/readings", json={"cloudflare.success-envelope": "v4"})
    assert chosen("cloudflare.success-envelope") == "v4"
    assert ask("cloudflare.generate").json()["success"] is True
    client.post("/__admin/readings", json={"fal.revised-prompt": "absent"})
    assert chosen("cloudflare.success-envelope") == "page"
    assert "revised_prompt" not in ask("fal.generate").json()
    client.delete("/__admin/readings")
    assert "revised_prompt" in ask("fal.generate").json()


def test_every_reading_says_what_it_is_about(client: httpx.Client) -> None:
    for each in client.get("/__admin/readings").json():
        assert re.fullmatch(r"[a-z]+\.[a-z0-9-]+", each["id"])
        assert each["choice"] == each["default"]
        assert each["default"] in each["choices"]
        assert each["strict"] is None or each["strict"] in each["choices"]
        assert each["note"]
        assert each["source"].startswith("https://")


def test_readings_can_be_strict_with_one_exception(ask: Ask, client: httpx.Client) -> None:
    client.post("/__admin/readings", json={"strict": True, "xai.undeclared-keys": "ignored"})

    assert ask("fal.generate", {"unknown": 1}).status_code == 422
    assert ask("xai.generate", {"unknown": 1}).status_code == 200


def test_readings_go_back_to_the_settings(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    client = client_of(App(Settings(seed=1, readings={"fal.revised-prompt": "absent"})))

    client.post("/__admin/readings", json={})
    assert "revised_prompt" in client.send(plain("fal.generate")).json()
    client.delete("/__admin/readings")
    assert "revised_prompt" not in client.send(plain("fal.generate")).json()


BAD_READINGS: list[tuple[Any, str]] = [
    ({"fal.none": "a"}, "no reading 'fal.none'"),
    ({"fal.revised-prompt": "maybe"}, "present, absent"),
    ({"fal.revised-prompt": None}, "present, absent"),
    ({"strict": "no"}, "strict"),
    ({"strict": 1}, "strict"),
    ([], "a JSON object"),
]


@pytest.mark.parametrize(("asked", "told"), BAD_READINGS, ids=str)
def test_a_reading_that_means_nothing_is_refused_and_changes_nothing(
    asked: Any, told: str, client: httpx.Client
) -> None:
    before = client.get("/__admin/readings").json()

    assert_problem(client.post("/__admin/readings", json=asked), 400, "bad-request", told)
    assert client.get("/__admin/readings").json() == before


def test_settings_tell_the_seed_and_the_rest(client_of: ClientOf) -> None:
    app = App(Settings(seed=9, speed=2, strict=True, providers=("fal",), tasks=Mode.MANUAL))

    assert client_of(app).get("/__admin/settings").json() == {
        "seed": 9,
        "speed": 2.0,
        "strict": True,
        "providers": ["fal"],
        "tasks": "manual",
    }


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (Settings(providers=("fal", "nobody")), "no provider 'nobody'"),
        (Settings(readings={"fal.none": "x"}), "no reading 'fal.none'"),
        (Settings(readings={"fal.revised-prompt": "x"}), "has no choice 'x'"),
        (Settings(readings={"xai.style": "ignored"}, providers=("fal",)), "no reading 'xai.style'"),
        (Settings(faults=(parsed("nobody status=429"),)), "no provider 'nobody'"),
        (Settings(faults=(parsed("fal.none status=429"),)), "no operation 'none'"),
        (Settings(speed=0), "speed"),
        (Settings(speed=-1), "speed"),
        (Settings(speed=float("nan")), "speed"),
    ],
    ids=lambda each: each if isinstance(each, str) else "settings",
)
def test_settings_that_mean_nothing_are_refused_at_once(settings: Settings, told: str) -> None:
    with pytest.raises(MockError, match=re.escape(told)):
        App(settings)


def test_a_reset_forgets_what_happened_and_keeps_what_was_set(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    client = client_of(App(Settings(seed=1, faults=(parsed("xai status=503"),))))
    client.post("/__admin/readings", json={"fal.revised-prompt": "absent"})
    client.post("/__admin/faults", json={"provider": "fal", "status": 429})
    client.send(plain("uniall.task"))

    assert client.post("/__admin/reset").json() == {"status": "ok"}

    assert client.get("/__admin/requests").json() == []
    assert client.get("/__admin/tasks").json() == []
    assert [each["provider"] for each in client.get("/__admin/faults").json()] == ["xai"]
    assert client.send(plain("fal.generate")).json().keys() == {"images"}
    assert client.send(plain("xai.generate")).status_code == 503


def test_mocks_that_somebody_else_serves_cannot_be_shut_down(client: httpx.Client) -> None:
    assert_problem(client.post("/__admin/shutdown"), 409, "not-serving")


def test_a_server_of_ours_shuts_down(app: App) -> None:
    with serving(app) as address:
        answer = httpx.post(f"{address}/__admin/shutdown")

        assert answer.json() == {"status": "stopping"}


@pytest.mark.parametrize("path", ["/__admin", "/__admin/", "/__admin/none", "/__admin/tasks/a/b"])
def test_an_unknown_control_is_answered_with_the_known_ones(
    path: str, client: httpx.Client
) -> None:
    answer = client.get(path)

    assert_problem(answer, 404, "unknown-control", "/__admin/clock")


@pytest.mark.parametrize(
    ("method", "control"),
    [
        ("POST", "health"),
        ("DELETE", "clock"),
        ("PUT", "faults"),
        ("PATCH", "readings"),
        ("GET", "reset"),
        ("GET", "shutdown"),
        ("DELETE", "requests/count"),
    ],
)
def test_a_control_that_is_used_the_wrong_way_says_which_is_right(
    method: str, control: str, client: httpx.Client
) -> None:
    answer = client.request(method, f"/__admin/{control}")

    assert_problem(answer, 405, "method-not-allowed")


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[1", b'{"a":NaN}', b"\x00"])
@pytest.mark.parametrize("control", ["faults", "clock", "readings"])
def test_a_control_refuses_what_is_no_json(control: str, body: bytes, client: httpx.Client) -> None:
    answer = client.post(f"/__admin/{control}", content=body)

    assert_problem(answer, 400, "bad-request", "no JSON")


def test_the_controls_are_not_in_the_journal(client: httpx.Client) -> None:
    for method, control in CONTROLS:
        client.request(method, f"/__admin/{control}")

    assert client.get("/__admin/requests").json() == []


def test_problem_details_have_the_form_of_the_standard(client: httpx.Client) -> None:
    schema = {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"const": "about:blank"},
            "title": {"type": "string", "minLength": 1},
            "status": {"const": 404},
            "detail": {"type": "string", "minLength": 1},
        },
    }

    Draft202012Validator(schema).validate(client.get("/nowhere").json())
