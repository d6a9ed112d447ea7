"""No secret is ever seen in the journal, wherever in a request it stood."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagine_harness.mocks.app import App, Settings

pytestmark = pytest.mark.usefixtures("lasting_app")

Ask = Callable[..., httpx.Response]
ClientOf = Callable[[App], httpx.Client]


SECRET = "s3cret-0123456789"
PLACES: list[tuple[str, dict[str, str]]] = [
    ("bearer", {"Authorization": f"Bearer {SECRET}"}),
    ("no scheme", {"Authorization": SECRET}),
    ("as a scheme", {"Authorization": f"{SECRET} more"}),
    ("a tab", {"Authorization": f"Bearer\t{SECRET}"}),
    ("x-api-key", {"X-Api-Key": SECRET}),
    ("x-api-key in words", {"X-Api-Key": f"{SECRET} and more"}),
    ("cookie", {"Cookie": f"session={SECRET}; other=1"}),
    ("proxy", {"Proxy-Authorization": f"Basic {SECRET}"}),
    ("x-auth-key", {"X-Auth-Key": SECRET}),
    ("token", {"cf-aig-authorization": f"Bearer {SECRET}", "X-Auth-Token": SECRET}),
    ("signature", {"X-Amz-Signature": SECRET}),
    ("password", {"X-Password": SECRET}),
]


@pytest.mark.parametrize(("place", "headers"), PLACES, ids=[each for each, _ in PLACES])
def test_a_secret_in_a_header_is_hidden(
    place: str, headers: dict[str, str], ask: Ask, client: httpx.Client
) -> None:
    ask("xai.generate", headers=headers)

    assert SECRET not in client.get("/__admin/requests").text


@pytest.mark.parametrize(
    "query",
    [
        "key={}",
        "a=b&key={}",
        "api_key={}",
        "apiKey={}",
        "access_token={}&x=1",
        "X-Amz-Signature={}",
        "x=1&Token={}",
        "client_secret={}",
        "%6Bey={}",
        "key={};more",
    ],
)
def test_a_secret_in_a_query_is_hidden(query: str, client: httpx.Client) -> None:
    client.post("/uniall/v1/images/generations?" + query.format(SECRET))

    text = client.get("/__admin/requests").text
    assert SECRET not in text
    assert "***" in text


SECRET_BODIES = {
    "a task": [{"taskType": "authentication", "apiKey": SECRET}],
    "before a task": [
        {"taskType": "authentication", "apiKey": SECRET},
        {"taskType": "imageInference", "taskUUID": "x"},
    ],
    "inside a task": [{"taskType": "imageInference", "apiKey": SECRET}],
    "with quotes": [{"apiKey": f'a"{SECRET}\\'}],
    "a session": [{"connectionSessionUUID": SECRET}],
    "nested": [{"inputs": {"api_key": SECRET}}],
    "an object": {"apiKey": SECRET, "token": SECRET, "password": SECRET, "secret": SECRET},
    "a list of keys": [{"apiKey": [SECRET]}],
    "an object of keys": [{"apiKey": {"value": SECRET}}],
}


@pytest.mark.parametrize("body", SECRET_BODIES.values(), ids=SECRET_BODIES.keys())
@pytest.mark.parametrize("path", ["/runware/v1", "/xai/v1/images/generations"])
def test_a_secret_in_a_body_is_hidden_from_the_journal(
    path: str, body: Any, client: httpx.Client
) -> None:
    client.post(path, json=body, headers={"Authorization": "Bearer a"})

    listed = client.get("/__admin/requests")
    assert listed.status_code == 200
    assert SECRET not in listed.text


def test_a_secret_in_a_long_body_is_hidden(client: httpx.Client) -> None:
    body = [
        {"taskType": "authentication", "apiKey": SECRET},
        {"taskType": "imageInference", "inputs": {"referenceImages": ["x" * 600_000]}},
    ]
    client.post("/runware/v1", json=body)

    assert SECRET not in client.get("/__admin/requests").text


@pytest.mark.parametrize(
    "body",
    [
        f'[{{"apiKey":"{SECRET}"',
        f'[{{"apiKey":"{SECRET}',
        f'[{{"apiKey" : \n "{SECRET}"}},]',
        f"[{{'apiKey':'{SECRET}'}}]",
        f"apiKey={SECRET}&a=b",
        f'[{{"api\\u004bey":"{SECRET}"}}]',
    ],
    ids=["no end", "no quote", "white space", "single quotes", "a form", "an escaped name"],
)
def test_a_secret_in_a_malformed_body_is_hidden(body: str, client: httpx.Client) -> None:
    client.post("/runware/v1", content=body, headers={"Content-Type": "application/json"})

    listed = client.get("/__admin/requests")
    assert listed.status_code == 200
    assert SECRET not in listed.text


def test_a_secret_in_a_form_is_hidden(client: httpx.Client) -> None:
    client.post(
        "/uniall/v1/images/edits",
        headers={"Authorization": "Bearer a"},
        files={"api_key": (None, SECRET), "prompt": (None, "x")},
    )

    assert SECRET not in client.get("/__admin/requests").text


@pytest.fixture(scope="module")
def long_lived(client_of: ClientOf) -> httpx.Client:
    return client_of(App(Settings(seed=1)))


TOKENS = st.from_regex(r"[A-Za-z0-9_.~-]{12,40}", fullmatch=True)


@given(
    token=TOKENS,
    header=st.sampled_from(["Authorization", "X-Api-Key", "x-goog-api-key", "X-Auth-Token"]),
    scheme=st.sampled_from(["", "Bearer ", "Key ", "Key id:", "Basic ", "bearer  "]),
    provider=st.sampled_from(["cloudflare", "runware", "fal", "lumenfall", "uniall", "xai"]),
)
def test_no_token_ever_stands_in_the_journal(
    long_lived: httpx.Client, token: str, header: str, scheme: str, provider: str
) -> None:
    long_lived.delete("/__admin/requests")
    body = [{"taskType": "authentication", "apiKey": token}]

    long_lived.post(
        f"/{provider}/v1?key={token}&x=1&access_token={token}",
        headers={header: scheme + token},
        json=body,
    )

    listed = long_lived.get("/__admin/requests")
    assert listed.status_code == 200
    assert len(listed.json()) == 1
    assert token not in listed.text


@pytest.mark.parametrize("provider", ["cloudflare", "runware", "fal", "lumenfall", "uniall", "xai"])
@pytest.mark.parametrize("scheme", ["Bearer", "Key", "Basic"])
def test_a_refusal_does_not_repeat_the_credential(
    provider: str, scheme: str, client: httpx.Client
) -> None:
    answer = client.post(
        f"/{provider}/v1", headers={"Authorization": f"{scheme} {SECRET} {SECRET}"}, json=[]
    )

    assert SECRET not in answer.text
