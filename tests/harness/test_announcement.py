"""What `serve` says at its beginning: addresses that work, and whom to trust."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagine_harness.harness.announcement import Announcement
from imagine_harness.harness.intercept.authority import CertificateFiles
from imagine_harness.mocks.app import App, Settings

HERE = "http://127.0.0.1:4010"
PUBLIC = "https://mocks.example.com/imagine"


def told(
    capsys: pytest.CaptureFixture[str],
    host: str = "127.0.0.1",
    *,
    others: tuple[str, ...] = (),
    files: CertificateFiles | None = None,
    is_secret: bool = False,
    **settings: str,
) -> tuple[list[str], str]:
    app = App(Settings(seed=7, providers=("xai",), **settings))  # type: ignore[arg-type]
    Announcement(
        app=app, host=host, address=HERE, others=others, files=files, is_secret=is_secret
    ).print()
    said = capsys.readouterr()
    return said.out.splitlines(), said.err


def test_addresses_are_those_of_this_machine(capsys: pytest.CaptureFixture[str]) -> None:
    lines, err = told(capsys)

    assert lines == [
        f"xai         XAI_BASE_URL={HERE}/xai/v1",
        "            XAI_API_KEY=xai-mock",
        f"admin       {HERE}/__admin/",
        f"imagine-harness ready on {HERE} (seed 7)",
    ]
    assert err == ""


def test_what_listens_everywhere_says_where_others_find_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    others = ("http://192.0.2.7:4010", "http://[2001:db8::7]:4010")
    lines, err = told(capsys, "0.0.0.0", others=others)

    assert lines[0] == f"xai         XAI_BASE_URL={HERE}/xai/v1"
    assert lines[2:4] == [f"also on     {other}" for other in others]
    assert "0.0.0.0" not in " ".join(lines)
    assert err == "WARNING: 0.0.0.0 is not a loopback address, others can reach the mocks\n"


def test_a_public_address_takes_the_place_of_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    lines, err = told(capsys, others=("http://192.0.2.7:4010",), public_url=PUBLIC)

    assert lines[0] == f"xai         XAI_BASE_URL={PUBLIC}/xai/v1"
    assert lines[2].startswith(f"admin       {PUBLIC}/__admin/ token ")
    assert lines[3:] == [f"imagine-harness ready on {HERE} (seed 7)"]
    assert (
        err == "WARNING: mocks.example.com is not a loopback address, others can reach the mocks\n"
    )


def test_a_token_that_was_set_is_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    lines, _ = told(capsys, is_secret=True, public_url=PUBLIC, admin_token="topsecret")

    assert lines[2] == f"admin       {PUBLIC}/__admin/"


def test_whom_to_trust_is_told_by_file_and_by_variable(capsys: pytest.CaptureFixture[str]) -> None:
    files = CertificateFiles(
        alone=Path("/a/1.pem"), beside=Path("/a/2.pem"), instead=Path("/a/3.pem"), key_hash="x"
    )
    lines, _ = told(capsys, files=files)

    assert lines[2:5] == [
        "authority   /a/1.pem",
        "            SSL_CERT_FILE=/a/3.pem",
        "            NODE_EXTRA_CA_CERTS=/a/2.pem",
    ]
