"""The gateway's own address: its two paths, their answers and refusals, and its key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from imagine_harness.mocks.app import App

if TYPE_CHECKING:
    import cloudflare

Cloud = Callable[..., "cloudflare.Cloudflare"]
Under = Callable[..., httpx.Client]
Decoded = Callable[[bytes], tuple[str, tuple[int, int]]]

ACCOUNT = "0123456789abcdef0123456789abcdef"
MODEL = "xai/grok-imagine-image"
GATEWAY = f"/cloudflare/gateway/v1/{ACCOUNT}/default"
KEY = {"cf-aig-authorization": "Bearer a"}
CALLS: list[tuple[str, dict[str, Any]]] = [
    (f"{GATEWAY}/run", {"model": MODEL, "input": {"prompt": "x"}}),
    (f"{GATEWAY}/workers-ai/run/{MODEL}", {"prompt": "x"}),
]
both = pytest.mark.parametrize(("path", "body"), CALLS)


def test_the_run_api_answers_with_provider_and_model(
    app: App, client: httpx.Client, decoded: Decoded
) -> None:
    path, body = CALLS[0]
    answer = client.post(path, headers=KEY, json=body)

    assert answer.status_code == 200
    told = answer.json()
    image = told["result"].pop("image")
    assert told == {"state": "Completed", "result": {}, "provider": "xai", "model": MODEL}
    assert decoded(client.get(image).content) == ("JPEG", (1024, 1024))
    noted = next(iter(app.services.journal))
    assert (noted.operation, noted.verdict.kind) == ("generate", "conforms")


@pytest.mark.parametrize(
    ("choice", "metadata"), [("unified", {"keySource": "Unified"}), ("empty", {})]
)
def test_the_path_of_a_model_answers_as_the_binding_does(
    choice: str, metadata: dict[str, str], client_under: Under
) -> None:
    path, body = CALLS[1]
    told = client_under(gateway_metadata=choice).post(path, headers=KEY, json=body).json()

    assert told.keys() == {"state", "result", "gatewayMetadata"}
    assert told["gatewayMetadata"] == metadata


@pytest.mark.parametrize("envelope", ["page", "v4"])
@both
def test_the_v4_envelope_is_not_the_gateways(
    path: str, body: dict[str, Any], envelope: str, client_under: Under
) -> None:
    told = client_under(success_envelope=envelope).post(path, headers=KEY, json=body).json()

    assert told["state"] == "Completed"


@both
def test_several_images_can_fail_there_too(
    path: str, body: dict[str, Any], client_under: Under
) -> None:
    several = {**body, "n": 2} if "prompt" in body else {**body, "input": {"prompt": "x", "n": 2}}
    answer = client_under(n_above_one="failed").post(path, headers=KEY, json=several)

    assert answer.status_code == 500
    assert "2002" in answer.text


def test_the_run_api_refuses_in_its_own_shape(client: httpx.Client) -> None:
    body = {"model": MODEL, "input": {"prompt": "x", "n": 11}}
    answer = client.post(f"{GATEWAY}/run", headers=KEY, json=body)

    assert answer.status_code == 400
    told = answer.json()
    assert (told["state"], told["model"], told["error"]["code"]) == ("Failed", MODEL, "7003")
    assert "Invalid value at n: Too big" in told["error"]["message"]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (MODEL, {}, 400),
        (MODEL, {"prompt": "x", "n": 11}, 400),
        ("xai/none", {"prompt": "x"}, 404),
    ],
)
def test_the_path_of_a_model_refuses_with_a_singular_array(
    path: str, body: dict[str, Any], status: int, client: httpx.Client
) -> None:
    answer = client.post(f"{GATEWAY}/workers-ai/run/{path}", headers=KEY, json=body)

    assert answer.status_code == status
    told = answer.json()
    assert (told["name"], told["httpCode"], told["internalCode"]) == (
        "AiGatewayError",
        status,
        7003,
    )
    assert [each["code"] for each in told["error"]] == [7003]


@pytest.mark.parametrize(
    "path",
    [
        f"/cloudflare/gateway/v1/{'0' * 32}/default/run",
        f"/cloudflare/gateway/v1/{ACCOUNT}/run",
        f"{GATEWAY}/run/{MODEL}",
        f"{GATEWAY}/workers-ai/run",
        f"{GATEWAY}/client/v4/accounts/{ACCOUNT}/ai/run",
    ],
)
def test_nothing_else_is_there(path: str, client: httpx.Client) -> None:
    answer = client.post(path, headers=KEY, json=CALLS[0][1])

    assert answer.status_code == 404
    assert answer.json()["internalCode"] == 7003


@both
def test_the_gateways_host_leads_to_it(
    path: str, body: dict[str, Any], client: httpx.Client
) -> None:
    headers = {**KEY, "Host": "gateway.ai.cloudflare.com"}
    answer = client.post(path.removeprefix("/cloudflare/gateway"), headers=headers, json=body)

    assert answer.status_code == 200
    assert answer.json()["state"] == "Completed"


# Keys

BAD: list[dict[str, str]] = [
    {},
    {"cf-aig-authorization": "Bearer invalid"},
    {"cf-aig-authorization": "a"},
    {"X-Auth-Key": "a", "X-Auth-Email": "a@example.com"},
    {"Authorization": "Bearer good", "cf-aig-authorization": "Bearer invalid"},
]


@pytest.mark.parametrize("headers", BAD)
@both
def test_a_key_that_is_missing_or_bad_is_unauthorized_at_the_gateway(
    path: str, body: dict[str, Any], headers: dict[str, str], client: httpx.Client
) -> None:
    answer = client.post(path, headers=headers, json=body)

    assert answer.status_code == 401
    told = answer.json()
    assert told["error"] == [{"code": 2009, "message": "unauthorized"}]
    assert told["name"] == "AiGatewayError"


@both
def test_whether_another_header_serves_is_a_reading(
    path: str, body: dict[str, Any], client_under: Under
) -> None:
    token = {"Authorization": "Bearer good"}

    assert client_under().post(path, headers=token, json=body).status_code == 200
    refused = client_under(gateway_key="alone").post(path, headers=token, json=body)
    assert refused.status_code == 401


def test_the_gateways_key_is_none_at_the_edge(client: httpx.Client) -> None:
    path = f"/cloudflare/client/v4/accounts/{ACCOUNT}/ai/run"
    answer = client.post(path, headers=KEY, json=CALLS[0][1])

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, 9106)


def test_the_sdk_may_use_a_global_key(cloud: Cloud) -> None:
    client = cloud({"api_email": "a@example.com", "api_key": "144c9defac04969c7bfad8efaa8ea194"})

    answer: Any = client.ai.run(MODEL, account_id=ACCOUNT, prompt="x")

    assert (answer["image"] if isinstance(answer, dict) else answer.image).startswith("http://")


@pytest.mark.parametrize(
    ("headers", "status", "code", "chain"),
    [
        ({"X-Auth-Key": "a"}, 400, 9106, None),
        ({"X-Auth-Email": "a@example.com"}, 400, 9106, None),
        ({"X-Auth-Email": "a@example.com", "X-Auth-Key": "a b"}, 400, 6003, 6103),
        ({"X-Auth-Email": "a@example.com", "X-Auth-Key": ""}, 400, 6003, 6103),
        ({"X-Auth-Email": "a@example.com", "X-Auth-Key": "invalid"}, 401, 10000, None),
        ({"Authorization": "a", "X-Auth-Email": "a", "X-Auth-Key": "a"}, 400, 6003, 6111),
    ],
)
def test_a_global_key_is_refused_as_documented(
    headers: dict[str, str], status: int, code: int, chain: int | None, client: httpx.Client
) -> None:
    path = f"/cloudflare/client/v4/accounts/{ACCOUNT}/ai/run"
    answer = client.post(path, headers=headers, json=CALLS[0][1])

    assert answer.status_code == status
    [error] = answer.json()["errors"]
    assert error["code"] == code
    assert [each["code"] for each in error.get("error_chain", [])] == ([chain] if chain else [])
