"""Waivers: what they excuse, when they are stale, and what is wrong with their files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from imagine_harness.harness.results.results import PromiseVerdict, Result
from imagine_harness.harness.results.waivers import (
    Standing,
    Waiver,
    WaiverError,
    applied,
    findings,
    loaded,
    uses,
)

DAY = date(2027, 1, 31)


def waiver(name: str, subject: str = "") -> Waiver:
    return Waiver(name, "next release", DAY, subject, "waivers.toml", 1)


def result(
    verdict: PromiseVerdict = PromiseVerdict.BROKEN, promise: str = "client.retries[503]"
) -> Result:
    return Result(
        promise, "it retries", "client of acme.draw", verdict, rule="acme.draw.count.maximum"
    )


@pytest.mark.parametrize(
    ("name", "subject", "excused"),
    [
        ("client.retries[503]", "", True),
        ("client.retries[*]", "", True),
        ("client.retries", "", True),
        ("client.*", "", True),
        ("client.retries[429]", "", False),
        ("client.retries[50?]", "", False),
        ("client.retries[5]", "", False),
        ("client.ret", "", False),
        ("acme.draw.count.maximum", "", True),
        ("acme.draw.*", "", True),
        ("acme.draw.count.minimum", "", False),
        ("client.retries", "client of acme.draw", True),
        ("client.retries", "* of acme.draw", True),
        ("client.retries", "client of acme.frame", False),
    ],
)
def test_a_waiver_excuses_the_promise_or_the_rule_that_it_names(
    name: str, subject: str, excused: bool
) -> None:
    settled = applied(result(), [waiver(name, subject)], DAY)

    assert settled.verdict is (PromiseVerdict.WAIVED if excused else PromiseVerdict.BROKEN)
    assert settled.excuse == ("next release" if excused else "")


@pytest.mark.parametrize(
    ("day", "verdict"),
    [(DAY, PromiseVerdict.WAIVED), (date(2027, 2, 1), PromiseVerdict.BROKEN)],
)
def test_a_waiver_holds_to_the_end_of_its_last_day(day: date, verdict: PromiseVerdict) -> None:
    assert applied(result(), [waiver("client.retries")], day).verdict is verdict


@pytest.mark.parametrize("verdict", [PromiseVerdict.KEPT, PromiseVerdict.SKIPPED])
def test_what_is_not_broken_needs_no_excuse(verdict: PromiseVerdict) -> None:
    assert applied(result(verdict), [waiver("client.retries")], DAY) == result(verdict)


@pytest.mark.parametrize(
    ("results", "day", "standing"),
    [
        ([result(PromiseVerdict.WAIVED)], DAY, Standing.USED),
        ([result(PromiseVerdict.WAIVED), result(PromiseVerdict.KEPT)], DAY, Standing.USED),
        ([result(PromiseVerdict.KEPT)], DAY, Standing.UNNEEDED),
        ([result(PromiseVerdict.BROKEN)], date(2027, 2, 1), Standing.EXPIRED),
        ([result(PromiseVerdict.KEPT)], date(2027, 2, 1), Standing.EXPIRED),
        ([result(PromiseVerdict.SKIPPED)], DAY, Standing.IDLE),
        ([result(PromiseVerdict.KEPT, "client.polls")], DAY, Standing.IDLE),
        ([], date(2027, 2, 1), Standing.IDLE),
    ],
)
def test_a_waiver_is_stale_only_where_its_promise_was_tried(
    results: list[Result], day: date, standing: Standing
) -> None:
    (use,) = uses([waiver("client.retries[*]")], results, day)

    assert use.standing is standing
    assert bool(findings([use])) is (standing in (Standing.UNNEEDED, Standing.EXPIRED))


def test_a_waived_rule_that_bodies_tried_and_no_promise_broke_is_not_needed() -> None:
    kept = Result(
        "client.conforms",
        "it conforms",
        "s",
        PromiseVerdict.KEPT,
        exercised={"acme.draw.tier.enum": ()},
    )

    assert uses([waiver("acme.draw.tier.enum")], [kept], DAY)[0].standing is Standing.UNNEEDED


def test_a_stale_waiver_is_a_broken_promise_that_names_its_place() -> None:
    (found,) = findings(uses([waiver("client.retries")], [result(PromiseVerdict.KEPT)], DAY))

    assert found.fails()
    assert found.promise == "waiver.unneeded[client.retries]"
    assert found.message.startswith("waivers.toml: waiver 1: client.retries is kept")


def test_a_file_holds_waivers_in_its_order(tmp_path: Path) -> None:
    file = tmp_path / "waivers.toml"
    file.write_text(
        '[[waiver]]\nid = "a[1]"\nreason = "x"\nexpires = 2027-01-31\n'
        '[[waiver]]\nid = "b"\nreason = "y"\nexpires = 2027-02-01\nsubject = "z"\n'
    )
    one, other = loaded(file)

    assert one == Waiver("a[1]", "x", DAY, "", str(file), 1)
    assert other == Waiver("b", "y", date(2027, 2, 1), "z", str(file), 2)
    assert other.where == f"{file}: waiver 2"


RIGHT = 'id = "a"\nreason = "x"\nexpires = 2027-01-31\n'


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[[waiver]\n", ": is no TOML: "),
        (f"[[waiver]]\n{RIGHT}why = 3", ": waiver 1: unknown key 'why', known: id, reason, exp"),
        (f'[[waiver]]\n{RIGHT}[[waiver]]\nid = "b"', ": waiver 2: reason is missing, expected a"),
        ('[[waiver]]\nid = 3\nreason = "x"', ": waiver 1: id must be a text as in "),
        ('[[waiver]]\nid = "a"\nreason = "  "', ": waiver 1: reason must be a text, got '  '"),
        ('[[waiver]]\nid = "a"\nreason = "x"', ": waiver 1: expires is missing, expected a date"),
        (
            '[[waiver]]\nid = "a"\nreason = "x"\nexpires = "2027-01-31"',
            ": waiver 1: expires must be a date as in 2027-01-31, got '2027-01-31'",
        ),
        (
            '[[waiver]]\nid = "a"\nreason = "x"\nexpires = 2027-01-31T00:00:00',
            ": waiver 1: expires must be a date as in 2027-01-31, got 2027-01-31T00:00:00",
        ),
        (f"[waiver]\n{RIGHT}", ": waiver must be a list of tables, each under [[waiver]]"),
        ("waiver = [3]", ": waiver must be a list of tables"),
        ("[[waivers]]\n", ": unknown key 'waivers', expected [[waiver]] only"),
    ],
)
def test_a_bad_file_is_one_line_with_its_entry(tmp_path: Path, text: str, wrong: str) -> None:
    file = tmp_path / "waivers.toml"
    file.write_text(text)

    with pytest.raises(WaiverError) as caught:
        loaded(file)

    assert str(caught.value).startswith(f"{file}{wrong}")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WaiverError, match=r"none\.toml: cannot be read: No such file"):
        loaded(tmp_path / "none.toml")
