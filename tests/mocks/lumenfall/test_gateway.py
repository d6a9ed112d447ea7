"""The gateway: who is asked, in which order, and what the caller is told when nobody delivers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.context import Context
from imagine_harness.mocks.server import serving

if TYPE_CHECKING:
    import openai

    from tests.mocks.lumenfall.conftest import Behind, Gateway
else:
    openai = pytest.importorskip("openai", reason="the openai SDK is not installed")

Make = Callable[..., "Gateway"]
Decoded = Callable[[bytes], tuple[str, tuple[int, int]]]

TOLD = {"lumenfall.metadata": "present"}
FAL = "fal/grok-imagine-image"
XAI = "xai/grok-imagine-image"


@pytest.mark.parametrize(
    ("model", "asked"), [("grok-imagine-image", "xai"), (XAI, "xai"), (FAL, "fal")]
)
def test_a_prefix_forces_a_provider_and_without_one_the_first_is_asked(
    model: str, asked: str, gateway: Make, behind: Behind
) -> None:
    answer = gateway(readings=TOLD).ask(model=model)

    assert [each.provider for each in behind.heard()] == [asked]
    assert (answer.status_code, answer.headers["x-lumenfall-provider"]) == (200, asked)
    assert answer.headers["x-lumenfall-model"] == "grok-imagine-image"
    metadata = answer.json()["metadata"]
    assert (metadata["provider"], metadata["attempts"]) == (asked, [])
    assert metadata["executed_model"] == f"{asked}/grok-imagine-image"


FAILURES = {
    "status=503": 503,
    "status=429;retry-after=7": 429,
    "status=401": 401,
    "status=403": 403,
    "status=404": 404,
    "error=incorrect-api-key": 400,
    "html": 502,
    "reset": None,
    "truncate=20": None,
    "garbage": 200,
    "empty": 200,
    "fewer=1": 200,
    "moderated=empty": 200,
}


@pytest.mark.parametrize(("fault", "status"), FAILURES.items())
def test_another_provider_is_asked_where_one_fails(
    fault: str, status: int | None, gateway: Make, behind: Behind
) -> None:
    behind.fault(f"xai.generate {fault}")

    answer = gateway(readings=TOLD).ask(n=2)

    assert [each.provider for each in behind.heard()] == ["xai", "fal"]
    assert answer.headers["x-lumenfall-provider"] == "fal"
    body = answer.json()
    assert len(body["data"]) == 2
    assert body["metadata"]["provider"] == "fal"
    [attempt] = body["metadata"]["attempts"]
    assert (attempt["provider"], attempt["status"]) == ("xai", status)
    assert attempt["error"]


@pytest.mark.parametrize("fault", ["status=503", "reset", "garbage", "status=401", "fewer=1"])
@pytest.mark.parametrize("model", [XAI, "grok-imagine-image"])
def test_when_none_is_left_the_caller_is_told_what_the_last_one_said(
    model: str, fault: str, gateway: Make, behind: Behind
) -> None:
    behind.fault(f"xai.generate {fault}")
    behind.fault("fal.generate status=503")
    last = "xAI" if model == XAI else "fal"

    status, code, message = gateway().refusal(model=model)

    assert (status, code) == (502, "ALL_PROVIDERS_EXHAUSTED")
    assert f"the last one said: {last}: " in message
    assert len(behind.heard()) == (1 if model == XAI else 2)


@pytest.mark.parametrize(
    ("model", "fault", "status", "said"),
    [
        (XAI, "xai.generate status=422", 422, "Failed to deserialize"),
        (FAL, "fal.generate status=400", 400, "The request is malformed"),
        ("grok-imagine-image", "xai.generate error=image-fetch-failed", 400, "not be fetched"),
    ],
)
def test_a_refusal_of_the_request_is_passed_on_and_nobody_else_is_asked(
    model: str, fault: str, status: int, said: str, gateway: Make, behind: Behind
) -> None:
    behind.fault(fault)

    refused = gateway().refusal(model=model)

    assert refused[:2] == (status, "UPSTREAM_ERROR")
    assert said in refused[2]
    assert len(behind.heard()) == 1


@pytest.mark.parametrize(
    ("model", "fault"),
    [
        (FAL, "fal.generate error=content-policy-violation"),
        (XAI, "xai.generate error=moderated"),
        (XAI, "xai.generate moderated=placeholder"),
        ("grok-imagine-image", "xai.generate error=usage-guidelines"),
    ],
)
def test_a_breach_of_a_content_policy_is_one_here_too(
    model: str, fault: str, gateway: Make, behind: Behind
) -> None:
    behind.fault(fault)

    assert gateway().refusal(model=model)[:2] == (400, "CONTENT_POLICY_VIOLATION")
    assert len(behind.heard()) == 1


def test_a_limit_is_one_here_too_and_says_when_to_come_again(gateway: Make, behind: Behind) -> None:
    behind.fault("fal.generate status=429;retry-after=7")

    answer = gateway().ask(model=FAL)

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert answer.json()["error"]["code"] == "RATE_LIMITED"


def test_one_provider_at_its_limit_and_one_that_fails_are_a_failure(
    gateway: Make, behind: Behind
) -> None:
    behind.fault("xai.generate status=429;retry-after=7")
    behind.fault("fal.generate status=500")

    answer = gateway().ask()

    assert answer.status_code == 502
    assert "retry-after" not in answer.headers


def test_one_that_cannot_be_asked_does_not_hide_what_the_other_said(
    gateway: Make, behind: Behind
) -> None:
    behind.fault("xai.edit status=429;retry-after=7")

    answer = gateway().ask("edit", images=[{"url": "https://example.com/a.png"}])

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert [each.provider for each in behind.heard()] == ["xai"]


def test_a_provider_that_does_not_answer_is_given_up(
    gateway: Make, behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Context.figure
    assert 1 <= gateway().app.mocks["lumenfall"].context.figure("upstream-seconds") <= 10
    monkeypatch.setattr(
        Context,
        "figure",
        lambda context, name: 0.3 if name == "upstream-seconds" else known(context, name),
    )
    behind.fault("xai.generate delay=90")

    status, code, message = gateway().refusal(model=XAI)
    behind.app.services.clock.advance(90)

    assert (status, code) == (502, "ALL_PROVIDERS_EXHAUSTED")
    assert message.endswith("xAI: no whole answer within 0.3 s")


def test_nobody_is_behind_the_address(gateway: Make) -> None:
    refused = gateway(route={"xai": "http://127.0.0.1:9/xai/v1"}).refusal()

    assert refused[:2] == (502, "ALL_PROVIDERS_EXHAUSTED")


def test_a_provider_that_is_not_connected_cannot_be_forced(gateway: Make, behind: Behind) -> None:
    only = gateway(route={"fal": behind.route["fal"]})

    assert only.ask().headers["x-lumenfall-provider"] == "fal"
    assert only.refusal(model=XAI)[2].endswith("xAI is not connected to this gateway")
    assert [each.provider for each in behind.heard()] == ["fal"]


def test_what_is_refused_at_the_front_reaches_nobody(gateway: Make, behind: Behind) -> None:
    front = gateway()

    assert front.refusal(size="banana")[0] == 400
    assert front.refusal(model="fal/another")[0] == 404
    front.client.headers["authorization"] = "Bearer invalid"
    assert front.refusal()[0] == 401
    assert behind.heard() == []


def test_a_dry_run_reaches_nobody(gateway: Make, behind: Behind) -> None:
    front = gateway(route={"fal": behind.route["fal"]})
    path = "/lumenfall/openai/v1/images/generations?dryRun=true"
    body = {"model": "grok-imagine-image", "prompt": "a"}

    told = front.client.post(path, json=body).json()

    assert (told["estimated"], told["provider"]) == (True, "fal")
    assert behind.heard() == []


def test_a_call_is_paid_once_it_is_answered(gateway: Make, behind: Behind) -> None:
    front = gateway()
    behind.fault("fal.generate nth=1 status=503")

    def left() -> Any:
        return front.client.get("/lumenfall/v1/balance").json()["available"]["amount"]

    front.refusal(model=FAL)
    assert left() == 10.0
    front.ask(model=FAL, n=5)
    assert left() == pytest.approx(9.9)


def test_keys_never_cross(gateway: Make, behind: Behind) -> None:
    keys = {"fal": "ours-id:ours-secret", "xai": "xai-ours"}
    front = gateway(route_keys=keys)
    behind.fault("xai.generate nth=2 status=401")

    answers = [front.ask(), front.ask(n=9), front.ask(model=XAI, quality="xai-ours")]

    sent = {each.provider: dict(each.request.headers) for each in behind.heard()}
    assert sent["xai"][b"authorization"] == b"Bearer xai-ours"
    assert sent["fal"][b"authorization"] == b"Key ours-id:ours-secret"
    for each in behind.heard():
        assert b"lmnfl_front" not in each.request.body + b" ".join(
            dict(each.request.headers).values()
        )
        ours = {name for name in dict(each.request.headers) if name.startswith(b"x-harness")}
        assert ours == {b"x-harness-sent-by"}
    for answer in answers:
        told = answer.text + " ".join(answer.headers.values())
        assert not any(key in told for key in ("xai-ours", "ours-id", "ours-secret"))
    assert answers[2].status_code == 422


def test_the_harness_headers_stay_at_the_front(gateway: Make, behind: Behind) -> None:
    front = gateway()
    front.client.headers["x-harness-test"] = "mine"

    [image] = front.images(model=FAL)

    assert image
    assert {each.test for each in front.app.services.journal} == {"mine"}
    assert [each.test for each in behind.heard()] == [""]


def test_a_gateway_in_front_of_its_own_server_needs_no_socket(
    gateway: Make, decoded: Decoded
) -> None:
    front = gateway(providers=(), route={"fal": "here", "xai": "here"})

    images = front.images(model=FAL, n=6, output_format="webp")

    assert [decoded(each) for each in images] == [("WEBP", (1024, 1024))] * 6
    noted = [(each.provider, each.operation) for each in front.app.services.journal]
    calls = [each for each in noted if each[1] != "media"]
    assert calls == [("lumenfall", "generate"), ("fal", "generate"), ("fal", "generate")]
    assert noted.count(("fal", "media")) == noted.count(("lumenfall", "media")) == 6


def test_a_broken_connection_inside_one_process_is_a_failure_too(gateway: Make) -> None:
    front = gateway(providers=(), route={"fal": "here", "xai": "here"})
    front.client.post("/__admin/faults", json={"fault": "xai.generate reset"})

    assert front.ask().headers["x-lumenfall-provider"] == "fal"


def test_the_openai_sdk_speaks_to_the_gateway(
    decoded: Decoded, picture: Callable[..., bytes]
) -> None:
    app = App(Settings(seed=1, route={"fal": "here", "xai": "here"}))
    with serving(app) as address:
        base = f"{address}/lumenfall/openai/v1"
        with openai.OpenAI(base_url=base, api_key="lmnfl_a.b", max_retries=0) as client:
            made: Any = client.images.generate(
                model=FAL, prompt="x", n=5, response_format="b64_json", size="1536x1024"
            )
            edited: Any = client.images.edit(
                model="grok-imagine-image",
                prompt="at night",
                image=[("a.png", picture(), "image/png"), ("b", picture(), None)],
            )
            with pytest.raises(openai.UnprocessableEntityError) as caught:
                client.images.generate(model=XAI, prompt="x", quality="hd")

    assert len(made.data) == 5
    assert edited.data[0].url.startswith(f"{address}/lumenfall/media/")
    assert caught.value.code == "UPSTREAM_ERROR"
    calls = [each for each in app.services.journal if each.operation != "media"]
    asked = [each.provider for each in calls if each.provider != "lumenfall"]
    assert asked == ["fal", "fal", "xai", "xai"]
