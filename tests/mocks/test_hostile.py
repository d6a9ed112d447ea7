"""Whatever is sent, the answer is the provider's own JSON and never a failure of the server."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.generation.bodies import generator
from imagine_harness.mocks.app import App, Settings

ClientOf = Callable[[App], httpx.Client]
Check = Callable[..., None]

ACCOUNT = "0123456789abcdef0123456789abcdef"
CALLS = [
    operation
    for name in load.mocked()
    for contract in load.recorded(name).contracts
    for operation in contract.operations.values()
    if operation.content
]
GENERATORS = {operation.name: generator(operation) for operation in CALLS}
OPERATIONS = [pytest.param(operation, id=operation.name) for operation in CALLS]
CONTENT_TYPES = (
    "application/json",
    "application/json; charset=utf-16",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain",
    "",
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXT
)
VALUES = st.recursive(
    SCALARS,
    lambda inside: st.one_of(
        st.lists(inside, max_size=4), st.dictionaries(TEXT, inside, max_size=4)
    ),
    max_leaves=12,
)
# Each of them once was, or nearly was, more than some decoder could bear.
AWKWARD = st.sampled_from(
    [
        "http://[",
        "https://a\u2100b/",
        "data:image/png;base64,",
        "data:image/png;base64,iVBORw0KGgo=",
        "data:,",
        "AAAA",
        "\x00",
        "\ufeff",
        "x" * 5_000,
        "9" * 40,
        10**30,
        -(2**63),
        2**64 - 1,
        1e308,
        5e-324,
        -0.0,
        0,
        [],
        {},
        [[]] * 40,
        {"url": None},
        {"url": {"url": "http://["}},
        "1" * 6 + "x" + "1" * 6,
        "999999.9999:0.0001",
        "0.0001K",
        "auto",
        "2f1c4b8e-5a3d-4c6b-9e7f-0a1b2c3d4e5f",
    ]
)


@pytest.fixture(scope="module")
def app() -> App:
    return App(Settings(seed=1))


@pytest.fixture(scope="module")
def hit(app: App, client_of: ClientOf, assert_refused: Check) -> Callable[..., None]:
    """Send something to an operation and see that the answer is one of the provider's."""
    client = client_of(app)

    def sent(operation: Operation, content: bytes, headers: dict[str, str]) -> None:
        credential = load.provider(operation.provider).credential
        path = operation.path.replace("{account_id}", ACCOUNT)

        answer = client.post(
            f"/{operation.provider}{path}",
            content=content,
            headers={credential.header: f"{credential.scheme} {credential.example}", **headers},
        )

        if answer.status_code == 200:
            assert answer.headers["content-type"] == "application/json"
            answer.json()
        else:
            assert_refused(answer, operation.provider)
        [*_, noted] = app.services.journal
        json.dumps(noted.verdict.kind)
        assert client.get(f"/__admin/requests/{noted.id}").status_code == 200
        app.reset()

    return sent


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(max_examples=8)
@given(content=st.binary(max_size=200), kind=st.sampled_from(CONTENT_TYPES))
def test_any_bytes_are_answered(
    operation: Operation, hit: Callable[..., None], content: bytes, kind: str
) -> None:
    hit(operation, content, {"Content-Type": kind})


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(max_examples=8)
@given(body=VALUES)
def test_any_json_is_answered(operation: Operation, hit: Callable[..., None], body: Any) -> None:
    hit(operation, json.dumps(body).encode(), {"Content-Type": "application/json"})


NAMES = st.sampled_from(
    [
        "Accept",
        "Accept-Encoding",
        "Content-Encoding",
        "Content-Language",
        "Cookie",
        "Expect-CT",
        "Prefer",
        "Range",
        "X-Harness-Expect",
        "X-Harness-Test",
        "X-Forwarded-Host",
        "X-Fal-Request-Timeout",
        "cf-aig-gateway-id",
        "Idempotency-Key",
    ]
)
HEADER_VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40)


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(max_examples=4)
@given(headers=st.dictionaries(NAMES, HEADER_VALUES, max_size=4), data=st.data())
def test_any_headers_are_answered(
    operation: Operation,
    hit: Callable[..., None],
    headers: dict[str, str],
    data: st.DataObject,
) -> None:
    headers.pop("Prefer", None)
    body = data.draw(GENERATORS[operation.name].bodies())
    whole = [body] if operation.subject.startswith("/*") else body

    hit(operation, json.dumps(whole).encode(), {**headers, "Content-Type": "application/json"})


def put(root: Any, path: tuple[str, ...], value: Any) -> None:
    for step in path[:-1]:
        if not isinstance(root.get(step), dict):
            root[step] = {}
        root = root[step]
    root[path[-1]] = value


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(max_examples=10)
@given(data=st.data())
def test_a_conforming_body_with_some_values_replaced_is_answered(
    operation: Operation, hit: Callable[..., None], data: st.DataObject
) -> None:
    body = json.loads(json.dumps(data.draw(GENERATORS[operation.name].bodies())))
    paths = [each.path for each in operation.parameters.values() if each.path]
    for path in data.draw(st.lists(st.sampled_from(paths), min_size=1, max_size=3)):
        put(body, path, data.draw(AWKWARD | VALUES))
    whole = [body] if operation.subject.startswith("/*") else body

    hit(operation, json.dumps(whole).encode(), {"Content-Type": "application/json"})


@pytest.mark.parametrize("operation", OPERATIONS)
@settings(max_examples=4)
@given(data=st.data())
def test_a_body_in_disorder_is_answered(
    operation: Operation, hit: Callable[..., None], data: st.DataObject
) -> None:
    body = data.draw(GENERATORS[operation.name].bodies())
    written = bytearray(json.dumps(body).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(written) - 1))
        written[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))

    hit(operation, bytes(written), {"Content-Type": "application/json"})


FORMS = [
    pytest.param(operation, id=operation.name)
    for operation in CALLS
    if "multipart/form-data" in operation.content
]


@pytest.mark.parametrize("operation", FORMS)
@settings(max_examples=10)
@given(
    fields=st.lists(
        st.tuples(
            st.sampled_from(["prompt", "n", "image", "image[]", "images", "size", "x", "[]", ""]),
            TEXT | st.binary(max_size=30),
            st.booleans(),
        ),
        max_size=6,
    )
)
def test_any_form_is_answered(
    operation: Operation, hit: Callable[..., None], fields: list[tuple[str, Any, bool]]
) -> None:
    files = [(name, ("a.png" if is_file else None, data)) for name, data, is_file in fields]
    request = httpx.Request(
        "POST", "http://a", files=[("model", (None, "grok-imagine-image")), *files]
    )

    hit(operation, request.read(), {"Content-Type": request.headers["Content-Type"]})


@settings(max_examples=30)
@given(
    provider=st.sampled_from(load.mocked()),
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]),
    path=st.text(
        st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_characters="\x7f"),
        max_size=40,
    ),
)
def test_any_path_is_answered(
    client_of: ClientOf, app: App, assert_refused: Check, provider: str, method: str, path: str
) -> None:
    credential = load.provider(provider).credential
    headers = {credential.header: f"{credential.scheme} {credential.example}"}
    url = httpx.URL("http://127.0.0.1:4010").copy_with(
        raw_path=quote(f"/{provider}/{path}").encode()
    )

    answer = client_of(app).request(method, url, headers=headers)

    assert_refused(answer, provider)


@pytest.fixture(scope="module")
def fal_alone() -> App:
    return App(Settings(seed=1, providers=("fal",)))


@settings(max_examples=20)
@given(
    control=st.sampled_from(["faults", "clock", "readings", "tasks/x", "reset", "requests"]),
    method=st.sampled_from(["GET", "POST", "DELETE"]),
    body=st.binary(max_size=60) | VALUES.map(lambda value: json.dumps(value).encode()),
)
def test_the_controls_answer_anything(
    client_of: ClientOf, fal_alone: App, control: str, method: str, body: bytes
) -> None:
    fal_alone.reset()

    answer = client_of(fal_alone).request(method, f"/__admin/{control}", content=body)

    assert answer.status_code < 500
    assert answer.headers["content-type"].startswith("application/")
    answer.json()
