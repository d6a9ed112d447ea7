"""Every refusal is worded whole: no placeholder is left, and the offending name is in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from imagine_harness.contracts.exchange import Request
from imagine_harness.contracts.judge.judgement import Judgement, Refusal
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.model import Certainty, Violation
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.provider import ErrorCase
from imagine_harness.contracts.rules.base import Rule, enforced
from imagine_harness.harness.generation.bodies import generator
from imagine_harness.mocks.answering.wording import worded
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.call import Call
from tests.laws import hold, unnamed

ClientOf = Callable[[App], httpx.Client]
Ask = Callable[..., httpx.Response]

ACCOUNT = "0123456789abcdef0123456789abcdef"
# In a form, bodies cannot be drawn as JSON; so JSON is accepted even where strictness refuses it.
READINGS = {
    "defaults": Settings(seed=1),
    "strict": Settings(seed=1, strict=True, readings={"lumenfall.json-edits": "accepted"}),
    "documented": Settings(seed=1, readings={"fal.validation-style": "documented"}),
    "gateway": Settings(seed=1, readings={"cloudflare.refusal-envelope": "gateway"}),
    "run-api": Settings(seed=1, readings={"cloudflare.refusal-envelope": "run-api"}),
}
ONLY = {"documented": "fal", "gateway": "cloudflare", "run-api": "cloudflare"}
SAME_WORDS = {"strict": "defaults"}
"""Readings that enforce more rules than others, in the same words."""


@pytest.fixture(scope="module")
def apps() -> dict[str, App]:
    return {name: App(each) for name, each in READINGS.items()}


def call_to(app: App, provider: str) -> Call:
    return Call(
        context=app.mocks[provider].context,
        judgement=Judgement(Request("PATCH", "/v1/some/path", "", {}, b"")),
        origin="http://127.0.0.1:4010",
        test="",
        state=app.services.store.of(""),
        started=0.0,
    )


def violation(provider: str, expected: Any, got: Any) -> Violation:
    contract = load.recorded(provider).contracts[0]
    [operation, *_] = contract.operations.values()
    return Violation(
        rule=f"{provider}.{operation.id}.some.topic",
        kind="enum",
        pointer="/outer/inner",
        parameters=("outer.inner", "other"),
        message="outer.inner must be something else",
        expected=expected,
        got=got,
        source=operation.statement.source,
        certainty=Certainty.DOCUMENTED,
    )


LIMITS = [(["1k", "2k"], "4k"), (10, 11), ("string", None), ([[1, 2]], [1, 3])]
"""What a rule expects, and what came."""


@pytest.mark.parametrize("provider", load.mocked())
def test_every_template_is_filled_whole(
    provider: str, apps: dict[str, App], monkeypatch: pytest.MonkeyPatch
) -> None:
    call = call_to(apps["defaults"], provider)
    readings = call.readings
    values = {"masked": "in***", "allowed": "a, b", "got": "gif", "message": "it is broken"}
    about = {"parameter": "outer.inner", "Parameter": "Inner"}

    def check(when: str, limit: tuple[Any, Any], case: ErrorCase) -> None:
        monkeypatch.setattr(call.context.judge, "readings", {**readings, **chosen_for(case)})
        made = worded(
            call,
            Refusal((when,), {}, violation(provider, *limit))
            if when.startswith("violation")
            else Refusal((when,), {**values, **about}),
        )

        assert (made.status, made.kind) == (case.status, case.kind)
        told = json.dumps([made.code, made.message, made.body])
        assert not re.search(r"\{[A-Za-z_]+\}", told), told
        assert made.message

    errors = load.provider(provider).errors
    cases = [(when, limit, case) for when in errors for case in errors[when] for limit in LIMITS]
    hold(check, unnamed(cases))


def chosen_for(case: ErrorCase) -> dict[str, str]:
    statement = case.statement
    if statement.reading is None or statement.choice is None:
        return {}
    return {statement.reading: statement.choice}


def test_a_placeholder_that_stands_alone_keeps_its_type(ask: Ask) -> None:
    [tall] = ask("fal.generate", {"num_images": 9}).json()["detail"]
    [listed] = ask("runware.task", {"outputFormat": "GIF"}).json()["errors"]
    [paired] = ask("runware.task", {"width": 1024, "height": 1024}).json()["errors"]

    assert tall["ctx"] == {"le": 4}
    assert listed["allowedValues"] == ["JPG", "PNG", "WEBP"]
    assert sorted(paired["parameter"]) == ["height", "resolution", "width"]


def test_a_refusal_that_nobody_recorded_is_worded_plainly(apps: dict[str, App]) -> None:
    made = worded(call_to(apps["defaults"], "fal"), Refusal(("never-heard-of",), status=418))

    assert (made.status, made.code, made.message) == (418, None, "never heard of")


def test_the_most_specific_wording_wins(apps: dict[str, App]) -> None:
    call = call_to(apps["defaults"], "xai")
    most, middle, least = "never-heard-of", "route-unknown", "violation"

    assert worded(call, Refusal((most, middle, least))).status == 404
    assert worded(call, Refusal((least, middle))).status != 404


@pytest.mark.parametrize(
    ("operation", "given_", "wording"),
    [
        (
            "cloudflare.generate",
            {"n": 11},
            "Model execution failed (User Input Error): Invalid value at n: "
            "Too big: expected number to be <=10",
        ),
        (
            "cloudflare.generate",
            {"resolution": "1K"},
            "Model execution failed (User Input Error): Invalid value at resolution: "
            'Invalid option: expected one of \\"1k\\"|\\"2k\\"',
        ),
        ("fal.generate", {"resolution": "2K"}, "Input should be '1k' or '2k'"),
        ("fal.generate", {"num_images": 5}, "Input should be less than or equal to 4"),
        ("fal.generate", {"num_images": "x"}, "Input should be a valid integer"),
        (
            "fal.edit",
            {"image_urls": ["https://a.example/b"] * 4},
            "List should have at most 3 items after validation, not 4",
        ),
        (
            "runware.task",
            {"numberResults": 21},
            "Invalid value for numberResults parameter: numberResults must be at most 20, got 21.",
        ),
        ("xai.generate", {"size": "1024x1024"}, "Argument not supported: size"),
        (
            "xai.generate",
            {"quality": "hd"},
            "Failed to deserialize the JSON body into the target type: quality: "
            "unknown variant `hd`",
        ),
    ],
)
def test_a_refusal_has_the_words_that_were_captured(
    operation: str, given_: dict[str, Any], wording: str, ask: Ask
) -> None:
    assert wording in ask(operation, given_).text


def test_each_broken_rule_is_told_where_the_provider_tells_all(ask: Ask) -> None:
    body = ask("fal.generate", {"num_images": 9, "resolution": "4k", "prompt": 5}).json()

    assert {each["loc"][-1] for each in body["detail"]} == {"num_images", "resolution", "prompt"}


def test_a_problem_is_located_with_strings_only(ask: Ask) -> None:
    body = ask("fal.edit", {"image_urls": ["https://a.example/b", "nothing"]}).json()

    assert [each["loc"] for each in body["detail"]] == [["body", "image_urls", "1"]]


# Every rule on record


def breakable(operation: Operation) -> list[Rule]:
    """The rules that a body can break alone."""
    return [rule for rule in operation.rules if rule.breakable and not rule.harmless]


GENERATORS = {
    operation.name: generator(operation)
    for provider in load.mocked()
    for contract in load.recorded(provider).contracts
    for operation in contract.operations.values()
    if breakable(operation)
}


def refusals(operation: Operation, apps: dict[str, App]) -> Iterator[tuple[Rule, list[str]]]:
    """Each rule that a body can break, with the readings that enforce it in words of their own."""
    provider = operation.provider
    under = {name: app for name, app in apps.items() if ONLY.get(name, provider) == provider}
    for rule in breakable(operation):
        names = [
            n for n, app in under.items() if enforced(rule, app.mocks[provider].judge.readings)
        ]
        if names:
            yield rule, [name for name in names if SAME_WORDS.get(name) not in names]


@pytest.fixture(scope="module")
def clients(apps: dict[str, App], client_of: ClientOf) -> dict[str, httpx.Client]:
    return {name: client_of(app) for name, app in apps.items()}


def send(client: httpx.Client, operation: Operation, root: Any) -> httpx.Response:
    credential = load.provider(operation.provider).credential
    headers = {
        credential.header: f"{credential.scheme} {credential.example}",
        "Content-Type": "application/json",
    }
    path = operation.path.replace("{account_id}", ACCOUNT)
    body = [root] if operation.subject.startswith("/*") else root
    return client.post(f"/{operation.provider}{path}", headers=headers, content=json.dumps(body))


@pytest.mark.parametrize("name", GENERATORS)
@settings(max_examples=2, phases=[Phase.generate])  # what fails is named, and not made smaller
@given(data=st.data())
def test_a_body_that_breaks_a_rule_is_refused_in_words_that_name_the_parameter(
    name: str, clients: dict[str, httpx.Client], apps: dict[str, App], data: st.DataObject
) -> None:
    operation = GENERATORS[name].operation

    def check(rule_id: str, readings: str, body: Any) -> None:
        apps[readings].reset()

        answer = send(clients[readings], operation, body)

        assert 400 <= answer.status_code <= 499, answer.text
        assert answer.headers["content-type"] == "application/json"
        assert not re.search(r"\{[A-Za-z_]+\}", answer.text.replace(json.dumps(body), ""))
        [noted] = apps[readings].services.journal
        assert [each.rule for each in noted.verdict.errors] == [rule_id]
        names = {each.rpartition(".")[2] for each in noted.verdict.errors[0].parameters}
        # One wording begins a sentence with its name: Model not found.
        told = answer.text.lower()
        assert names == {""} or any(name.lower() in told for name in names - {""})

    cases = []
    for rule, under in refusals(operation, apps):
        body = data.draw(GENERATORS[name].breaking(rule))
        cases += [(rule.statement.id, readings, body) for readings in under]
    hold(check, unnamed(cases))
