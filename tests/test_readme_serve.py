"""What the README of the mocks says of serving, controls, handles and faults holds."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from imagine_harness.harness.cli import serve as serve_verb
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import GRACE, serving
from imagine_harness.mocks.services.delivery import DISORDERS, Delivery, Policy
from imagine_harness.mocks.services.faults import MODERATED, PARTS, parsed
from tests.readme import MOCKS, MY_FAL, named, passed


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as client:
        yield client


@pytest.fixture
def app() -> App:
    return App(Settings(seed=1))


@pytest.fixture
def address(app: App) -> Iterator[str]:
    with serving(app) as served:
        yield served


def asked(
    http: httpx.Client, address: str, timeout: float = 5, /, **headers: str
) -> httpx.Response:
    """The answer to a legal call of fal."""
    return http.post(
        f"{address}/fal/xai/grok-imagine-image",
        headers={"Authorization": "Key a:b", **headers},
        json={"prompt": "A tin robot"},
        timeout=timeout,
    )


def test_every_option_of_the_table_exists() -> None:
    options = {name for option in serve_verb.command.params for name in option.opts}
    listed = [
        word.split()[0].partition("=")[0] for row in MOCKS.rows("Serve") for word in named(row[0])
    ]

    assert len(listed) == 18
    assert [option for option in listed if option not in options] == []


def test_the_defaults_of_address_and_port_are_the_stated_ones() -> None:
    defaults = {option.name: option.default for option in serve_verb.command.params}

    assert "4010 and loopback are the defaults" in MOCKS.section("Serve")
    assert (defaults["port"], defaults["host"]) == (4010, "127.0.0.1")


def test_the_example_of_a_fault_means_something() -> None:
    (spec,) = re.findall(r"`'(.+?)'`", MOCKS.section("Serve"))
    fault = parsed(spec)

    assert (fault.provider, fault.operation, fault.nth) == ("fal", "generate", 2)
    assert fault.parts == {"status": 429, "retry-after": 1.0}


def test_a_test_header_gives_a_request_a_state_of_its_own(
    app: App, http: httpx.Client, address: str
) -> None:
    asked(http, address, **{"X-Harness-Test": "one"})
    asked(http, address)

    assert len(app.services.journal.find(test="one")) == 1
    assert app.services.store.of("one").calls == {"fal.generate": 1}


def test_a_fault_header_makes_its_request_fail(http: httpx.Client, address: str) -> None:
    (header,) = re.findall(r"`(X-Harness-Fault: .+?)`", MOCKS.section("Controls"))
    name, _, value = header.partition(": ")
    answer = asked(http, address, **{name: value})

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")


def test_an_expect_header_is_noted(app: App, http: httpx.Client, address: str) -> None:
    asked(http, address, **{"X-Harness-Expect": "fal.generate.resolution.enum"})

    assert next(iter(app.services.journal)).verdict.expected == ("fal.generate.resolution.enum",)


def test_who_gives_up_is_told_as_shown(app: App, http: httpx.Client, address: str) -> None:
    (shown,) = re.findall(r"`(client left .+?)`", MOCKS.section("Browsers and other clients"))
    app.services.clock.hold()
    with pytest.raises(httpx.ReadTimeout):
        asked(http, address, 0.1, **{"X-Harness-Fault": "delay=600"})
    while app.services.journal.unfinished:
        pass

    [noted] = app.services.journal
    assert re.sub(r"[0-9.]+", "1.0", noted.ending or "") == shown


def test_a_server_that_stops_gives_the_stated_time() -> None:
    text = MOCKS.section("Browsers and other clients")

    assert "answers that are under way have two seconds;" in text
    assert GRACE == 2


def test_a_prefer_header_gets_the_error_of_its_code(http: httpx.Client, address: str) -> None:
    assert "`Prefer: code=429`" in MOCKS.section("Controls")
    assert asked(http, address, Prefer="code=429").status_code == 429


def test_the_controls_exist_and_a_wrong_name_lists_them(http: httpx.Client, address: str) -> None:
    sentence = MOCKS.section("Controls").partition("`/__admin/`: ")[2].partition(" and more")[0]
    answer = http.get(f"{address}/__admin/wrong")

    assert answer.status_code == 404
    assert len(named(sentence)) == 7
    for control in named(sentence):
        assert f"/__admin/{control}" in answer.json()["detail"]


def test_the_call_of_a_control_that_is_shown_works(http: httpx.Client, address: str) -> None:
    command = next(block for block in MOCKS.blocks("console") if "/__admin/" in block)
    words = shlex.split(command.removeprefix("$ "))
    path = next(word for word in words if word.startswith("http")).partition(":4010")[2]
    name, _, value = words[words.index("-H") + 1].partition(": ")
    content = words[words.index("-d") + 1]
    before = http.get(f"{address}{path}").json()["now"]
    answer = http.post(f"{address}{path}", headers={name: value}, content=content)

    assert answer.status_code == 200
    assert answer.json()["now"] >= before + 60


def test_nobody_gets_at_the_controls_whom_the_readme_keeps_out(
    http: httpx.Client, address: str
) -> None:
    text = MOCKS.prose("Controls")
    keys = {
        "No page of another origin gets in": {"Origin": "http://evil.example"},
        "by another name than this machine's": {"Host": "evil.example"},
        "which says `X-Harness-Sent-By`": {"X-Harness-Sent-By": "imagine-harness"},
    }
    for said, headers in keys.items():
        assert said in text
        assert http.get(f"{address}/__admin/requests", headers=headers).status_code == 403


def test_secrets_are_hidden_and_words_of_a_prompt_are_not(http: httpx.Client, address: str) -> None:
    text = MOCKS.prose("Ids, memory and secrets")
    key = "id-5a0b:9c1d2e3f4a5b6c7d"
    body = {
        "prompt": f"a cookie for {key}",
        "apiKey": "abc",
        "image_url": "https://me:private@h.example/?token=private&n=1",
    }
    path = "/fal/xai/grok-imagine-image"
    http.post(f"{address}{path}", headers={"Authorization": f"Key {key}"}, json=body)
    shown = http.get(f"{address}/__admin/requests").json()[-1]["request"]

    assert "Secrets are `***` in whatever is shown: the credentials that came by" in text
    assert "`apiKey` and names like it" in text
    assert "`user:password@` and `?token=` in addresses. Words of a prompt stay." in text
    assert shown["headers"]["authorization"] == "Key ***"
    assert shown["body"] == {
        "prompt": "a cookie for ***",
        "apiKey": "***",
        "image_url": "https://***@h.example/?token=***&n=1",
    }


def test_who_has_the_token_may_come_by_any_name(http: httpx.Client) -> None:
    assert "`Authorization: Bearer TOKEN`" in MOCKS.section("Controls")
    with serving(App(Settings(seed=1, admin_token="TOKEN"))) as address:
        url = f"{address}/__admin/requests"
        headers = {"Authorization": "Bearer TOKEN", "Host": "mocks:4010"}

        assert http.get(url).status_code == 401
        assert http.get(url, headers=headers).status_code == 200


def test_every_fault_is_in_the_table_with_an_example() -> None:
    examples = [named(row[0])[0].replace("NAME", "task-failed") for row in MOCKS.rows("Faults")]

    assert sorted(next(iter(parsed(each).parts)) for each in examples) == sorted(PARTS)
    assert all(each in MOCKS.section("Faults") for each in (*DISORDERS, *MODERATED))


def test_the_controls_in_any_language_take_what_is_shown(app: App, address: str) -> None:
    text = MOCKS.section("Queues, webhooks, uploads, WebSocket")
    shown = [json.loads(each) for each in re.findall(r"`(\{.+?\})`", text)]
    app.services.tasks.submit("t-1", "fal", "generate", "", {})
    for _ in range(2):
        app.services.deliveries.send(Delivery("webhook", "fal", "t-1", "", "", b"", Policy(1)))
    paths = ("tasks/t-1", "clock", "clock", "webhooks", "webhooks/1")
    with httpx.Client(base_url=f"{address}/__admin/", trust_env=False) as client:
        calls = [client.post(path, json=body) for path, body in zip(paths, shown, strict=True)]

    assert [call.status_code for call in calls] == [200, 200, 200, 200, 201]


def test_a_handle_has_what_the_readme_lists(tmp_path: Path) -> None:
    sentence = MOCKS.section("pytest").partition("A handle has ")[2].partition("ASGI")[0]
    *own, of_all = [name.removesuffix("()") for name in named(sentence)]
    checks = "\n".join(f"    fal.{name}" for name in own)

    assert own == [
        *("base_url", "queue_url", "api_key", "headers", "journal", "faults", "tasks"),
        *("webhooks", "clock", "assert_conforms"),
    ]
    assert passed(
        tmp_path,
        f"def test(mock_providers):\n    fal = mock_providers['fal']\n{checks}\n    {of_all}\n",
    ).startswith("1 passed")


@pytest.mark.parametrize(("number", "count"), [(0, 1), (1, 3)])
def test_the_examples_pass_with_ones_own_client(number: int, count: int, tmp_path: Path) -> None:
    example = MOCKS.blocks("python")[number]

    assert passed(tmp_path, MY_FAL + example).startswith(f"{count} passed")
