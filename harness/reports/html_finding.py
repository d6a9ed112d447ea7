"""What the HTML page shows of one promise: facts, two sides, exchanges, reproductions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from imagine_harness.harness.reports.markup import Child, Markup, tag
from imagine_harness.harness.reports.wording import beside, facts, pretty
from imagine_harness.harness.results.results import MOST_SHOWN, Result, Seen, Side, Verdict


def has_details(result: Result) -> bool:
    """Whether there is more to show than one line."""
    return result.verdict is not Verdict.KEPT or bool(result.seen or result.sides or result.steps)


def details(result: Result) -> Markup:
    """All that is known of one promise."""
    return tag("div", _parts(result), class_="finding")


def _parts(result: Result) -> Iterator[Child]:
    if result.message:
        yield tag("p", result.message, class_="message")
    pairs = [
        (tag("dt", name), tag("dd", linked(value) if name == "source" else value))
        for name, value in facts(result).items()
    ]
    yield tag("dl", pairs)
    yield _sides(result.sides)
    for number, each in enumerate(result.seen, 1):
        yield _exchange(each, number)
    for language, text in result.steps.items():
        yield tag(
            "div",
            tag("h4", f"See it again: {language}"),
            tag("button", "Copy", type="button", class_="copy"),
            tag("pre", tag("code", text)),
            class_="step",
        )


def linked(source: str) -> Child:
    """A source, as a link where it is a web address: to its heading, where a browser finds it."""
    address, _, section = source.partition("#")
    if not address.startswith(("https://", "http://")):
        return source
    target = address + (f"#:~:text={quote(section, safe='')}" if section else "")
    return tag("a", source, href=target, rel="noreferrer noopener")


def _sides(sides: tuple[Side, ...]) -> Markup | None:
    if not sides:
        return None
    if len(sides) == 2 and not any(side.picture for side in sides):
        return _compared(*sides)
    return tag("div", [tag("div", tag("h4", s.label), _shown(s)) for s in sides], class_="sides")


def _shown(side: Side) -> Markup:
    if side.picture.startswith("data:image/"):
        return tag("img", src=side.picture, alt=side.label)
    return tag("pre", pretty(side.picture or side.body))


def _compared(one: Side, other: Side) -> Markup:
    """Two bodies line by line, those that differ marked, and marked in letters, too."""
    rows = [
        tag(
            "tr",
            _line(left, "-", differs),
            _line(right, "+", differs),
            class_="differs" if differs else None,
        )
        for left, right, differs in beside(pretty(one.body), pretty(other.body))
    ]
    head = tag("tr", [tag("th", side.label, scope="col") for side in (one, other)])
    return tag("table", tag("thead", head), tag("tbody", rows), class_="compared")


def _line(text: str | None, mark: str, differs: bool) -> Markup:
    if text is None:
        return tag("td", class_="nothing")
    return tag("td", tag("pre", f"{mark if differs else ' '} {text}"))


def _exchange(seen: Seen, number: int) -> Markup:
    return tag(
        "details",
        tag("summary", f"Exchange {number}: {seen.method} {seen.url}, {seen.answered}"),
        tag(
            "div",
            tag("div", tag("h4", "Request"), _message(seen.headers, seen.body, seen.body_length)),
            tag(
                "div",
                tag("h4", f"Answer {seen.status}" if seen.status else "No answer"),
                _message(seen.answer_headers, seen.answer, seen.answer_length),
            ),
            class_="sides",
        ),
        class_="exchange",
    )


def _message(headers: Mapping[str, str], body: bytes, length: int) -> Iterator[Child]:
    if headers:
        yield tag("pre", "\n".join(f"{name}: {value}" for name, value in headers.items()))
    yield tag("pre", pretty(body[:MOST_SHOWN]) if body else "no body")
    if length > len(body) or len(body) > MOST_SHOWN:
        yield tag("p", f"cut, it has {max(length, len(body))} bytes", class_="note")
