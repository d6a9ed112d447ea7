"""Input pictures as large as real ones: in every place and carrier, through mocks and `judge`."""

from __future__ import annotations

import base64
import ctypes
import gc
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

import httpx
import pytest

from imagine_harness.contracts.exchange import Provenance
from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.contracts.loading import load
from imagine_harness.harness.judging.judge import results
from imagine_harness.harness.judging.requests import JudgedExchange, judged
from imagine_harness.harness.results.results import PromiseVerdict
from imagine_harness.harness.traffic.readers import messages
from imagine_harness.harness.traffic.readers.bodies import Body
from imagine_harness.mocks.app import App
from tests.pictures import sized

Plain = Callable[..., httpx.Request]

BASE = "http://127.0.0.1:4010"
MEGABYTE = 1_000_000
URL = "https://example.com/a.png"
DATA_URI, BASE64, FORM = "data-uri", "base64", "form"
KINDS = {DATA_URI: "png", BASE64: "jpeg", FORM: "jpeg"}


class Place(NamedTuple):
    """Where a documented call takes a picture: a parameter, and a body with a reference there.

    There is no carrier where no page says what stands for a picture.
    """

    operation: str
    parameter: str
    body: Callable[[str], dict[str, Any]]
    carriers: tuple[str, ...] = (DATA_URI,)


ANYWHERE: dict[str, Callable[[str], dict[str, Any]]] = {
    "image": lambda text: {"image": text},
    "images": lambda text: {"images": [text]},
    "image_url": lambda text: {"image_url": text},
    "image_urls": lambda text: {"image_urls": [text]},
}
IN_OBJECTS: dict[str, Callable[[str], dict[str, Any]]] = {
    "image": lambda text: {"image": {"url": text}},
    "images": lambda text: {"images": [{"url": text}]},
    "mask": lambda text: {"mask": {"url": text}, "image": {"url": URL}},
}
PLACES = (
    *(Place("cloudflare.generate", name, body) for name, body in IN_OBJECTS.items()),
    *(Place("cloudflare.generate-by-path", name, body) for name, body in IN_OBJECTS.items()),
    Place(
        "runware.task",
        "inputs.referenceImages",
        lambda text: {"inputs": {"referenceImages": [text]}},
        (DATA_URI, BASE64),
    ),
    Place("fal.edit", "image_urls", ANYWHERE["image_urls"]),
    Place("lumenfall.edit", "image", ANYWHERE["image"], (DATA_URI, FORM)),
    Place("lumenfall.edit", "images", ANYWHERE["images"], ()),
    Place("uniall.edit", "image", ANYWHERE["image"], (DATA_URI, FORM)),
    *(Place("uniall.edit", name, ANYWHERE[name]) for name in ("images", "image_url", "image_urls")),
    *(Place("uniall.task", name, body) for name, body in ANYWHERE.items()),
    Place("xai.edit", "image", IN_OBJECTS["image"]),
    Place("xai.edit", "images", IN_OBJECTS["images"]),
)


class Case(NamedTuple):
    """One place, one carrier, and how many megabytes go through it."""

    place: Place
    carrier: str
    megabytes: int

    def __str__(self) -> str:
        return f"{self.place.operation}-{self.place.parameter}-{self.carrier}-{self.megabytes}MB"


CASES = [
    Case(place, carrier, megabytes)
    for place in PLACES
    for carrier in place.carriers
    for megabytes in (1, 5, 10)
]
FULL = {("fal.edit", DATA_URI), ("runware.task", BASE64), ("uniall.edit", FORM)}
"""Every carrier once."""
FOREMOST = {(case.place.operation, case.carrier): case.place for case in reversed(CASES)}
"""For each operation and carrier the first place, which stands for the others."""


def is_in_full(case: Case) -> bool:
    """Whether its place stands for its carrier in full size."""
    where = case.place.operation, case.carrier
    return where in FULL and FOREMOST[where] is case.place


def stands_for_others(case: Case) -> bool:
    """Whether it is the one in full size of its carrier, or another place's least."""
    return case.megabytes == (10 if is_in_full(case) else 1)


def listed(cases: Iterable[Case], in_short: Callable[[Case], bool]) -> list[Any]:
    """Cases for a test; the campaign has all of them."""
    return [
        pytest.param(case, id=str(case), marks=[] if in_short(case) else [pytest.mark.campaign])
        for case in cases
    ]


@cache
def picture(megabytes: int, kind: str) -> bytes:
    return sized(megabytes * MEGABYTE, kind)


@lru_cache(2)
def text_of(data: bytes, carrier: str) -> str:
    encoded = base64.b64encode(data).decode()
    return encoded if carrier == BASE64 else f"data:image/{KINDS[carrier]};base64,{encoded}"


@pytest.fixture(autouse=True, scope="module")
def pictures_are_forgotten() -> Iterator[None]:
    """What the tests of this file share is of no use to the next one in their process.

    An allocator that is not asked to keeps the hundreds of megabytes that were freed in pieces.
    """
    yield
    picture.cache_clear()
    text_of.cache_clear()
    gc.collect()
    if sys.platform == "linux":
        getattr(ctypes.CDLL(None), "malloc_trim", bool)(0)


@pytest.fixture
def app(lasting_app: App) -> Iterator[App]:
    """The same for all of these, which keeps none of their pictures."""
    yield lasting_app
    lasting_app.reset()


@pytest.fixture(scope="module")
def judges() -> Mapping[str, Judge]:
    """What `judge` knows; it serves nobody."""
    return App().judges


Call = Callable[[Place, str, bytes], httpx.Request]


@pytest.fixture(scope="module")
def call(plain: Plain) -> Call:
    """The request that brings a picture to a place."""

    def made(place: Place, carrier: str, data: bytes) -> httpx.Request:
        if carrier != FORM:
            return plain(place.operation, place.body(text_of(data, carrier)), without=["image"])
        asked = plain(place.operation)
        return httpx.Request(
            "POST",
            asked.url,
            headers={"Authorization": asked.headers["Authorization"]},
            data={"model": "grok-imagine-image", "prompt": "a lighthouse"},
            files={place.parameter: ("a.jpg", data, "image/jpeg")},
        )

    return made


Look = Callable[[httpx.Request, httpx.Response], JudgedExchange]


@pytest.fixture
def look(judges: Mapping[str, Judge]) -> Look:
    """What `judge` makes of a request and its answer, once both were recorded."""

    def looked(request: httpx.Request, answer: httpx.Response) -> JudgedExchange:
        url, sent = str(request.url), Body(request.read())
        recorded = messages.exchange(
            messages.request(request.method, url, dict(request.headers), sent),
            messages.response(answer.status_code, dict(answer.headers), Body(answer.content)),
            Provenance(url),
        )
        [one] = judged([recorded], judges)
        return one

    return looked


def assert_accepted(one: JudgedExchange, judges: Mapping[str, Judge]) -> None:
    assert one.is_known
    assert one.exchange.verdict.kind == "conforms"
    assert {each.verdict for each in results([one], judges)} == {PromiseVerdict.KEPT}


def test_every_parameter_that_takes_a_picture_has_a_place() -> None:
    on_record = {
        (operation.name, parameter)
        for provider in load.mocked()
        for operation in load.recorded(provider).operations
        for parameter in (operation.outcome.inputs if operation.outcome else ())
    }

    assert on_record == {(place.operation, place.parameter) for place in PLACES}


@pytest.mark.parametrize("case", listed(CASES, stands_for_others))
def test_a_picture_of_real_size_is_accepted(
    case: Case, client: httpx.Client, call: Call, look: Look, judges: Mapping[str, Judge]
) -> None:
    data = picture(case.megabytes, KINDS[case.carrier])
    request = call(case.place, case.carrier, data)

    answer = client.send(request)

    assert answer.status_code == 200, answer.text[:500]
    assert_accepted(look(request, answer), judges)


LARGE = [case for case in CASES if case.megabytes == 5]
"""Too large to be decoded just to see whether they are whole."""


@pytest.mark.parametrize("case", listed(LARGE, is_in_full))
def test_a_broken_picture_of_that_size_is_refused(
    case: Case, client: httpx.Client, call: Call, look: Look, assert_refused: Callable[..., None]
) -> None:
    data = picture(case.megabytes, KINDS[case.carrier])[:-MEGABYTE]
    request = call(case.place, case.carrier, data)

    answer = client.send(request)

    provider = case.place.operation.partition(".")[0]
    assert_refused(answer, provider, 422 if provider == "fal" else 400)
    one = look(request, answer)
    assert one.is_known
    assert one.exchange.verdict.refusal == "image-broken"


def test_a_reference_of_that_size_with_one_wrong_letter_is_refused(
    client: httpx.Client, plain: Plain, look: Look
) -> None:
    text = text_of(picture(5, "png"), DATA_URI)
    request = plain("fal.edit", {"image_urls": [f"{text[:-9]}!{text[-8:]}"]})

    answer = client.send(request)

    assert answer.status_code == 422
    one = look(request, answer)
    assert one.is_known
    assert [each.rule for each in one.exchange.verdict.violations] == ["fal.edit.image_urls.items"]


UPLOADED = ("imageUpload", "image", "imageURL"), ("mediaStorage", "media", "mediaURL")


# Any carrier is taken by either task: the uploads of small pictures see to that.
@pytest.mark.parametrize(
    ("task", "parameter", "address", "carrier"),
    [
        pytest.param(*where, carrier, marks=[] if in_short else [pytest.mark.campaign])
        for at, where in enumerate(UPLOADED)
        for carrier, in_short in ((DATA_URI, at == 0), (BASE64, at == 1))
    ],
)
def test_a_picture_of_ten_megabytes_is_uploaded_in_a_task(
    task: str,
    parameter: str,
    address: str,
    carrier: str,
    client: httpx.Client,
    plain: Plain,
    look: Look,
    judges: Mapping[str, Judge],
) -> None:
    data = picture(10, KINDS[carrier])
    more = {"taskType": task, parameter: text_of(data, carrier)}
    more |= {"operation": "upload"} if task == "mediaStorage" else {}
    request = plain("runware.task", more, without=["model", "positivePrompt", "resolution"])

    answer = client.send(request)

    [stored] = answer.json()["data"]
    assert client.get(stored[address]).content == data
    assert_accepted(look(request, answer), judges)


def test_a_picture_of_ten_megabytes_is_uploaded_to_a_storage_and_used(
    client: httpx.Client, plain: Plain, look: Look, judges: Mapping[str, Judge]
) -> None:
    data = picture(10, "jpeg")
    named = {"file_name": "a.jpg", "content_type": "image/jpeg"}
    key = {"Authorization": "Key a:b"}
    where = client.post("/fal/rest/storage/upload/initiate", json=named, headers=key).json()
    put = httpx.Request("PUT", where["upload_url"], content=data)

    done = client.send(put)
    edited = client.send(plain("fal.edit", {"image_urls": [where["file_url"]]}))

    assert (done.status_code, edited.status_code) == (200, 200)
    assert client.get(where["file_url"]).content == data
    assert_accepted(look(put, done), judges)


def test_a_picture_of_ten_megabytes_is_uploaded_to_a_delivery_network(
    client: httpx.Client, look: Look, judges: Mapping[str, Judge]
) -> None:
    data = picture(10, "png")
    request = client.build_request(
        "POST",
        "/fal/cdn/files/upload",
        content=data,
        headers={"Authorization": "Key a:b", "Content-Type": "image/png"},
    )

    answer = client.send(request)

    assert client.get(answer.json()["access_url"]).content == data
    assert_accepted(look(request, answer), judges)
