"""The note of one call: once in the journal, told once, whatever ends it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.mocks.app import App
from imagine_harness.mocks.call import Answer, Call
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
def note(journal: Journal, app: App) -> Note:
    return Note(journal, call_of(app))


def call_of(app: App) -> Call:
    return Call(
        mock=app.mocks["fal"],
        method="POST",
        path="/a",
        query=b"b=c",
        headers={b"x-harness-expect": b"one, two"},
        raw=b"{}",
        origin="",
        test="t",
        state=app.shared.store.of("t"),
        started=time.perf_counter(),
        operation="generate",
        refusal="credential-missing",
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


def test_a_call_that_was_not_judged_says_so(journal: Journal, app: App) -> None:
    Note(journal, call_of(app), judged=False).leave("client left")

    assert [each.verdict.kind for each in journal] == ["unjudged"]
