"""What a test holds of the webhooks of one provider: the list, and a receiver for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import httpx
import pytest

from imagine_harness.contracts.untrusted.decoding import Undecodable
from imagine_harness.harness.pytest.handle import Handle, MockProviders
from imagine_harness.harness.pytest.mock_session import MockSession
from imagine_harness.harness.pytest.webhooks import Receiver
from imagine_harness.mocks.errors import MockError
from imagine_harness.mocks.services.delivery import Delivery, DeliveryState, Policy
from tests.mocks.callers import Caller

if TYPE_CHECKING:
    from tests.harness.pytest.conftest import Submit


@pytest.fixture
def fal(mocks: MockProviders) -> Handle:
    mocks.clock.hold()
    return mocks["fal"]


def test_a_webhook_comes_signed_once_its_request_has_ended(fal: Handle, submit: Submit) -> None:
    with fal.webhooks.receiver() as receiver:
        request_id = submit(fal, f"{receiver.url}/hook", num_images=2)
        assert len(fal.webhooks) == 0
        fal.clock.advance(2)
        [came] = receiver.wait()
        [sent] = fal.webhooks.wait()

    assert (came.method, came.path, came.status) == ("POST", "/hook", 200)
    assert came.verified is True
    assert came.time == fal.clock.now()
    assert (came.body["request_id"], came.body["status"]) == (request_id, "OK")
    assert len(came.body["payload"]["images"]) == 2
    assert came.headers["content-type"] == "application/json"
    assert (sent.task, sent.state, sent.body) == (request_id, DeliveryState.DELIVERED, came.raw)


def test_verifying_leaves_the_journal_alone(fal: Handle, submit: Submit) -> None:
    with fal.webhooks.receiver() as receiver:
        submit(fal, receiver.url)
        fal.clock.advance(2)
        receiver.wait()

    assert [entry.operation for entry in fal.journal] == ["generate"]


def test_a_receiver_answers_as_it_is_told_and_gets_every_try(fal: Handle, submit: Submit) -> None:
    """The page says ten tries within two hours."""
    start = fal.clock.now()
    with fal.webhooks.receiver(statuses=[500, 404]) as receiver:
        submit(fal, receiver.url)
        fal.clock.advance(2)
        receiver.wait(1)
        for count in (2, 3):
            fal.clock.advance(719)
            fal.clock.advance(1)
            receiver.wait(count)
        [sent] = fal.webhooks.wait()

    assert [each.status for each in receiver.received] == [500, 404, 200]
    assert [each.verified for each in receiver.received] == [True] * 3
    times = [round(each.time - start, 3) for each in sent.attempts]
    assert [round(b - a) for a, b in pairwise(times)] == [720, 720]
    assert len({each.raw for each in receiver.received}) == 1


@pytest.mark.parametrize(
    ("fault", "count"), [("webhook=duplicate", 2), ("fail", 1), ("webhook=contradicts", 1)]
)
def test_what_goes_wrong_on_purpose_is_signed_too(
    fault: str, count: int, fal: Handle, submit: Submit
) -> None:
    with fal.webhooks.receiver() as receiver:
        submit(fal, receiver.url, fault)
        fal.clock.advance(2)
        came = receiver.wait(count)
        fal.webhooks.wait(count)

    assert [each.verified for each in came] == [True] * count
    assert {each.body["status"] for each in came} == {"OK" if count == 2 else "ERROR"}


def test_a_webhook_is_replayed_with_a_signature_of_its_own_time(
    fal: Handle, submit: Submit
) -> None:
    with fal.webhooks.receiver() as receiver:
        submit(fal, receiver.url, "webhook=lost")
        fal.clock.advance(2)
        [lost] = fal.webhooks.wait()
        fal.clock.advance(86_400)
        again = fal.webhooks.replay(lost.id)
        [came] = receiver.wait()

    assert (lost.state, again.id != lost.id) == (DeliveryState.LOST, True)
    assert came.verified is True
    with pytest.raises(MockError, match=r"no webhook '99' at fal, known: 1, 2"):
        fal.webhooks.replay("99")


def test_an_old_webhook_does_not_verify_when_it_is_sent_again_by_somebody_else(
    fal: Handle, submit: Submit
) -> None:
    with fal.webhooks.receiver() as receiver:
        submit(fal, receiver.url)
        fal.clock.advance(2)
        [came] = receiver.wait()
        for advance, body in ((0, came.raw), (0, came.raw + b" "), (301, came.raw)):
            fal.clock.advance(advance)
            headers = {k: v for k, v in came.headers.items() if k.startswith("x-fal")}
            httpx.post(receiver.url, headers=headers, content=body, trust_env=False)

    assert [each.verified for each in receiver.received] == [True, True, False, False]


def test_a_provider_that_signs_nothing_is_not_verified(mocks: MockProviders) -> None:
    uniall = mocks["uniall"]
    with uniall.webhooks.receiver() as receiver:
        httpx.put(f"{receiver.url}/a/b?c", content=b"text", trust_env=False)
        [came] = receiver.wait()

    assert (came.method, came.path, came.raw, came.verified) == ("PUT", "/a/b", b"text", None)
    with pytest.raises(Undecodable):
        came.body  # noqa: B018


def test_a_webhook_that_does_not_come_whole_is_none() -> None:
    receiver = Receiver(lambda: 0.0)

    async def main() -> None:
        for caller in (cut := Caller("/", {"a": 1}, cut=True), whole := Caller("/", {"a": 1})):
            caller.ask(receiver)
        await whole.answering
        await cut.leave()
        assert cut.answering.exception() is None

    asyncio.run(main())

    assert [each.raw for each in receiver.received] == [b'{"a": 1}']


def test_a_receiver_says_what_came_when_too_little_did(mocks: MockProviders) -> None:
    with mocks["uniall"].webhooks.receiver() as receiver:
        httpx.post(receiver.url, content=b"one", trust_env=False)
        with pytest.raises(AssertionError, match=r"1 of 2 webhooks came within 0.05 s\n.*b'one'"):
            receiver.wait(2, timeout=0.05)


def test_the_answers_of_a_receiver_can_be_changed(mocks: MockProviders) -> None:
    with mocks["uniall"].webhooks.receiver(statuses=[503]) as receiver:
        receiver.answer_with(418, 200)
        answers = [httpx.post(receiver.url, trust_env=False).status_code for _ in range(3)]

    assert answers == [418, 200, 200]


def test_two_receivers_have_addresses_of_their_own(mocks: MockProviders) -> None:
    webhooks = mocks["uniall"].webhooks
    with webhooks.receiver() as one, webhooks.receiver() as other:
        httpx.post(one.url, trust_env=False)

    assert (len(one.received), len(other.received)) == (1, 0)
    assert repr(one) == f"<receiver at {one.url}, 1 webhooks>"


# The list


@pytest.fixture
def put(mocks: MockProviders) -> Callable[..., Delivery]:
    """Have something sent for a provider, to nobody."""

    def sent(provider: str, **more: object) -> Delivery:
        delivery = Delivery(
            "webhook", provider, "t-1", "", "http://127.0.0.1:9/", b"", Policy(5, (10.0,))
        )
        return mocks.app.services.deliveries.send(delivery, "lost" if more else None)

    return sent


def test_the_list_is_live_and_of_one_provider(
    mocks: MockProviders, put: Callable[..., Delivery]
) -> None:
    webhooks = mocks["fal"].webhooks
    assert list(webhooks) == []
    first, _, third = put("fal"), put("xai"), put("fal", lost=True)

    assert list(webhooks) == webhooks[:] == [first, third]
    assert (webhooks[-1], len(webhooks)) == (third, 2)
    assert repr(webhooks) == "['1: pending after 0 tries', '3: lost after 0 tries']"
    assert list(mocks["xai"].webhooks) != []


def test_waiting_in_vain_lists_all(mocks: MockProviders, put: Callable[..., Delivery]) -> None:
    with pytest.raises(AssertionError, match="there is none"):
        mocks["fal"].webhooks.wait(timeout=0.01)
    put("fal")
    put("fal", lost=True)

    with pytest.raises(AssertionError) as caught:
        mocks["fal"].webhooks.wait(2, timeout=0.05)

    assert "1 of 2 webhooks of fal came to an end within 0.05 s:" in str(caught.value)
    assert "1: pending after 0 tries" in str(caught.value)


def test_the_next_test_begins_without_webhooks(
    mocks: MockProviders, mock_session: MockSession, put: Callable[..., Delivery]
) -> None:
    put("fal", lost=True)
    mock_session.begin()

    assert list(MockProviders(mock_session)["fal"].webhooks) == []


def test_a_webhook_to_a_stranger_is_refused_and_told(mocks: MockProviders, submit: Submit) -> None:
    fal = mocks(tasks="immediate")["fal"]
    submit(fal, "http://evil.example/hook?secret=1")
    [sent] = fal.webhooks.wait()

    assert sent.state is DeliveryState.REFUSED
    assert "evil.example is not of this machine" in str(sent.attempts[0].error)
