"""TLS by an authority of our own: who is believed, and what is left of it."""

from __future__ import annotations

import json
import shutil
import socket
import ssl
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from websockets.sync.client import connect

from imagine_harness.harness.tls import Secured, securing
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.errors import MockError
from imagine_harness.mocks.server import serving

FAL = "/fal/xai/grok-imagine-image"
KEY = {"Authorization": "Key a:b"}
NAMES = ("mocks.example.com", "192.0.2.7")


@dataclass(frozen=True)
class Served:
    """Mocks that are served over TLS."""

    app: App
    url: str
    secured: Secured

    @property
    def authority(self) -> str:
        return str(self.secured.files.alone)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    app = App(Settings(seed=1))
    with securing(NAMES) as secured, serving(app, tls=secured.context) as url:
        yield Served(app, url, secured)


@pytest.fixture
def client(served: Served) -> Iterator[httpx.Client]:
    trusted = ssl.create_default_context(cafile=served.authority)
    with httpx.Client(base_url=served.url, verify=trusted, trust_env=False, headers=KEY) as made:
        yield made


def test_a_client_that_trusts_the_file_is_answered_with_https_addresses(
    client: httpx.Client, served: Served
) -> None:
    answer = client.post(FAL, json={"prompt": "a lighthouse"})
    url = answer.json()["images"][0]["url"]

    assert served.url.startswith("https://127.0.0.1:")
    assert url.startswith(f"{served.url}/fal/cdn/")
    assert client.get(url).headers["content-type"] == "image/jpeg"


def test_a_client_that_does_not_trust_it_goes_away(served: Served) -> None:
    with (
        httpx.Client(trust_env=False, verify=ssl.create_default_context()) as client,
        pytest.raises(httpx.ConnectError),
    ):
        client.get(f"{served.url}/__admin/health")


def test_who_speaks_no_tls_gets_no_answer_and_is_no_failure(
    served: Served, client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(served.url.replace("https", "http"), trust_env=False)

    assert client.get("/__admin/health").status_code == 200
    assert caplog.records == []


def test_websocket_is_spoken_too(served: Served) -> None:
    trusted = ssl.create_default_context(cafile=served.authority)
    url = served.url.replace("https", "wss") + "/runware/v1"
    task = {
        "taskType": "imageInference",
        "taskUUID": "00000000-0000-4000-8000-000000000001",
        "model": "xai:grok-imagine@image",
        "positivePrompt": "a lighthouse",
        "resolution": "1K",
    }
    with connect(url, ssl=trusted, proxy=None) as connection:
        connection.send(json.dumps([{"taskType": "authentication", "apiKey": "k"}]))
        connection.recv(timeout=10)
        connection.send(json.dumps([task]))
        answer = json.loads(connection.recv(timeout=10))

    assert answer["data"][0]["imageURL"].startswith(f"{served.url}/runware/")


@pytest.mark.parametrize("fault", ["reset", "truncate=10"])
def test_a_fault_breaks_such_a_connection_too(fault: str, client: httpx.Client) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(FAL, json={"prompt": "x"}, headers={"X-Harness-Fault": fault})


def test_a_stalled_answer_stops_there(client: httpx.Client, served: Served) -> None:
    headers = {"X-Harness-Fault": "stall=10"}
    with client.stream("POST", FAL, json={"prompt": "x"}, headers=headers) as answer:
        parts = answer.iter_raw()  # which is held: a client hangs up with what it reads by
        assert len(next(parts)) == 10
        assert len(served.app.services.journal.unfinished) == 1


PROGRAMS: dict[str, list[str]] = {
    "curl": ["curl", "-sS", "--cacert", "FILE", "URL"],
    "node": ["node", "-e", "fetch('URL').then((a) => a.text()).then(console.log)"],
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_other_programs_take_the_file(name: str, served: Served) -> None:
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    url = f"{served.url}/__admin/health"
    words = [each.replace("FILE", served.authority).replace("URL", url) for each in PROGRAMS[name]]
    done = subprocess.run(
        words,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "NODE_EXTRA_CA_CERTS": served.authority},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["status"] == "ok"


def certificate(served: Served, name: str) -> x509.Certificate:
    """What is shown to a client that asks for a name, and has made sure of it."""
    context = ssl.create_default_context(cafile=served.authority)
    port = httpx.URL(served.url).port or 0
    with (
        socket.create_connection(("127.0.0.1", port)) as way,
        context.wrap_socket(way, server_hostname=name) as secure,
    ):
        shown: Any = secure.getpeercert(binary_form=True)
    return x509.load_der_x509_certificate(shown)


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1", *NAMES])
def test_the_certificate_is_for_every_name(name: str, served: Served) -> None:
    assert certificate(served, name).issuer is not None


def test_it_is_for_no_other_name_and_not_for_ever(served: Served) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        certificate(served, "fal.run")
    ends = certificate(served, "localhost").not_valid_after_utc

    assert timedelta(days=300) < ends - datetime.now(UTC) < timedelta(days=398)


def test_a_name_that_no_certificate_can_say_is_refused_in_one_line() -> None:
    with pytest.raises(MockError, match="tls: no certificate can be") as caught, securing(["a_b"]):
        pass

    assert "a_b" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_folder_is_the_owners_holds_no_key_and_goes_with_the_server() -> None:
    with securing(["localhost"]) as secured:
        folder = secured.files.alone.parent
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert all("PRIVATE KEY" not in file.read_text() for file in folder.iterdir())
        assert "BEGIN CERTIFICATE" in secured.files.alone.read_text()

    assert not Path(folder).exists()
