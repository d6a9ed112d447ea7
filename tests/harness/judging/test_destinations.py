"""Whose contract an address is of."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.harness.judging.destinations import (
    DeclaredHost,
    DestinationError,
    Destinations,
)

GENERATE, LUMENFALL = "/v1/images/generations", "/openai/v1/images/generations"


def found(judges: Mapping[str, Judge], url: str, *said: str) -> tuple[str, str, bool] | None:
    place = Destinations(judges, map(DeclaredHost.parse, said)).of(url)
    return (place.judge.name, place.path, place.is_real) if place else None


@pytest.mark.parametrize(
    ("url", "right"),
    [
        (f"https://api.x.ai{GENERATE}", ("xai", GENERATE, True)),
        (f"https://API.X.AI:443{GENERATE}", ("xai", GENERATE, True)),
        ("https://queue.fal.run/a", ("fal", "/queue/a", True)),
        (f"http://127.0.0.1:4010/xai{GENERATE}", ("xai", GENERATE, False)),
        (f"http://[::1]:4010/xai{GENERATE}", ("xai", GENERATE, False)),
        (f"https://example.com/xai{GENERATE}", None),
        ("https://example.com:99999/", None),
        ("http://[", None),
    ],
)
def test_a_place_is_known_by_its_host_or_our_own_prefix(
    judges: Mapping[str, Judge], url: str, right: tuple[str, str, bool] | None
) -> None:
    assert found(judges, url) == right


@pytest.mark.parametrize(
    ("said", "path", "right"),
    [
        ("gw.example.com=xai", GENERATE, ("xai", GENERATE)),
        ("GW.example.com=xai", f"/xai{GENERATE}", ("xai", GENERATE)),
        ("gw.example.com/images=xai", f"/images{GENERATE}", ("xai", GENERATE)),
        ("gw.example.com/images/=xai", f"/images{GENERATE}", ("xai", GENERATE)),
        ("gw.example.com/v1=lumenfall", GENERATE, ("lumenfall", LUMENFALL)),
        ("gw.example.com=lumenfall", "/images/generations", ("lumenfall", LUMENFALL)),
        ("gw.example.com:443=xai", GENERATE, ("xai", GENERATE)),
        ("gw.example.com:8443=xai", GENERATE, None),
        ("gw.example.com/images=xai", GENERATE, None),
        ("gw.example.com/images=xai", f"/imagesque{GENERATE}", None),
        ("other.example.com=xai", GENERATE, None),
    ],
)
def test_it_can_be_said_whose_contract_a_host_speaks(
    judges: Mapping[str, Judge], said: str, path: str, right: tuple[str, str] | None
) -> None:
    place = found(judges, f"https://gw.example.com{path}", said)

    assert place == (None if right is None else (*right, False))


def test_what_is_said_of_more_counts(judges: Mapping[str, Judge]) -> None:
    url = f"https://gw.example.com/b{GENERATE}"

    assert found(judges, url, "gw.example.com/b=xai", "gw.example.com=fal") == (
        "xai",
        GENERATE,
        False,
    )


def test_what_is_said_counts_more_than_what_is_known(judges: Mapping[str, Judge]) -> None:
    said = "api.x.ai=uniall", "127.0.0.1:80=uniall", "[::1]=uniall"
    hosts = "api.x.ai", "127.0.0.1", "[::1]:9"

    assert {found(judges, f"http://{each}{GENERATE}", *said) for each in hosts} == {
        ("uniall", GENERATE, False)
    }


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("gw.example.com", "expected HOST[:PORT][/PREFIX]=PROVIDER, got 'gw.example.com'"),
        ("=xai", "expected HOST"),
        ("https://gw.example.com=xai", "expected HOST"),
        ("me@gw.example.com=xai", "expected HOST"),
        ("gw.example.com:99999=xai", "expected HOST"),
        ("gw example=xai", "expected HOST"),
        ("[::1=xai", "expected HOST"),
        ("gw.example.com=nobody", "no provider 'nobody' is recorded, known: cloudflare, "),
    ],
)
def test_what_means_nothing_is_refused(said: str, why: str) -> None:
    with pytest.raises(DestinationError) as refused:
        DeclaredHost.parse(said)

    assert str(refused.value).startswith(why)


def test_a_picture_is_one_only_where_a_provider_serves_them(judges: Mapping[str, Judge]) -> None:
    places = Destinations(judges)
    urls = "https://v3b.fal.media/files/b/0f/p.jpg", f"https://api.x.ai{GENERATE}"

    found = [place for url in urls if (place := places.of(url))]

    assert [place.judge.is_fetch(place.path) for place in found] == [True, False]
