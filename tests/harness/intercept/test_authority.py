"""The authority: who is believed to be whom, for how long, and that no key is left behind."""

from __future__ import annotations

import ssl
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from imagine_harness.harness.intercept.authority import Authority

HOSTS = ("fal.run", "api.x.ai")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("authority")


@pytest.fixture(scope="module")
def authority(folder: Path) -> Authority:
    return Authority(folder, HOSTS)


def shaken(server: ssl.SSLContext, client: ssl.SSLContext, name: str) -> ssl.SSLObject:
    """The client's side of a connection, after the greetings went to and fro in memory."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    one = client.wrap_bio(to_client, to_server, server_hostname=name)
    other = server.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(3):
        for side in (one, other):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    one.do_handshake()
    return one


Trusting = Callable[..., ssl.SSLContext]


@pytest.fixture
def trusting(authority: Authority) -> Trusting:
    def made(*protocols: str) -> ssl.SSLContext:
        context = ssl.create_default_context(cadata=authority.certificate)
        context.verify_flags |= ssl.VERIFY_X509_STRICT  # as it is by default from Python 3.13 on
        if protocols:
            context.set_alpn_protocols(list(protocols))
        return context

    return made


@pytest.mark.parametrize("host", HOSTS)
def test_a_client_that_trusts_the_authority_believes_a_host_by_its_name(
    authority: Authority, trusting: Trusting, host: str
) -> None:
    for server in (authority.context(host), authority.context_by_name()):
        line = shaken(server, trusting(), host)

        assert line.getpeercert()["subjectAltName"] == (("DNS", host),)  # type: ignore[index]


def test_one_host_is_not_believed_to_be_another(authority: Authority, trusting: Trusting) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shaken(authority.context("fal.run"), trusting(), "api.x.ai")


def test_a_client_that_trusts_somebody_else_believes_nothing(
    authority: Authority, tmp_path: Path
) -> None:
    other = ssl.create_default_context(cadata=Authority(tmp_path, HOSTS).certificate)

    with pytest.raises(ssl.SSLCertVerificationError):
        shaken(authority.context("fal.run"), other, "fal.run")


@pytest.mark.parametrize("name", ["example.com", "x.fal.run"])
def test_a_host_that_is_not_on_record_has_no_certificate(
    authority: Authority, trusting: Trusting, name: str
) -> None:
    with pytest.raises(ssl.SSLError, match="CALLBACK_FAILED"):
        shaken(authority.context_by_name(), trusting(), name)


def test_of_the_protocols_that_a_client_offers_only_the_one_that_is_spoken_is_chosen(
    authority: Authority, trusting: Trusting
) -> None:
    for server in (authority.context("fal.run"), authority.context_by_name()):
        line = shaken(server, trusting("h2", "http/1.1"), "fal.run")

        assert line.selected_alpn_protocol() == "http/1.1"


def test_the_certificate_of_a_host_is_good_for_a_day(
    authority: Authority, trusting: Trusting
) -> None:
    line = shaken(authority.context("fal.run"), trusting(), "fal.run")
    leaf = x509.load_der_x509_certificate(line.getpeercert(binary_form=True) or b"")

    left = leaf.not_valid_after_utc - datetime.now(UTC)
    assert timedelta(hours=23) < left <= timedelta(hours=24)


def test_the_authority_is_shown_as_well_for_who_knows_its_key_and_has_no_file(
    authority: Authority, trusting: Trusting
) -> None:
    line: Any = shaken(authority.context("fal.run"), trusting(), "fal.run")
    inner = line if hasattr(line, "get_unverified_chain") else line._sslobj
    *_, last = inner.get_unverified_chain()
    shown = last if isinstance(last, bytes) else ssl.PEM_cert_to_DER_cert(last.public_bytes())

    assert shown == ssl.PEM_cert_to_DER_cert(authority.certificate)


def test_one_certificate_may_be_for_several_names_and_for_long(
    authority: Authority, trusting: Trusting
) -> None:
    context = authority.context("localhost", "127.0.0.1", lifetime=timedelta(days=30))
    for name in ("localhost", "127.0.0.1"):
        line = shaken(context, trusting(), name)
        leaf = x509.load_der_x509_certificate(line.getpeercert(binary_form=True) or b"")

        assert leaf.not_valid_after_utc - datetime.now(UTC) > timedelta(days=29)


def test_a_key_is_on_disk_only_while_it_is_read_and_only_for_its_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[Path, int, bool]] = []
    load = ssl.SSLContext.load_cert_chain

    def noted(context: ssl.SSLContext, file: str, *more: Any) -> None:
        mode = stat.S_IMODE(Path(file).stat().st_mode)
        seen.append((Path(file).parent, mode, "PRIVATE KEY" in Path(file).read_text()))
        load(context, file, *more)

    monkeypatch.setattr(ssl.SSLContext, "load_cert_chain", noted)
    made = Authority(tmp_path, HOSTS)
    made.files({})
    made.context("fal.run")
    made.context("fal.run")

    assert seen == [(tmp_path, 0o600, True)]
    left = [file.read_text() for file in tmp_path.rglob("*")]
    assert len(left) == 3
    assert not [text for text in left if "PRIVATE KEY" in text]


def certificates(file: Path) -> list[str]:
    return file.read_text().split("-----BEGIN CERTIFICATE-----")[1:]


def test_the_public_authorities_are_trusted_where_a_variable_takes_their_place(
    authority: Authority,
) -> None:
    files = authority.files({})

    [own] = certificates(files.alone)
    assert certificates(files.beside) == [own]
    assert len(certificates(files.instead)) > 50
    context = ssl.create_default_context(cafile=files.instead)
    shaken(authority.context("fal.run"), context, "fal.run")


def test_whom_the_environment_named_before_stays_trusted(
    authority: Authority, tmp_path: Path
) -> None:
    named = {}
    for name in ("SSL_CERT_FILE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
        named[name] = tmp_path / f"{name}.pem"
        named[name].write_text(Authority(tmp_path, ()).certificate)
    inherited = {name: str(file) for name, file in named.items()}

    files = authority.files({**inherited, "REQUESTS_CA_BUNDLE": str(tmp_path)})

    assert len(certificates(files.instead)) == 3
    assert len(certificates(files.beside)) == 2
    assert certificates(named["NODE_EXTRA_CA_CERTS"])[0].strip() in files.beside.read_text()
    assert named["CURL_CA_BUNDLE"].read_text().strip() in files.instead.read_text()


def test_a_variable_that_names_no_file_leaves_the_public_authorities(
    authority: Authority, tmp_path: Path
) -> None:
    missing = str(tmp_path / "none.pem")

    files = authority.files({"SSL_CERT_FILE": missing, "NODE_EXTRA_CA_CERTS": missing})

    assert len(certificates(files.instead)) > 50
    assert len(certificates(files.beside)) == 1
