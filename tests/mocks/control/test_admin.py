"""The controls under /__admin/: what each does, and what it says to what means nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

import httpx
import pytest
from jsonschema import Draft202012Validator

from imagine_harness.contracts.loading import load
from imagine_harness.mocks.app import App, MockError, Settings
from imagine_harness.mocks.images.picture import Weight
from imagine_harness.mocks.server import serving
from imagine_harness.mocks.services.faults import parsed
from imagine_harness.mocks.services.tasks import Mode

ClientOf = Callable[[App], httpx.Client]
AssertProblem = Callable[..., None]

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


@pytest.mark.parametrize("provider", load.mocked())
def test_openapi_is_the_document_of_a_provider(provider: str, client: httpx.Client) -> None:
    document = client.get(f"/__admin/openapi/{provider}.json").json()

    assert document["openapi"].startswith("3.1")
    assert document["paths"]


def test_openapi_describes_the_readings_in_force(client: httpx.Client) -> None:
    before = client.get("/__admin/openapi/cloudflare.json").json()
    client.post("/__admin/readings", json={"cloudflare.success-envelope": "v4"})
    after = client.get("/__admin/openapi/cloudflare.json").json()

    assert before != after


def test_a_provider_that_is_unknown_has_no_document(
    client: httpx.Client, assert_problem: AssertProblem
) -> None:
    answer = client.get("/__admin/openapi/nobody.json")

    assert_problem(answer, 404, "unknown-provider", "uniall")


def test_settings_tell_the_seed_and_the_rest(client_of: ClientOf) -> None:
    heavy = Weight.HEAVY
    app = App(
        Settings(
            seed=9, speed=2, strict=True, providers=("fal",), tasks=Mode.MANUAL, pictures=heavy
        )
    )

    told = client_of(app).get("/__admin/settings").json()

    memory = told.pop("memory")
    assert memory["most_bytes"] == 1_000_000_000
    assert {"exchanges", "tasks", "media", "deliveries"} <= memory["kinds"].keys()
    assert told == {
        "seed": 9,
        "speed": 2.0,
        "strict": True,
        "providers": ["fal"],
        "tasks": "manual",
        "pictures": "heavy",
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
        (Settings(memory=1_000), "memory must be at least 1 MB, got 1 kB"),
        (Settings(speed=0), "speed"),
        (Settings(speed=-1), "speed"),
        (Settings(speed=float("nan")), "speed"),
        (Settings(admin_token=""), "admin-token takes"),
        (Settings(admin_token="a b"), "admin-token takes"),
        (Settings(admin_token="schlüssel"), "admin-token takes"),
        (Settings(admin_token="a\n"), "admin-token takes"),
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


def test_mocks_that_somebody_else_serves_cannot_be_shut_down(
    client: httpx.Client, assert_problem: AssertProblem
) -> None:
    assert_problem(client.post("/__admin/shutdown"), 409, "not-serving")


def test_a_server_of_ours_shuts_down(app: App) -> None:
    with serving(app) as address:
        answer = httpx.post(f"{address}/__admin/shutdown")

        assert answer.json() == {"status": "stopping"}


@pytest.mark.parametrize("path", ["/__admin", "/__admin/", "/__admin/none", "/__admin/tasks/a/b"])
def test_an_unknown_control_is_answered_with_the_known_ones(
    path: str, client: httpx.Client, assert_problem: AssertProblem
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
    method: str, control: str, client: httpx.Client, assert_problem: AssertProblem
) -> None:
    answer = client.request(method, f"/__admin/{control}")

    assert_problem(answer, 405, "method-not-allowed")


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[1", b'{"a":NaN}', b"\x00"])
@pytest.mark.parametrize("control", ["faults", "clock", "readings"])
def test_a_control_refuses_what_is_no_json(
    control: str, body: bytes, client: httpx.Client, assert_problem: AssertProblem
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post(f"/__admin/{control}", content=body, headers=headers)

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
