"""Whom a gateway's mock may hand calls on to, and how each is reached."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.contracts.loading.load import recorded
from imagine_harness.mocks.app import App, MockError, Settings
from imagine_harness.mocks.network.upstreams import Upstream


def made(**settings: Any) -> dict[str, Upstream]:
    return dict(App(Settings(seed=1, **settings)).services.upstreams)


def test_without_a_route_nobody_is_connected() -> None:
    assert made() == {}


def test_an_upstream_is_called_as_its_contract_has_it() -> None:
    route = {"fal": "http://localhost:1/fal", "xai": "http://[::1]:2/xai/v1/"}
    found = made(providers=("lumenfall",), route=route, route_keys={"fal": "a:b"})

    assert found["fal"].url("/xai/grok-imagine-image") == (
        "http://localhost:1/fal/xai/grok-imagine-image"
    )
    assert found["xai"].url("/v1/images/edits") == "http://[::1]:2/xai/v1/images/edits"
    assert found["fal"].credential == {"Authorization": "Key a:b"}
    assert found["xai"].credential == {"Authorization": "Bearer xai-mock"}
    assert found["fal"].app is found["xai"].app is None
    assert "a:b" not in repr(found)


def test_here_is_the_application_itself() -> None:
    app = App(Settings(seed=1, providers=("lumenfall", "fal"), route={"fal": "here"}))

    [upstream] = app.services.upstreams.values()
    assert upstream.app is app
    assert upstream.url("/xai/grok-imagine-image").endswith("/fal/xai/grok-imagine-image")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"route": {"runware": "here"}}, "no upstream 'runware', known: xai, fal"),
        ({"route_keys": {"falx": "a"}}, "no upstream 'falx', known: xai, fal"),
        ({"route": {"fal": "here"}, "providers": ("fal",)}, "no provider served here is a gateway"),
        ({"route": {"fal": "here"}, "providers": ("lumenfall",)}, "expected fal=URL"),
        ({"route": {"fal": "nowhere"}}, "fal expects an http URL or 'here', got 'nowhere'"),
        ({"route": {"fal": ""}}, "fal expects an http URL"),
        ({"route": {"fal": "ftp://127.0.0.1/"}}, "fal expects an http URL"),
        ({"route": {"fal": "http://"}}, "fal expects an http URL"),
        ({"route": {"fal": "http://127.0.0.1:999999/"}}, "fal expects an http URL"),
        ({"route": {"fal": "http://u:secret@127.0.0.1/"}}, "//***@127.0.0.1"),
        ({"route": {"fal": "http://127.0.0.1/?a=secret"}}, "without a query"),
        ({"route": {"fal": "http://example.com/fal"}}, "expected --allow example.com"),
        ({"route": {"fal": "http://127.0.0.1.example.com"}}, "not allowed by name"),
        ({"route": {"fal": "http://2130706433/"}}, "not allowed by name"),
        ({"route": {"fal": "http://127.0.0.1:4010/__admin"}}, "not the controls /__admin/"),
        ({"route": {"fal": "http://127.0.0.1:4010/%5f_admin/a"}}, "not the controls /__admin/"),
        ({"route": {"fal": "here"}, "route_keys": {"fal": "secret"}}, "the key of fal is not of"),
        ({"route": {"fal": "here"}, "route_keys": {"fal": "a:secret\n"}}, "the key of fal"),
        ({"route": {"fal": "here"}, "route_keys": {"fal": "a:sécret"}}, "the key of fal"),
    ],
)
def test_a_route_that_means_nothing_is_an_error_without_a_secret(
    settings: dict[str, Any], told: str
) -> None:
    with pytest.raises(MockError) as caught:
        made(**settings)

    assert told in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_host_that_is_allowed_by_name_may_be_reached() -> None:
    found = made(route={"fal": "https://fal.example/x"}, allow=("fal.example",))

    assert found["fal"].base == "https://fal.example/x"


@pytest.mark.parametrize(
    ("url", "owned"),
    [
        ("http://127.0.0.1:7/a.png", True),
        ("HTTP://127.0.0.1:7/a.png", True),
        ("http://127.0.0.1:8/a.png", False),
        ("http://127.0.0.1/a.png", False),
        ("https://127.0.0.1:7/a.png", False),
        ("http://127.0.0.1:7@example.com/a.png", False),
        ("http://localhost:7/a.png", False),
        ("http://[/", False),
        ("a.png", False),
    ],
)
def test_only_addresses_of_the_same_origin_are_its_own(url: str, owned: bool) -> None:
    assert Upstream(recorded("fal"), "http://127.0.0.1:7/fal", "a:b").owns(url) is owned
