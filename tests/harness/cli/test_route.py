"""A gateway's mock that hands its calls on: the option, its errors, and a server that does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from imagine_harness.harness.cli.common.arguments import settings

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Run, Serve

FAL = "http://127.0.0.1:1/fal"
XAI = "http://127.0.0.1:1/xai/v1"
IMAGES = "/lumenfall/openai/v1/images/generations"


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FAL_KEY", "XAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("words", "providers", "route"),
    [
        ([], [], {}),
        (["all"], [], {"fal": "here", "xai": "here"}),
        (["all"], ["lumenfall", "fal"], {"fal": "here"}),
        (["all", f"fal={FAL}"], [], {"fal": FAL, "xai": "here"}),
        ([f"fal={FAL}", "all"], [], {"fal": FAL, "xai": "here"}),
        ([f"fal={FAL}", f"xai={XAI}"], ["lumenfall"], {"fal": FAL, "xai": XAI}),
        (["xai=here"], [], {"xai": "here"}),
    ],
)
def test_words_become_a_route(
    words: list[str], providers: list[str], route: dict[str, str]
) -> None:
    chosen = settings(routes=words, providers=providers)

    assert (chosen.route, chosen.route_keys) == (route, {})


def test_a_key_is_that_of_the_environment_where_a_call_leaves_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FAL_KEY", "id:real-secret")
    monkeypatch.setenv("XAI_API_KEY", "xai-real-secret")

    chosen = settings(routes=["all", f"fal={FAL}"])

    assert chosen.route_keys == {"fal": "id:real-secret"}
    assert "real-secret" not in repr(chosen)


@pytest.mark.parametrize("word", ["fal", "=here", "fal=", ""])
def test_a_word_without_both_sides_is_an_error(word: str) -> None:
    with pytest.raises(click.UsageError, match=r"^--route expects UPSTREAM=URL or no value, got "):
        settings(routes=[word])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--route", "--provider", "fal"], "no gateway is served here"),
        (["--route", "runware=here"], "no upstream 'runware', known: xai, fal"),
        (["--route", "fal=nowhere"], "fal expects an http URL or 'here', got 'nowhere'"),
        (["--route", "fal=https://fal.run"], "fal.run is not of this machine and was not allowed"),
        (["--route", "fal=here", "--provider", "lumenfall"], "fal is not served here"),
    ],
)
def test_a_route_that_means_nothing_is_one_line_and_exit_code_2(
    options: list[str], told: str, cli: Run
) -> None:
    ended = cli("serve", "--port", 0, *options)

    assert ended.code == 2
    assert told in ended.err
    assert len(ended.err.splitlines()) == 1
    assert ended.out == ""


def test_a_server_that_routes_to_itself(serve: Serve) -> None:
    served = serve("--route", "--fault", "xai.generate status=503", "--provider", "lumenfall",
                   "--provider", "fal", "--provider", "xai")  # fmt: skip
    body = {"model": "grok-imagine-image", "prompt": "a lighthouse", "n": 5}

    answer = served.post(IMAGES, body, Authorization="Bearer lmnfl_a.b")

    assert answer.headers["x-lumenfall-provider"] == "fal"
    addresses = [each["url"] for each in answer.json()["data"]]
    assert [each.startswith(f"{served.address}/lumenfall/media/") for each in addresses] == [
        True
    ] * 5
    told = [served.line().partition(" ")[2].split()[:2] for _ in range(9)]
    assert [each for each in told if each != ["fal.media", "200"]] == [
        ["xai.generate", "503"],
        ["fal.generate", "200"],
        ["fal.generate", "200"],
        ["lumenfall.generate", "200"],
    ]
