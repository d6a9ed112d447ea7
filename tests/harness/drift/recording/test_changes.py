"""The list of changes."""

from __future__ import annotations

from datetime import date

from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.recording.changes import finding_lines, with_lines

LIST = "# What changed\n\nNewest first.\n\n## 2026-11-21\n\nFirst recording.\n"
FOUND = [
    Finding("request-parameter-max-decreased", "edit", "n", 4, 3, "Edit", rule="edit.n.maximum")
]


def with_findings(text: str, provider: str, findings: list[Finding], today: date) -> str:
    return with_lines(text, finding_lines(provider, findings), today)


def test_a_new_day_stands_first() -> None:
    text = with_findings(LIST, "fal", FOUND, date(2027, 1, 2))

    assert text == (
        "# What changed\n\nNewest first.\n\n## 2027-01-02\n\n"
        "- `fal.edit.n.maximum`: `4` → `3`, request-parameter-max-decreased (Edit)\n\n"
        "## 2026-11-21\n\nFirst recording.\n"
    )


def test_the_same_day_is_one_entry() -> None:
    once = with_findings(LIST, "fal", FOUND, date(2027, 1, 2))
    other = [Finding("price-increased", None, "image", 0.02, 0.03, "Pricing")]

    twice = with_findings(once, "fal", other, date(2027, 1, 2))

    assert twice.count("## 2027-01-02") == 1
    assert "- `fal.image`: `0.02` → `0.03`" in twice
    assert "fal.edit.n.maximum" in twice


def test_a_list_without_any_day_gets_its_first() -> None:
    text = with_findings("# What changed\n", "fal", FOUND, date(2027, 1, 2))

    assert text.startswith("# What changed\n\n## 2027-01-02\n\n- ")


def test_what_is_gone_and_what_is_new_is_told_as_nothing() -> None:
    gone = Finding("request-parameter-removed", "edit", "n", {"type": "integer"}, section="Edit")

    text = with_findings(LIST, "fal", [gone], date(2027, 1, 2))

    assert '- `fal.edit.n`: `{"type": "integer"}` → nothing, request-parameter-removed' in text


def test_what_a_page_says_stays_inside_its_code_and_its_line() -> None:
    odd = [Finding("price-increased", None, "image", "a`b\n## c", "`", "<!-- [x](y)\n# d")]

    text = with_findings(LIST, "fal", odd, date(2027, 1, 2))

    [line] = [each for each in text.splitlines() if "price-increased" in each]
    assert line == (
        "- `fal.image`: ``a`b\\n## c`` → `` ` ``, price-increased "
        "(&lt;\\!\\-\\- \\[x\\]\\(y\\) \\# d)"
    )
