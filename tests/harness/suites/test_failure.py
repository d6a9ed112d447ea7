"""How a broken promise is told: with all that is needed to see it, and without secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from imagine_harness.contracts.exchange import Exchange, Request, Response
from imagine_harness.contracts.loading import load
from imagine_harness.harness.suites.attempt import result_of
from imagine_harness.harness.suites.cases.item import Item
from imagine_harness.harness.suites.declare import shared_testbed
from imagine_harness.harness.suites.failure import Broken, all_texts_of, message_of
from imagine_harness.harness.suites.subjects.client import Client
from imagine_harness.harness.suites.subjects.interaction import Case, Interaction, format_error
from tests.harness.suites.replies import reply

GENERATE = load.recorded("fal").contracts[0].operations["generate"]
OWN_KEY = "0b7e61aa-91c2:5d40f3e8a7b2c9164f"
"""A key of the client's own, in place of the one that it was given."""


def raises(case: Case) -> object:
    """A client that tells everybody its key: in a body, in an address, in what it raises."""
    httpx.post(
        f"{case.base_url}{GENERATE.path}?token=a-{OWN_KEY}",
        headers={"Authorization": f"Key {OWN_KEY}"},
        json={"prompt": f"by {OWN_KEY}", "api_key": "one-of-many"},
        trust_env=False,
    )
    raise ValueError(f"refused {OWN_KEY}, {{'authorization': 'Key another'}}")


def complains(subject: Client, root: object) -> None:
    interaction = subject.call(root)
    raise Broken(f"{interaction.ending}, at {interaction.error}", interaction)


@pytest.fixture
def subject() -> Iterator[Client]:
    testbed = shared_testbed(1)
    testbed.restore()
    testbed.read({})
    yield Client(raises, GENERATE, testbed)
    testbed.reset()


def test_what_a_client_says_is_told_without_its_key(subject: Client) -> None:
    item = Item("client.surfaces[it]", "it says why", complains)

    result = result_of(item, subject, 1)

    text = json.dumps(result.as_json())
    assert "it raised" in text
    assert "refused ***, {'authorization': 'Key ***'}" in result.message
    assert "by ***" in text
    for secret in (OWN_KEY, *OWN_KEY.split(":"), "one-of-many", "Key another"):
        assert secret not in text


def test_an_error_is_told_on_one_line_without_addresses_secrets() -> None:
    error = ValueError("no answer from https://me:private@h.example/?sig=private")

    assert format_error(error) == '"ValueError: no answer from https://***@h.example/?sig=***"'
    assert str(Broken(str(error))) == "no answer from https://***@h.example/?sig=***"


@pytest.mark.parametrize(("number", "more"), [(1, ""), (5, ""), (6, "  and 1 more requests")])
def test_only_the_first_requests_of_a_call_are_shown(number: int, more: str) -> None:
    lines = str(Broken("it is broken", *[reply(404, {})] * number)).splitlines()

    assert lines[0] == "it is broken"
    assert lines[1:6] == ["  request   POST http://here/images, 404"] * min(number, 5)
    assert lines[6:] == ([more] if more else [])


def raised(message: str, *, hides: bool, names: bool = False) -> ValueError:
    """An exception that was raised while another was handled, which it may hide or name."""
    try:
        try:
            raise KeyError("the provider's words")
        except KeyError as behind:
            if hides or names:
                raise ValueError(message) from (behind if names else None)
            raise ValueError(message)  # noqa: B904  # what stands behind it is shown all the same
    except ValueError as error:
        return error


def test_what_stands_behind_an_exception_counts_as_far_as_its_traceback_shows_it() -> None:
    words = "the provider's words"

    assert words in all_texts_of(raised("refused", hides=False))
    assert words in all_texts_of(raised("refused", hides=False, names=True))
    assert words not in all_texts_of(raised("refused", hides=True))


def test_the_words_of_a_refusal_are_those_for_people_not_its_links_and_ids() -> None:
    body = {
        "errors": [{"message": "too many", "taskUUID": "00000000-0000-4000-8000-000000000001"}],
        "documentation": "https://example.com/docs/errors/too-many-images-of-one-task",
    }
    refused = Exchange(
        Request("POST", "/v1", "", {}, b""), Response(400, body=json.dumps(body).encode())
    )

    assert message_of(Interaction(upstream=(refused,))) == "too many"
    assert message_of(Interaction()) == ""
