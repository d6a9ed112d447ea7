"""Cloudflare's refusals: the edge's, the gateway's, and the SDK's exceptions that come of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    import cloudflare
else:
    cloudflare = pytest.importorskip("cloudflare", reason="the cloudflare SDK is not installed")

Cloud = Callable[..., "cloudflare.Cloudflare"]
Under = Callable[..., httpx.Client]

ACCOUNT = "0123456789abcdef0123456789abcdef"
RUN = f"/cloudflare/client/v4/accounts/{ACCOUNT}/ai/run"
MODEL = "xai/grok-imagine-image"
BODY = {"model": MODEL, "input": {"prompt": "x"}}
TOKEN = {"Authorization": "Bearer a"}

# By hand from the reference: fault, exception, status, code
DOCUMENTED = [
    ("insufficient-balance", "APIStatusError", 402, 2021),
    ("insufficient-credits", "APIStatusError", 402, 2021),
    ("payment-error", "APIStatusError", 402, 402),
    ("rate-limited", "RateLimitError", 429, 2003),
    ("spend-limit-reached", "RateLimitError", 429, 2045),
    ("allocation-used-up", "RateLimitError", 429, 3036),
    ("out-of-capacity", "RateLimitError", 429, 3040),
    ("account-blocked", "PermissionDeniedError", 403, 3023),
    ("timed-out", "APIStatusError", 408, 3007),
    ("aborted", "APIStatusError", 408, 3008),
    ("body-too-large", "APIStatusError", 413, 3006),
    ("invalid-provider", "BadRequestError", 400, 2008),
    ("prompt-blocked", "BadRequestError", 400, 2016),
    ("response-blocked", "BadRequestError", 400, 2017),
    ("model-failed", "InternalServerError", 500, 2002),
    ("credential-missing", "BadRequestError", 400, 9106),
    ("credential-malformed", "BadRequestError", 400, 6003),
    ("credential-refused", "AuthenticationError", 401, 10000),
]


@pytest.mark.parametrize(("name", "error", "status", "code"), DOCUMENTED)
def test_a_documented_error_becomes_a_typed_exception(
    name: str, error: str, status: int, code: int, cloud: Cloud
) -> None:
    headers = {"X-Harness-Fault": f"error={name}"}
    with pytest.raises(cloudflare.APIStatusError) as caught:
        cloud().ai.run(MODEL, account_id=ACCOUNT, prompt="x", extra_headers=headers)

    assert (type(caught.value).__name__, caught.value.status_code) == (error, status)
    [first] = caught.value.errors
    assert first.code == code
    assert first.message


@pytest.mark.parametrize(
    ("status", "code"), [(401, 10000), (402, 2021), (408, 3007), (429, 2003), (500, 2002)]
)
def test_a_status_alone_is_the_documented_error_of_that_status(
    status: int, code: int, cloud: Cloud
) -> None:
    headers = {"X-Harness-Fault": f"status={status}"}
    with pytest.raises(cloudflare.APIStatusError) as caught:
        cloud().post(
            f"/accounts/{ACCOUNT}/ai/run", body=BODY, cast_to=object, options={"headers": headers}
        )

    assert [each.code for each in caught.value.errors] == [code]


def test_no_429_says_when_to_come_back(client: httpx.Client) -> None:
    answer = client.post(RUN, headers={**TOKEN, "X-Harness-Fault": "error=rate-limited"}, json=BODY)

    assert "retry-after" not in answer.headers


# Before anything else: the v4 edge


def test_a_bad_token_may_be_forbidden(cloud: Cloud) -> None:
    client = cloud({"api_token": "invalid"}, refused_token="forbidden")
    with pytest.raises(cloudflare.PermissionDeniedError) as caught:
        client.ai.run(MODEL, account_id=ACCOUNT, prompt="x")

    assert [each.code for each in caught.value.errors] == [10000]


@pytest.mark.parametrize("account", ["0" * 32, "short"])
def test_an_unknown_account_cannot_be_routed_to(account: str, cloud: Cloud) -> None:
    with pytest.raises(cloudflare.NotFoundError) as caught:
        cloud().ai.run(MODEL, account_id=account, prompt="x")

    [first] = caught.value.errors
    assert first.code == 7003
    assert first.message == (
        f"Could not route to /client/v4/accounts/{account}/ai/run/{MODEL}, "
        "perhaps your object identifier is invalid?"
    )


def test_a_wrong_method_is_not_supported(cloud: Cloud) -> None:
    with pytest.raises(cloudflare.APIStatusError) as caught:
        cloud().get(f"/accounts/{ACCOUNT}/ai/run", cast_to=object)

    assert caught.value.status_code == 405
    [first] = caught.value.errors
    assert (first.code, first.message) == (7001, "GET not supported for requested URI.")


EDGE: list[tuple[str, str, dict[str, str]]] = [
    ("POST", RUN, {}),
    ("POST", RUN, {"Authorization": "a"}),
    ("POST", RUN, {"Authorization": "Bearer invalid"}),
    ("POST", "/cloudflare/client/v4/nothing", TOKEN),
    ("GET", RUN, TOKEN),
]


@pytest.mark.parametrize(("method", "path", "headers"), EDGE)
@pytest.mark.parametrize("envelope", ["v4", "gateway", "run-api"])
def test_the_edge_refuses_in_its_own_envelope_whatever_the_gateways_is(
    envelope: str, method: str, path: str, headers: dict[str, str], client_under: Under
) -> None:
    client = client_under(refusal_envelope=envelope)

    body = client.request(method, path, headers=headers, json=BODY).json()

    assert body.keys() == {"result", "success", "errors", "messages"}
    assert (body["result"], body["success"], body["messages"]) == (None, False, [])


@pytest.mark.parametrize(("method", "path", "headers"), EDGE)
def test_the_edge_may_leave_result_and_messages_out(
    method: str, path: str, headers: dict[str, str], client_under: Under
) -> None:
    client = client_under(edge_body="bare")

    body = client.request(method, path, headers=headers, json=BODY).json()

    assert body.keys() == {"success", "errors"}


# Behind the edge

REFUSED: list[tuple[dict[str, Any], dict[str, str], int, int]] = [
    ({"model": MODEL, "input": {}}, {}, 400, 7003),
    ({"model": "xai/none", "input": {"prompt": "x"}}, {}, 404, 7003),
    (BODY, {"X-Harness-Fault": "error=insufficient-balance"}, 402, 2021),
    (BODY, {"X-Harness-Fault": "error=model-failed"}, 500, 2002),
]
every_refusal = pytest.mark.parametrize(("body", "headers", "status", "code"), REFUSED)


@every_refusal
def test_the_v4_envelope_has_an_empty_object_for_a_result(
    body: dict[str, Any], headers: dict[str, str], status: int, code: int, client: httpx.Client
) -> None:
    answer = client.post(RUN, headers={**TOKEN, **headers}, json=body)

    assert answer.status_code == status
    told = answer.json()
    [error] = told.pop("errors")
    assert told == {"result": {}, "success": False, "messages": []}
    assert error["code"] == code


@every_refusal
def test_the_gateways_envelope_has_a_singular_array_of_errors(
    body: dict[str, Any], headers: dict[str, str], status: int, code: int, client_under: Under
) -> None:
    client = client_under(refusal_envelope="gateway")

    answer = client.post(RUN, headers={**TOKEN, **headers}, json=body)

    assert answer.status_code == status
    told = answer.json()
    assert told.keys() == {
        *("success", "result", "messages", "error", "name", "httpCode", "internalCode"),
        *("message", "description", "requestId"),
    }
    assert (told["result"], told["name"]) == ([], "AiGatewayError")
    assert (told["httpCode"], told["internalCode"]) == (status, code)
    [error] = told["error"]
    assert error == {"code": code, "message": told["message"]}


@every_refusal
def test_the_run_apis_envelope_has_one_error_and_the_model(
    body: dict[str, Any], headers: dict[str, str], status: int, code: int, client_under: Under
) -> None:
    client = client_under(refusal_envelope="run-api")

    answer = client.post(RUN, headers={**TOKEN, **headers}, json=body)

    assert answer.status_code == status
    told = answer.json()
    message = told["error"].pop("message")
    assert told == {"state": "Failed", "error": {"code": str(code)}, "model": body["model"]}
    assert message


def test_the_run_apis_envelope_names_the_model_of_the_path(client_under: Under) -> None:
    client = client_under(refusal_envelope="run-api")

    told = client.post(f"{RUN}/{MODEL}", headers=TOKEN, json={}).json()

    assert told["model"] == MODEL


def test_the_run_apis_envelope_has_no_model_where_none_is_known(client_under: Under) -> None:
    client = client_under(refusal_envelope="run-api")

    told = client.post(RUN, headers=TOKEN, json={"input": {"prompt": "x"}}).json()

    assert told.keys() == {"state", "error"}
