"""What moved in the tables of sizes."""

from __future__ import annotations

from collections.abc import Iterator

from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.facts import Area, Facts, SizeFact

Where = tuple[str | None, tuple[str, ...]]
"""The operation and the parameters that a table of sizes is about."""


def findings(recorded: Facts, page: Facts, unread: list[str]) -> Iterator[Finding]:
    """What moved; what the page does not reach is put on `unread`."""
    tables: list[Where] = list(
        dict.fromkeys((size.operation, size.fields) for size in (*recorded.sizes, *page.sizes))
    )
    for where in tables:
        before, after = (
            [size for size in facts.sizes if (size.operation, size.fields) == where]
            for facts in (recorded, page)
        )
        hidden = " ".join(point.text for point in page.open_points)
        yield from _table(before, after, hidden if page.reaches(Area.SIZES) else None, unread)


def _table(
    before: list[SizeFact], after: list[SizeFact], hidden: str | None, unread: list[str]
) -> Iterator[Finding]:
    """What moved in one table; `hidden` is what was not understood, None for a table cut short."""
    kept = {_whole(size) for size in before} & {_whole(size) for size in after}
    gone = [size for size in before if _whole(size) not in kept]
    new = [size for size in after if _whole(size) not in kept]
    for size in gone:
        of_label = next((each for each in new if size.label and each.label == size.label), None)
        of_pixels = next((each for each in new if _pixels(each) == _pixels(size)), None)
        now = of_label or of_pixels
        if now is not None:
            new.remove(now)
            kind = "listed-size-changed" if now is of_label else "listed-size-relabelled"
            yield _finding(kind, size, now)
        elif hidden is not None and f"{size.width}x{size.height}" not in hidden:
            yield _finding("listed-size-removed", size, None)
        else:
            unread.append(f"size {said(size)}")
    for size in new:
        yield _finding("listed-size-added", None, size)


def _finding(kind: str, before: SizeFact | None, after: SizeFact | None) -> Finding:
    either = after or before
    assert either is not None
    return Finding(
        kind,
        either.operation,
        None,
        said(before),
        said(after),
        either.section,
        before,
        after,
        parameters=either.fields,
    )


def said(size: SizeFact | None) -> str | None:
    """A size for people: `1K (3:4) 896x1280`."""
    return f"{size.label} {size.width}x{size.height}".strip() if size else None


def _pixels(size: SizeFact) -> tuple[int, int]:
    return size.width, size.height


def _whole(size: SizeFact) -> tuple[int, int, str]:
    return size.width, size.height, size.label
