"""Every named format, read alike by Python's re, by two validators and by ECMAScript."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from types import MappingProxyType

import jsonschema
import jsonschema_rs
import pytest

from imagine_harness.contracts.engine import anchored, is_linear, whole
from imagine_harness.contracts.formats import FORMATS

UUID = "2f1c4b8e-5a3d-4c6b-8e7f-0a1b2c3d4e5f"
DATA = "data:image/png;base64,iVBORw0KGgo="

# Each hand-stated: format -> (further right examples, further wrong ones).
MORE: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "uuid4": (
            (UUID, UUID.upper(), UUID.replace("-8e", "-Be"), UUID.replace("-8e", "-ae")),
            ("", f"{{{UUID}}}", f" {UUID}", f"{UUID} ", f"{UUID}0", f"urn:uuid:{UUID}", UUID[:-1]),
        ),
        "hex32": (
            ("0" * 31 + "1", "1" + "0" * 31, "AbCdEf0123456789" * 2),
            ("", "a" * 31, "a" * 33, " " + "a" * 32, "0x" + "a" * 30, "\u0661" * 32, UUID),
        ),
        "url": (
            ("HTTPS://EXAMPLE.COM", "https://[::1]:8080/a", "https://e.com?x=1", "http://u:p@e/"),
            (
                *("", "https:///a", "https://?a", "https://#a", "http:/e.com", "https//e.com"),
                *(" https://e.com", "https://e.com ", "https://e.com/a b", "https://a b", DATA),
                *("https://e.com\n/a", "\nhttps://e.com", "x https://e.com", "ws://e.com"),
            ),
        ),
        "image-url": (
            (DATA, "data:image/svg+xml;base64,QQ==", "data:image/x-icon;base64,a_b-"),
            (
                *("", "iVBORw0KGgo=", "data:;base64,QQ==", "data:image/;base64,QQ=="),
                *("data:image/png;base64,a b", "data:image/png;charset=x;base64,QQ==", f" {DATA}"),
            ),
        ),
        "image-reference": (
            (DATA, "iVBORw0KGgo=", "iVBO\nRw0K", "iVBO\r\nRw0K", "a_b-c="),
            (" ", "a b", "https://a b", "example.com/a.png", "file:///a.png", "a,b", f"{UUID} "),
        ),
        "ratio": (
            ("0.5:1", "100:1", "2.35:1", "999999:1"),
            (
                *("", "16:9:1", "-1:1", "01:1", "1e1:1", "16 : 9", "AUTO", "auto:1", "16:", ":9"),
                *("1.:1", ".5:1", "0.0:1", "1000000:1", "\uff11:1", "\u0661:1", "1:1\n1:1"),
            ),
        ),
        "size": (
            ("999999x1", "9:19.5", "2048x1024"),
            (
                *("", "1024\u00d71024", "01x1", "1.5x2", "1x1x1", " 1x1", "1x1 ", "1000000x1"),
                *("1x0", "Auto", "1024 x 1024", "\uff11x1", "1x1\n1x1"),
            ),
        ),
        "tier": (
            ("1k", "1.5k", "12.5", "0.0001", "999999"),
            (
                *("", "0", "0.0", "0.0K", "1KK", "01K", "1.K", ".5K", "1kb", "Auto", "1K\n1K"),
                *("\uff11K", "\u0661", "1e3", "+1", "1,5K", " 1K", "1\u212a"),
            ),
        ),
    }
)

READERS: dict[str, Callable[[str, str], bool]] = {
    "re": lambda pattern, text: re.fullmatch(pattern, text) is not None,
    "jsonschema": lambda pattern, text: jsonschema.Draft202012Validator(
        {"pattern": anchored(pattern)}
    ).is_valid(text),
    "jsonschema_rs": lambda pattern, text: jsonschema_rs.Draft202012Validator(
        {"pattern": anchored(pattern)}
    ).is_valid(text),
    "ours": lambda pattern, text: whole(pattern).is_valid(text),
}
LAX = "jsonschema"
"""Hands patterns to Python's re, whose `$` also stands before a last line feed."""

ECMASCRIPT = """
const cases = JSON.parse(require("fs").readFileSync(0));
console.log(JSON.stringify(cases.map(([pattern, text]) => new RegExp(pattern, "u").test(text))));
"""

RIGHT = [(name, text) for name in FORMATS for text in (*FORMATS[name].right, *MORE[name][0])]
WRONG = [(name, text) for name in FORMATS for text in (*FORMATS[name].wrong, *MORE[name][1])]


def verdicts(name: str, text: str) -> dict[str, bool]:
    return {reader: reads(FORMATS[name].pattern, text) for reader, reads in READERS.items()}


def test_every_format_has_hand_stated_examples() -> None:
    assert MORE.keys() == FORMATS.keys()


def misread(cases: list[tuple[str, str]], matches: bool) -> list[tuple[str, str]]:
    """The examples that some reader reads otherwise."""
    return [case for case in cases if verdicts(*case) != dict.fromkeys(READERS, matches)]


def test_a_right_example_matches_for_every_reader() -> None:
    assert misread(RIGHT, matches=True) == []


def test_a_wrong_example_matches_for_no_reader() -> None:
    assert misread(WRONG, matches=False) == []


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\n", "\n\n"], ids=ascii)
def test_a_trailing_newline_never_matches(ending: str) -> None:
    for name, text in RIGHT:
        said = verdicts(name, text + ending)
        said.pop(LAX)
        assert not any(said.values()), (name, text)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_ecmascript_reads_every_pattern_as_we_do() -> None:
    longer = [(name, text + "\n") for name, text in RIGHT]
    cases = [(anchored(FORMATS[name].pattern), text) for name, text in RIGHT + WRONG + longer]
    done = subprocess.run(
        ["node", "-e", ECMASCRIPT],
        input=json.dumps(cases),
        capture_output=True,
        check=True,
        text=True,
    )

    expected = [True] * len(RIGHT) + [False] * (len(WRONG) + len(longer))
    assert json.loads(done.stdout) == expected


@pytest.mark.parametrize("name", FORMATS)
def test_a_pattern_avoids_what_engines_read_differently(name: str) -> None:
    pattern = FORMATS[name].pattern

    assert pattern.isascii()
    assert re.search(r"\\[dDwWsSbBAZz]|\(\?[a-zP]|[$]|(?<!\[)\^", pattern) is None
    assert re.search(r"\(\?<?[=!]|\\[1-9]", pattern) is None
    assert is_linear(anchored(pattern))


@pytest.mark.parametrize("name", FORMATS)
def test_a_long_text_is_decided_at_once(name: str) -> None:
    for text in ("1" * 200_000, "a" * 200_000 + " ", "https://" + "a/" * 100_000 + " "):
        assert len(set(verdicts(name, text).values())) == 1


LONG = 30_000_000
LONG_ONES = {
    "image-url": f"{DATA[:-1]}{'A' * LONG}=",
    "image-reference": f"{'iVBORw0KGgo' * (LONG // 11)}=",
    "url": f"https://example.com/{'a' * LONG}",
}


@pytest.mark.parametrize("name", LONG_ONES)
def test_a_text_of_thirty_million_letters_is_read_to_its_end(name: str) -> None:
    engine = whole(FORMATS[name].pattern)

    assert engine.is_valid(LONG_ONES[name])
    assert not engine.is_valid(f"{LONG_ONES[name]} ")
