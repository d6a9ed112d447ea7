"""The reference clients, against the mocks in every reading that changes an answer."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from imagine_harness.contracts import exchanges, load
from imagine_harness.harness.clients import CLIENTS, Connection, Refused, uniall
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving
from imagine_harness.mocks.settings import MockError
from imagine_harness.mocks.tasks import Mode, Stage

PROMPT = "a heron at dawn"
PICTURE = "https://example.com/lighthouse.png"
FILE = exchanges.PICTURE
SIZE = {"width": 1024, "height": 1024}

GENERATE: dict[str, dict[str, Any]] = {
    "cloudflare": {},
    "fal": {"num_images": 2},
    "lumenfall": {"n": 2},
    "runware": {**SIZE, "numberResults": 2},
    "uniall": {"num_images": 2},
    "xai": {"n": 2},
}
"""A call for two images, in each provider's own words; Cloudflare answers with one."""

EDIT: dict[str, dict[str, Any]] = {
    "cloudflare": {"image": {"url": PICTURE}},
    "fal": {"image_urls": [PICTURE]},
    "lumenfall": {"image": FILE},
    "runware": {"inputs": {"referenceImages": [PICTURE]}},
    "uniall": {"images": [PICTURE]},
    "xai": {"image": {"url": PICTURE, "type": "image_url"}},
}

WRONG: dict[str, dict[str, Any]] = {
    "cloudflare": {"n": 11},
    "fal": {"num_images": 5},
    "lumenfall": {"size": "banana"},
    "runware": {"width": 1024},
    "uniall": {"num_images": 5},
    "xai": {"n": 11},
}

CARRIED: list[tuple[str, dict[str, Any]]] = [
    ("cloudflare", {"response_format": "b64_json"}),
    ("fal", {"sync_mode": True}),
    ("lumenfall", {"response_format": "b64_json"}),
    ("lumenfall", {"image": FILE, "response_format": "b64_json"}),
    ("runware", {**SIZE, "outputType": "base64Data"}),
    ("runware", {**SIZE, "outputType": "dataURI"}),
    ("xai", {"response_format": "b64_json"}),
]
"""Calls whose answers carry the images themselves."""

ANSWERS = [
    (name, reading.id, choice)
    for name in load.mocked()
    for reading in load.recorded(name).readings.values()
    for choice in reading.choices
    if reading.id
    in {
        *("cloudflare.success-envelope", "cloudflare.base64-form", "cloudflare.n-above-one"),
        *("fal.revised-prompt", "runware.cost-unasked", "uniall.running-word"),
        "xai.base64-prefix",
    }
]
"""The readings that change what a success looks like, with each of their choices."""

Connect = Callable[..., Connection]


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def app() -> App:
    return App(Settings(seed=1, tasks=Mode.IMMEDIATE))


@pytest.fixture(scope="module")
def address(app: App) -> Iterator[str]:
    with serving(app) as served:
        yield served


@contextmanager
def reading(app: App, own: dict[str, str], *, strict: bool = False) -> Iterator[None]:
    """Other readings for the length of a block."""
    app.read(own, strict=strict)
    try:
        yield
    finally:
        app.read({})


@pytest.fixture
def connect(app: App, address: str, http: httpx.Client) -> Connect:
    """A connection to a provider, by default with a key that it takes."""
    app.reset()

    def connected(name: str, key: str | None = None) -> Connection:
        provider = app.mocks[name].provider
        base = f"{address}/{name}{provider.bases[0].path}"
        return Connection(http, base, provider.credential.example if key is None else key)

    return connected


def shapes(images: list[bytes]) -> list[tuple[str | None, tuple[int, int]]]:
    found = []
    for data in images:
        with Image.open(BytesIO(data)) as image:
            found.append((image.format, image.size))
    return found


def broken(app: App) -> list[str]:
    return [violation.rule for each in app.shared.journal for violation in each.violations]


def test_every_provider_on_record_has_a_client() -> None:
    assert sorted(CLIENTS) == sorted(load.mocked())


@pytest.mark.parametrize("name", load.mocked())
def test_it_gets_the_images_that_it_asks_for(app: App, connect: Connect, name: str) -> None:
    images = CLIENTS[name](connect(name), PROMPT, **GENERATE[name])

    assert shapes(images) == [("JPEG", (1024, 1024))] * (1 if name == "cloudflare" else 2)
    assert len(set(images)) == len(images)
    assert broken(app) == []


@pytest.mark.parametrize("name", load.mocked())
def test_it_edits_an_input_image(app: App, connect: Connect, name: str) -> None:
    images = CLIENTS[name](connect(name), PROMPT, **EDIT[name])
    asked = [each.operation for each in app.shared.journal if each.method == "POST"]

    assert shapes(images) == [("JPEG", (1024, 1024))]
    assert asked == {"cloudflare": ["generate"], "runware": ["task"], "uniall": ["task"]}.get(
        name, ["edit"]
    )
    assert broken(app) == []


@pytest.mark.parametrize(("name", "parameters"), CARRIED)
def test_it_unpacks_images_that_an_answer_carries(
    app: App, connect: Connect, name: str, parameters: dict[str, Any]
) -> None:
    images = CLIENTS[name](connect(name), PROMPT, **parameters)

    assert shapes(images) == [("JPEG", (1024, 1024))]
    assert [each.path for each in app.shared.journal if each.method == "GET"] == []
    assert broken(app) == []


@pytest.mark.parametrize("name", load.mocked())
def test_a_broken_rule_is_the_providers_own_refusal(app: App, connect: Connect, name: str) -> None:
    with pytest.raises(Refused, match=rf"^4\d\d: \{{.*{list(WRONG[name])[-1]}") as refused:
        CLIENTS[name](connect(name), PROMPT, **WRONG[name])

    assert refused.value.status == (422 if name == "fal" else 400)
    assert len(broken(app)) >= 1


@pytest.mark.parametrize("name", load.mocked())
def test_a_refused_key_is_the_providers_own_refusal(connect: Connect, name: str) -> None:
    with pytest.raises(Refused) as refused:
        CLIENTS[name](connect(name, key="invalid"), PROMPT, **GENERATE[name])

    assert refused.value.status == (400 if name == "xai" else 401)


@pytest.mark.parametrize(("name", "id_", "choice"), ANSWERS)
def test_it_survives_every_reading_of_the_answer(
    app: App, connect: Connect, name: str, id_: str, choice: str
) -> None:
    with reading(app, {id_: choice}):
        images = CLIENTS[name](connect(name), PROMPT, **GENERATE[name])

    assert shapes(images)[0] == ("JPEG", (1024, 1024))


@pytest.mark.parametrize("envelope", ["page", "v4"])
@pytest.mark.parametrize(
    ("name", "id_", "choice"),
    [
        ("cloudflare", "cloudflare.base64-form", "raw"),
        ("cloudflare", "cloudflare.base64-form", "data-uri"),
        ("xai", "xai.base64-prefix", "raw"),
        ("xai", "xai.base64-prefix", "data-uri"),
    ],
)
def test_it_survives_every_form_of_base64(
    app: App, connect: Connect, name: str, id_: str, choice: str, envelope: str
) -> None:
    with reading(app, {id_: choice, "cloudflare.success-envelope": envelope}):
        images = CLIENTS[name](connect(name), PROMPT, response_format="b64_json")

    assert shapes(images) == [("JPEG", (1024, 1024))]


@pytest.mark.parametrize("choice", ["v4", "gateway", "run-api"])
def test_it_survives_every_envelope_of_a_refusal(app: App, connect: Connect, choice: str) -> None:
    with (
        reading(app, {"cloudflare.refusal-envelope": choice}),
        pytest.raises(Refused, match="Too big") as refused,
    ):
        CLIENTS["cloudflare"](connect("cloudflare"), PROMPT, n=11)

    assert refused.value.status == 400


def test_a_failed_model_is_a_refusal(app: App, connect: Connect) -> None:
    with (
        reading(app, {"cloudflare.n-above-one": "failed"}),
        pytest.raises(Refused, match=r"^500: .*Model execution failed"),
    ):
        CLIENTS["cloudflare"](connect("cloudflare"), PROMPT, n=2)


@pytest.mark.parametrize("name", load.mocked())
def test_it_keeps_to_the_strict_readings_too(app: App, connect: Connect, name: str) -> None:
    with reading(app, {}, strict=True):
        CLIENTS[name](connect(name), PROMPT, **GENERATE[name])
        CLIENTS[name](connect(name), PROMPT, **EDIT[name])

    assert broken(app) == []


@pytest.mark.parametrize("word", ["processing", "in-progress", "running"])
def test_it_waits_for_a_task_whatever_a_running_one_is_called(
    app: App, connect: Connect, word: str
) -> None:
    app.shared.tasks.mode = Mode.TIMED
    app.shared.clock.set_speed(20)
    try:
        with reading(app, {"uniall.running-word": word}):
            images = uniall(connect("uniall"), PROMPT)
    finally:
        app.shared.tasks.mode = Mode.IMMEDIATE
        app.shared.clock.set_speed(1)

    assert shapes(images) == [("JPEG", (1024, 1024))]


def test_a_task_that_fails_is_a_refusal(
    app: App, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.shared.tasks, "stage", lambda task: Stage.FAILED)

    with pytest.raises(Refused, match="task_failed"):
        uniall(connect("uniall"), PROMPT)


def test_a_task_that_never_ends_is_given_up(
    app: App, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imagine_harness.harness.clients.time.sleep", lambda _: None)
    monkeypatch.setattr("imagine_harness.harness.clients.MOST_POLLS", 3)
    monkeypatch.setattr(app.shared.tasks, "mode", Mode.MANUAL)

    with pytest.raises(Refused, match="did not end"):
        uniall(connect("uniall"), PROMPT)
    assert len([each for each in app.shared.journal if each.method == "GET"]) == 3


@pytest.mark.parametrize(
    "reference",
    ["data:image/png;base64,QQ==", "QQ=="],
    ids=["data URI", "base64"],
)
def test_a_reference_that_is_data_needs_no_request(
    app: App, connect: Connect, reference: str
) -> None:
    assert connect("fal").image(reference) == base64.b64decode("QQ==")
    assert len(app.shared.journal) == 0


def test_an_expired_address_is_an_error_of_its_own(connect: Connect, address: str) -> None:
    with pytest.raises(httpx.HTTPStatusError, match="404"):
        connect("fal").image(f"{address}/fal/cdn/files/b/x/gone.png")


def test_a_reading_that_does_not_exist_is_refused_by_the_mocks(app: App) -> None:
    with pytest.raises(MockError, match="no reading"), reading(app, {"fal.nope": "x"}):
        pass
