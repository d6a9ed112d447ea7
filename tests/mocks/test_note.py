"""The note of one call: once in the journal, told once, whatever ends it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from imagine_harness.contracts.exchange import Exchange, Request, Verdict
from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.note import Note
from imagine_harness.mocks.services.journal import Journal, as_json

ANSWER = Answer({}, 202, content_type=b"text/plain")


@pytest.fixture
def journal() -> Journal:
    return Journal()


@pytest.fixture
def told(journal: Journal) -> list[Exchange]:
    """The exchanges that listeners were told of."""
    heard: list[Exchange] = []
    journal.listen(heard.append)
    return heard


@pytest.fixture
def note(journal: Journal) -> Note:
    return Note(journal, exchange_of(journal), time.perf_counter())


def exchange_of(journal: Journal) -> Exchange:
    return Exchange(
        id=journal.next_id(),
        time=1.0,
        provider="fal",
        operation="generate",
        test="t",
        request=Request("POST", "/a", "b=c", {b"x-harness-expect": b"one, two"}, b"{}"),
        verdict=Verdict(refusal="credential-missing", expected=("one", "two")),
    )


def test_it_is_in_the_journal_before_its_call_is_answered(
    note: Note, journal: Journal, told: list[Exchange]
) -> None:
    [exchange] = journal

    assert journal.unfinished == [exchange]
    assert (exchange.response.status, exchange.response.body, exchange.ending) == (0, b"", None)
    assert (exchange.provider, exchange.operation, exchange.test) == ("fal", "generate", "t")
    assert (exchange.request.path, exchange.request.query, exchange.request.body) == (
        "/a",
        "b=c",
        b"{}",
    )
    assert (exchange.verdict.expected, exchange.verdict.kind) == (("one", "two"), "refused")
    assert told == []


def test_it_is_over_with_the_answer(note: Note, journal: Journal, told: list[Exchange]) -> None:
    note.end(ANSWER, b"whole")

    [exchange] = journal
    assert told == [exchange]
    assert journal.unfinished == []
    assert (exchange.response.status, exchange.response.content_type) == (202, "text/plain")
    assert (exchange.response.body, exchange.ending) == (b"whole", None)
    assert exchange.duration > 0


def test_it_says_who_left_and_what_was_sent_until_then(note: Note, journal: Journal) -> None:
    note.begin(ANSWER)
    note.sent(b"one ")
    note.sent(b"two")
    note.leave("client left")

    [exchange] = journal
    assert re.fullmatch(r"client left after \d+\.\d s", exchange.ending or "")
    assert (exchange.response.status, exchange.response.body) == (202, b"one two")


@pytest.mark.parametrize(
    "first", [lambda note: note.end(ANSWER, b"x"), lambda note: note.leave("client left")]
)
def test_what_ended_it_first_counts(
    first: Callable[[Note], None], note: Note, journal: Journal, told: list[Exchange]
) -> None:
    first(note)
    [before] = [as_json(each) for each in journal]
    note.end(ANSWER, b"other")
    note.leave("server stopped")

    assert [as_json(each) for each in journal] == [before]
    assert len(told) == 1


def test_of_a_long_answer_the_beginning_is_kept(note: Note, journal: Journal) -> None:
    note.begin(ANSWER)
    for _ in range(3):
        note.sent(b"x" * 100_000)
    note.leave("client left")

    [exchange] = journal
    assert len(exchange.response.body) == 262_144


def test_a_call_that_was_not_judged_says_so(journal: Journal) -> None:
    exchange = exchange_of(journal)
    exchange.verdict.is_judged = False

    Note(journal, exchange, time.perf_counter()).leave("client left")

    assert [each.verdict.kind for each in journal] == ["unjudged"]
