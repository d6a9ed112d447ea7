"""Every option of `serve` from the environment: what a variable says, and what is said of it."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import click
import pytest

from imagine_harness.harness.cli import VERBS, command_line, imagine_harness
from imagine_harness.harness.cli import serve as serve_verb
from imagine_harness.harness.variables import split, variable
from imagine_harness.mocks.app import App
from imagine_harness.mocks.settings import Settings
from tests.harness.cli.samples import MODEL

Served = Callable[..., tuple[int, App | None]]


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The exit code and the mocks that `serve` makes of its options, in place of serving them."""
    made: list[App] = []
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr("imagine_harness.mocks.server.serve", lambda app, *_: made.append(app))

    def serve(*options: str, **variables: str) -> tuple[int, App | None]:
        made.clear()
        with monkeypatch.context() as patch:
            patch.setenv("IMAGINE_HARNESS_PORT", "0")
            for name, value in variables.items():
                patch.setenv(f"IMAGINE_HARNESS_{name}", value)
            code = command_line(["serve", *options])
        return code, made[0] if made else None

    yield serve
    signal.signal(signal.SIGTERM, before)


SAID: Mapping[str, tuple[str, Callable[[Settings], Any], Any]] = MappingProxyType(
    {
        "PUBLIC_URL": ("http://mocks:4010", lambda it: it.public_url, "http://mocks:4010"),
        "SEED": ("7", lambda it: it.seed, 7),
        "SPEED": ("2.5", lambda it: it.speed, 2.5),
        "STRICT": ("1", lambda it: it.strict, True),
        "READING": (
            "fal.undeclared-keys=refused,fal.result-suffix=with-response",
            lambda it: dict(it.readings),
            {"fal.undeclared-keys": "refused", "fal.result-suffix": "with-response"},
        ),
        "FAULT": (
            "fal.generate nth=2 status=429 retry-after=1\nxai status=503;delay=0.1\n",
            lambda it: [(each.provider, each.spec()) for each in it.faults],
            [("fal", "status=429 retry-after=1"), ("xai", "status=503 delay=0.1")],
        ),
        "TASKS": ("manual", lambda it: str(it.tasks), "manual"),
        "PICTURES": ("heavy", lambda it: str(it.pictures), "heavy"),
        "ALLOW": ("a.example, b.example", lambda it: it.allow, ("a.example", "b.example")),
        "ROUTE": ("all", lambda it: it.route, {"fal": "here", "xai": "here"}),
        "MEMORY": ("64MB", lambda it: it.memory, 64_000_000),
        "ADMIN_TOKEN": ("a-token", lambda it: it.admin_token, "a-token"),
        "PROVIDER": ("fal,xai,lumenfall", lambda it: it.providers, ("fal", "xai", "lumenfall")),
    }
)
"""What a variable may say, and what it does to the settings."""

ELSEWHERE = frozenset({"PORT", "HOST", "TLS", "JOURNAL", "QUIET", "CONTRACT"})
"""Those that are tried one by one."""


def test_every_option_has_a_variable_of_its_name() -> None:
    options = [each for each in serve_verb.command.params if isinstance(each, click.Option)]
    names = {each.opts[0].removeprefix("--").replace("-", "_").upper() for each in options}

    assert {variable(each) for each in options} == {f"IMAGINE_HARNESS_{name}" for name in names}
    assert names == SAID.keys() | ELSEWHERE


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb != "serve"])
def test_no_other_verb_reads_one(verb: str) -> None:
    command = imagine_harness.get_command(click.Context(imagine_harness), verb)

    assert command is not None
    assert [each.envvar for each in command.params if each.envvar] == []


@pytest.mark.parametrize("name", SAID)
def test_a_variable_says_what_its_option_would(name: str, served: Served) -> None:
    value, found, expected = SAID[name]
    code, app = served(**{name: value})

    assert code == 0
    assert app is not None
    assert found(app.settings) == expected


def test_an_option_wins_over_its_variable(served: Served) -> None:
    _, app = served("--provider", "xai", "--seed", "1", PROVIDER="fal", SEED="2")

    assert app is not None
    assert ([*app.mocks], app.seed) == (["xai"], 1)


def test_an_empty_variable_says_nothing(served: Served) -> None:
    names = [*SAID, *ELSEWHERE - {"PORT"}]
    code, app = served(**dict.fromkeys(names, ""))

    assert code == 0
    assert app is not None
    assert app.settings == Settings()


@pytest.mark.parametrize(("word", "is_on"), [("true", True), ("0", False), ("no", False)])
def test_a_flag_takes_the_usual_words(word: str, is_on: bool, served: Served) -> None:
    _, app = served(STRICT=word)

    assert app is not None
    assert app.settings.strict is is_on


def test_files_are_named_by_variables(served: Served, tmp_path: Path) -> None:
    (invented := tmp_path / "invented.toml").write_text(MODEL, encoding="utf-8")
    code, app = served(JOURNAL=str(tmp_path / "a.ndjson"), CONTRACT=f"{invented}\n", QUIET="1")

    assert code == 0
    assert app is not None
    assert [each.file for each in app.settings.contracts] == [str(invented)]
    assert (tmp_path / "a.ndjson").exists()


def test_where_to_listen_is_named_by_variables(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _ = served(HOST="127.0.0.1", TLS="0")

    assert code == 0
    assert capsys.readouterr() == ("", "")


BAD = [
    ("PORT", "many", "IMAGINE_HARNESS_PORT"),
    ("PORT", "70000", "IMAGINE_HARNESS_PORT"),
    ("SEED", "x", "IMAGINE_HARNESS_SEED"),
    ("STRICT", "perhaps", "IMAGINE_HARNESS_STRICT"),
    ("TLS", "perhaps", "IMAGINE_HARNESS_TLS"),
    ("TASKS", "never", "IMAGINE_HARNESS_TASKS"),
    ("MEMORY", "lots", "IMAGINE_HARNESS_MEMORY"),
    ("SPEED", "0", "(in the environment: IMAGINE_HARNESS_SPEED)"),
    ("FAULT", "bogus=1", "(in the environment: IMAGINE_HARNESS_FAULT)"),
    ("READING", "nothing", "(in the environment: IMAGINE_HARNESS_READING)"),
    ("PROVIDER", "nobody", "(in the environment: IMAGINE_HARNESS_PROVIDER)"),
    ("ALLOW", "a.example:80", "(in the environment: IMAGINE_HARNESS_ALLOW)"),
    ("ROUTE", "nobody=here", "(in the environment: IMAGINE_HARNESS_ROUTE)"),
    ("ADMIN_TOKEN", "a b", "(in the environment: IMAGINE_HARNESS_ADMIN_TOKEN)"),
    ("PUBLIC_URL", "mocks", "(in the environment: IMAGINE_HARNESS_PUBLIC_URL)"),
    ("JOURNAL", "/nowhere/a", "(in the environment: IMAGINE_HARNESS_JOURNAL)"),
    ("HOST", "192.0.2.1", "(in the environment: IMAGINE_HARNESS_PORT, IMAGINE_HARNESS_HOST)"),
]


@pytest.mark.parametrize(("name", "value", "told"), BAD)
def test_a_bad_value_is_put_down_to_its_variable(
    name: str, value: str, told: str, served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    code, app = served(**{name: value})
    err = capsys.readouterr().err

    assert (code, app) == (2, None)
    assert told in err
    assert err.count("\n") == 1
    assert err.count("IMAGINE_HARNESS_") == told.count("IMAGINE_HARNESS_")


def test_a_bad_option_is_not_put_down_to_a_variable(
    served: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert served("--fault", "bogus=1", PROVIDER="fal") == (2, None)
    assert "IMAGINE_HARNESS_" not in capsys.readouterr().err


def test_help_shows_the_variables(capsys: pytest.CaptureFixture[str]) -> None:
    assert command_line(["serve", "--help"]) == 0
    told = capsys.readouterr().out

    assert all(f"IMAGINE_HARNESS_{name}" in told for name in {*SAID, *ELSEWHERE})


TEXTS = [
    ("a", ["a"]),
    ("a, b,,", ["a", "b"]),
    ("a,b\n", ["a,b"]),
    ("fal status=429; delay=1\r\n\n xai reset \n", ["fal status=429; delay=1", "xai reset"]),
    (" , ", []),
]


@pytest.mark.parametrize(("text", "values"), TEXTS)
def test_values_stand_one_a_line_or_with_commas_between_them(text: str, values: list[str]) -> None:
    assert split(text) == values
