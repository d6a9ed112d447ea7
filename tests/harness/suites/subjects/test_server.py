"""A server under check, and one request to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.subjects.hosting import base_url_of
from imagine_harness.harness.suites.subjects.server import Server, Unreachable, check_reachable
from imagine_harness.mocks.protocols.fault_effects import broken
from imagine_harness.mocks.server import bound
from tests.harness.suites.replies import reply

FAL, CLOUDFLARE = load.recorded("fal"), load.recorded("cloudflare")
GENERATE = FAL.contracts[0].operations["generate"]
BY_PATH = CLOUDFLARE.contracts[0].operations["generate-by-path"]


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answers with what it was sent; at `/cut` the connection ends first."""
    if scope["type"] != "http":
        return
    body = (await receive())["body"]
    if scope["path"] == "/cut":
        await broken(scope)
        return
    told = {
        "method": scope["method"],
        "path": scope["path"],
        "key": dict(scope["headers"]).get(b"authorization", b"").decode(),
        "body": body.decode(),
    }
    head = {"type": "http.response.start", "status": 200, "headers": [(b"x-told", b"yes")]}
    await send(head)
    await send({"type": "http.response.body", "body": orjson.dumps(told)})


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with base_url_of(lambda: application, "") as url:
        yield url


@pytest.fixture
def server(url: str) -> Server:
    return Server(url, GENERATE, FAL, {})


def test_a_root_is_sent_with_the_key_to_the_operations_path(server: Server) -> None:
    answer = server.ask({"prompt": "a"})

    assert answer.answer == {
        "method": "POST",
        "path": "/xai/grok-imagine-image",
        "key": f"Key {FAL.provider.credential.example}",
        "body": '{"prompt":"a"}',
    }
    assert answer.response is not None
    assert b"x-told: yes" in answer.response.headers
    assert server.roots == [{"prompt": "a"}]


@pytest.mark.parametrize("key", ["", "Basic x"])
def test_another_credential_may_be_sent_or_none(server: Server, key: str) -> None:
    assert server.ask({}, key=key).answer["key"] == key


def test_what_is_shown_of_an_exchange_hides_the_key(server: Server) -> None:
    [seen] = server.ask({"prompt": "a"}).exchanges

    assert FAL.provider.credential.example not in str(seen)
    assert seen.request.header("authorization") == "Key ***"
    assert (seen.request.method, seen.response.status) == ("POST", 200)
    assert seen.request.body == b'{"prompt":"a"}'


def test_placeholders_of_a_path_are_filled() -> None:
    server = Server("http://here/client/v4", BY_PATH, CLOUDFLARE, {}, model="a/b")
    path = server.address(BY_PATH, {"account_id": "f" * 32}).removeprefix("http://here/client/v4")

    assert path.startswith(f"/accounts/{'f' * 32}/ai/run/")
    assert "{" not in path


def test_a_connection_that_ends_too_early_is_the_servers_fault(server: Server) -> None:
    with pytest.raises(Broken, match="/cut gave no whole answer: "):
        server.send(GENERATE, address=f"{server.url}/cut")


def test_where_nobody_is_nothing_can_be_checked() -> None:
    taken = bound("127.0.0.1", 0)
    gone = f"http://127.0.0.1:{taken.getsockname()[1]}"
    taken.close()

    with pytest.raises(Unreachable, match="does not answer: ConnectError"):
        Server(gone, GENERATE, FAL, {}).ask({})
    with pytest.raises(Unreachable, match="cannot be reached"):
        check_reachable(gone)


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/a.png", "https://example.com/a.png"])
def test_no_other_server_is_ever_asked(server: Server, address: str) -> None:
    assert not server.is_own(address)
    assert server.fetch(address) is None
    with pytest.raises(Unreachable, match="nothing else is asked"):
        server.send(GENERATE, address=address)


def test_what_the_server_itself_serves_is_fetched(server: Server) -> None:
    fetched = server.fetch(f"{server.url}/a.png")

    assert fetched is not None
    assert orjson.loads(fetched)["path"] == "/a.png"


def test_the_rules_that_a_root_breaks(server: Server) -> None:
    assert server.broken({"prompt": "a"}) == set()
    assert server.broken({"prompt": "a", "num_images": 9}) == {"fal.generate.num_images.maximum"}


@pytest.mark.parametrize(
    ("status", "failed"), [(199, True), (200, False), (202, False), (299, False), (302, True)]
)
def test_which_answers_are_successes(status: int, failed: bool) -> None:
    assert reply(status, {}).failed == failed


def test_an_answer_that_is_no_json_has_none() -> None:
    assert reply(200, b"<html>").answer is None
