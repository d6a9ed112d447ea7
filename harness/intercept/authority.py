"""A certificate authority that lives as long as one interception, and whom else clients trust."""

from __future__ import annotations

import base64
import hashlib
import ssl
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import serialization

REPLACING = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name the authorities to trust, in place of those that are trusted otherwise."""

ADDING = "NODE_EXTRA_CA_CERTS"
"""The variable that names authorities beside those that are trusted anyway."""

LIFETIME = timedelta(days=1)
"""How long the certificate of a host is good for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFiles:
    """Files of certificates that a client is to trust, the authority's own in each.

    Who reads none may take the hash of its public key, as browsers do: SHA-256 in base64.

    Attributes:
        alone: of nobody else.
        beside: and those that Node's variable named before.
        instead: and the public ones, or those that other variables named before.
    """

    alone: Path
    beside: Path
    instead: Path
    key_hash: str


class Authority:
    """An authority whose key never leaves this process, and a certificate for each host.

    The keys of the hosts' certificates are written to `folder` for the moment in which they are
    read from there, since nothing else can read them; only their owner can read the file.
    """

    def __init__(self, folder: Path, hosts: Iterable[str] = ()) -> None:
        self.hosts = frozenset(hosts)
        self._folder = folder
        self._authority = trustme.CA(
            organization_name="imagine-harness", organization_unit_name="Mocks of one run"
        )
        self._contexts: dict[tuple[str, ...], ssl.SSLContext] = {}

    @property
    def certificate(self) -> str:
        """The authority's own certificate, in PEM."""
        return self._authority.cert_pem.bytes().decode("ascii")

    def context(self, *names: str, lifetime: timedelta = LIFETIME) -> ssl.SSLContext:
        """How a server of these names speaks TLS; it offers HTTP/1.1 and nothing newer."""
        if names not in self._contexts:
            expires = datetime.now(UTC) + lifetime
            leaf = self._authority.issue_cert(*names, not_after=expires)
            context = _offering()
            chain = leaf.private_key_and_cert_chain_pem.bytes() + self._authority.cert_pem.bytes()
            with trustme.Blob(chain).tempfile(str(self._folder)) as file:
                context.load_cert_chain(file)
            self._contexts[names] = context
        return self._contexts[names]

    def context_by_name(self) -> ssl.SSLContext:
        """How a server of all the hosts speaks TLS: as the one that the client asks for."""
        first = _offering()

        def chosen(asked: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> int | None:
            if name is None or name.lower() not in self.hosts:
                return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
            asked.context = self.context(name.lower())
            return None

        first.sni_callback = chosen
        return first

    def files(self, inherited: Mapping[str, str]) -> CertificateFiles:
        """Files of certificates in the folder, for whom each of the variables is read by."""
        named = [Path(inherited[name]) for name in REPLACING if inherited.get(name)]
        instead = [file for file in named if file.is_file()] or [_public()]
        beside = [Path(inherited[ADDING])] if inherited.get(ADDING) else []
        return CertificateFiles(
            alone=self._write("authority.pem", []),
            beside=self._write("beside.pem", [file for file in beside if file.is_file()]),
            instead=self._write("instead.pem", instead),
            key_hash=self._key_hash(),
        )

    def _key_hash(self) -> str:
        certificate = x509.load_pem_x509_certificate(self._authority.cert_pem.bytes())
        key = certificate.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return base64.b64encode(hashlib.sha256(key).digest()).decode("ascii")

    def _write(self, name: str, more: Iterable[Path]) -> Path:
        texts = [file.read_text(encoding="utf-8", errors="replace") for file in more]
        file = self._folder / name
        file.touch(mode=0o600)
        file.write_text("\n".join([self.certificate, *dict.fromkeys(texts)]), encoding="utf-8")
        return file


def _offering() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    # a client that waits for its socket and then reads would wait for ever behind a ticket
    context.num_tickets = 0
    context.set_alpn_protocols(["http/1.1"])
    return context


def _public() -> Path:
    """The file of the public authorities: the platform's own, else that of certifi."""
    platform = Path(ssl.get_default_verify_paths().openssl_cafile)
    if platform.is_file():
        return platform
    import certifi

    return Path(certifi.where())
