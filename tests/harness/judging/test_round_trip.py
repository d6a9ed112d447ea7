"""What is written as HAR and read again: the same verdicts, dates and words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from imagine_harness.contracts.examples import PICTURE
from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.harness.judging.judge import results
from imagine_harness.harness.judging.requests import judged
from imagine_harness.harness.traffic import har_writer
from imagine_harness.harness.traffic.files import traffic
from imagine_harness.harness.traffic.readers import journal
from imagine_harness.harness.traffic.readers.forms import end, part
from imagine_harness.harness.traffic.readers.har import read
from imagine_harness.mocks.answering.input_images import data_of
from imagine_harness.mocks.services.journal import as_json, line
from tests.exchanges import changed
from tests.harness.judging.handmade import LOCAL, RUN, RUNWARE, got, pictures, recorded, task
from tests.harness.traffic.readers.test_journal import EXCHANGE

if TYPE_CHECKING:
    from tests.harness.judging.conftest import JudgeAll

FIXTURES = Path(__file__).parents[3] / "fixtures"
FILES = [
    *sorted((FIXTURES / "recordings").glob("*.*")),
    *sorted((FIXTURES / "recordings" / "kinds").iterdir()),
    FIXTURES / "recordings" / "kinds",
    FIXTURES / "exchanges",
]

PLACE = re.compile(r" \((?:[^()]*: (?:entry|interaction|line) \d+(?:, frame \d+)?|[^()]*\.json)\)")
"""Where a recording stands: what is told by a file of another kind, of course, is elsewhere."""

COMMAND = re.compile(r"\nrecord    .*")
EDIT = "https://api.uniall.ai/v1/images/edits"
BOUNDARY = "kettle"
FORM = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
WHOLE = (
    part(BOUNDARY, 'name="model"', b"grok-imagine-image")
    + part(BOUNDARY, 'name="prompt"', b"a cookie, and the password of a token")
    + part(BOUNDARY, 'name="image"; filename="a.png"', data_of(PICTURE), "image/png")
    + end(BOUNDARY)
)


def again(recordings: list[Exchange]) -> list[Exchange]:
    """The recordings, written as HAR and read again."""
    found = [*read(json.loads(har_writer.render(recordings)), "a.har")]
    assert all(isinstance(each, Exchange) for each in found)
    return [each for each in found if isinstance(each, Exchange)]


def told(judges: Mapping[str, Judge], recordings: list[Exchange]) -> list[tuple[Any, ...]]:
    """What is made of recordings, but for where they stand."""
    conversation = judged(recordings, judges)
    each_one = [
        (
            each.is_known,
            each.exchange.verdict.kind,
            each.exchange.verdict.refusal,
            each.exchange.verdict.fault,
            each.gap,
        )
        for each in conversation
    ]
    return each_one + [
        (
            *(PLACE.sub("", each.promise), each.standing, each.expected, each.got),
            COMMAND.sub("", PLACE.sub("", each.message)),
            *(each.operations, each.exercised, each.errors, each.readings),
        )
        for each in results(conversation, judges)
    ]


def moments(recordings: list[Exchange]) -> list[int]:
    """When each was recorded, in milliseconds."""
    return [round(each.time * 1_000) for each in recordings]


@pytest.mark.parametrize("place", FILES, ids=lambda each: each.name)
def test_no_verdict_and_no_date_changes(judges: Mapping[str, Judge], place: Path) -> None:
    recordings = traffic([place]).exchanges
    back = again(recordings)

    assert moments(back) == moments(recordings)
    assert told(judges, back) == told(judges, recordings)


def noted(**given: Any) -> Exchange:
    return journal.of_line(json.loads(line(changed(EXCHANGE, **given))), "a.ndjson: line 1")


def odd() -> Iterator[tuple[str, list[Exchange]]]:
    """Recordings of every kind that a HAR has no word for, or another one."""
    two = {"prompt": "x", "num_images": 2}
    form = changed(recorded(EDIT), headers=FORM, body=WHOLE)
    yield "a form with a file", [form]
    packed = {**FORM, "content-encoding": "gzip", "content-length": "77"}
    yield "a form that was packed", [changed(form, headers=packed)]
    yield "a form without a type", [changed(form, headers={})]
    yield "a form of another type", [changed(form, headers={"content-type": "text/plain"})]
    yield "bytes", [changed(recorded(status=422), body=b"\xff\xfe\x00{", answer=b"\x89PNG\xff")]
    long = {"content-type": "application/json", "content-length": "40"}
    yield "a cut body", [changed(recorded(status=422), headers=long, body=b'{"prompt": "a')]
    hidden = b'{token: "abcdefghijklmnopqrstuvwxyz012345"'
    yield (
        "a key in a broken body",
        [changed(recorded(status=422), headers={**long, "content-length": "44"}, body=hidden)],
    )
    yield "an empty body", [changed(recorded(status=each), body=b"") for each in (0, 200, 422)]
    yield (
        "no body",
        [
            changed(recorded(), body=None, gap="it was eaten"),
            changed(got(f"{RUN}/requests/a/status", {}), body=None),
            changed(recorded(), answer=None, answer_gap="it was eaten"),
            changed(recorded(), answer=b"", answer_headers={"content-length": "12"}),
            changed(recorded(), status=0, answer=None),
        ],
    )
    stream = {"content-type": "text/event-stream"}
    yield (
        "a stream",
        [changed(recorded(), answer=b"data: {}\n\ndata: {}\n\n", answer_headers=stream)],
    )
    unpacked = {"content-type": "application/json", "content-encoding": "gzip"}
    yield (
        "an answer that was packed",
        [
            changed(recorded(body=two), answer_headers={**unpacked, "content-length": "9"}),
            changed(recorded(), answer=b"\x89PNG", answer_headers={"content-encoding": "br"}),
        ],
    )
    yield (
        "a frame",
        [changed(recorded("wss://ws-api.runware.ai/v1", [task()]), status=0, answer=None)],
    )
    yield (
        "sessions",
        [
            changed(recorded(RUNWARE, [task()], status=status), session=session)
            for session, status in (("a", 200), ("b", 400), ("a", 400), ("b", 200), ("b", 400))
        ],
    )
    yield (
        "credentials",
        [
            recorded(headers={"authorization": each}, answer={"detail": "x"}, status=401)
            for each in ("Bearer abcdefghijklmn0123456789", "Key a1b2c3:d4e5f6a7b8c9", "***")
        ],
    )
    yield "a promise", [recorded(LOCAL, headers={"x-harness-expect": "fal.generate"})]
    yield (
        "a preflight",
        [recorded(method="OPTIONS", headers={"access-control-request-method": "POST"})],
    )
    yield (
        "what was noted",
        [
            noted(),
            noted(fault="reset", status=0, answer=b""),
            noted(violations=[], refusal="credential-missing", status=401),
            noted(
                violations=[],
                refusal=None,
                fault=None,
                expected=(),
                status=200,
                time=1e9 + 0.123456,
            ),
            noted(provider="", operation=None, violations=[], refusal="route-unknown", status=404),
            noted(ending="client left after 1.0 s", status=0, answer=b""),
            noted(ending="client left after 1.0 s", is_judged=False, violations=[], refusal=None),
            noted(body=b"x" * 300_000),
            noted(path="/xai/grok imagine?image", query="a=b&c=%20"),
        ],
    )


ODD = dict(odd())


@pytest.mark.parametrize("name", ODD)
def test_what_har_has_no_word_for_changes_no_verdict(
    judges: Mapping[str, Judge], name: str
) -> None:
    assert told(judges, again(ODD[name])) == told(judges, ODD[name])


def test_what_our_mocks_noted_is_not_judged_anew(judge: JudgeAll) -> None:
    met = noted(violations=[], refusal=None, fault="status=429", status=429)
    [one] = judge(*again([met]))

    assert one.is_known
    assert (one.exchange.verdict.kind, one.exchange.verdict.fault) == ("fault", "status=429")
    assert as_json(one.exchange) == as_json(met)


@pytest.mark.parametrize(
    "prompt",
    [
        "a cookie on a plate, its secret recipe beside the key",
        "Bearer of good news; password: swordfish? token = 5",
        'quotes " and \\ slashes / <b>é 漢 🫖</b> \u2028 \x7f',
        "https://example.com/a?page=2#part",
    ],
)
def test_no_ordinary_word_changes(prompt: str) -> None:
    sent = recorded(body={"prompt": prompt, "usage": {"input_tokens": 5}}, answer=pictures(1))
    spaced = changed(sent, body=json.dumps({"prompt": prompt, "n": 1.0}, indent=1).encode())
    form = changed(recorded(EDIT), headers=FORM, body=WHOLE)

    for one, back in zip([sent, spaced, form], again([sent, spaced, form]), strict=True):
        assert (back.request.whole_body, back.response.whole_body) == (
            one.request.body,
            one.response.body,
        )


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("2026-07-15T13:37:26.093Z", 1784122646.093),
        ("2026-07-15T15:37:26.829+02:00", 1784122646.829),
        ("1969-12-31T23:59:59.500-00:00", -0.5),
        ("nothing", 0.0),
    ],
)
def test_a_date_is_the_same_moment(written: str, seconds: float) -> None:
    document = har_writer.document([recorded()])
    document["log"]["entries"][0]["startedDateTime"] = written
    [one] = [each for each in read(document, "a") if isinstance(each, Exchange)]

    assert one.time == seconds
    assert again([one])[0].time == seconds


def test_a_body_that_is_no_text_stands_where_tools_look_for_it() -> None:
    [entry] = har_writer.document([changed(recorded(EDIT), headers=FORM, body=WHOLE)])["log"][
        "entries"
    ]

    assert entry["request"]["_content"]["encoding"] == "base64"
    assert entry["request"]["bodySize"] == entry["request"]["_content"]["size"] == len(WHOLE)
    assert "text" not in entry["request"]["postData"]


@pytest.mark.parametrize("kept", [{"verdict": 5}, {"request": {}}, {"verdict": {}, "request": {}}])
def test_an_odd_note_costs_its_exchange(kept: dict[str, Any]) -> None:
    document = har_writer.document([recorded(), recorded()])
    document["log"]["entries"][0]["_exchange"] = kept
    odd_one, fine = read(document, "a")

    assert not isinstance(odd_one, Exchange)
    assert isinstance(fine, Exchange)
