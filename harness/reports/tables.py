"""Tables on a terminal; plain columns, on one line each whatever they hold, where there is none."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any

from imagine_harness.contracts.untrusted.printing import printable

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

COLOURS = {"violates": "red", "refused": "red", "conforms": "green", "warns": "yellow"}
"""Words that are coloured wherever they are a whole cell."""

UNFOLDED = 10_000
"""Columns where there is no terminal, so that nothing is folded."""


def make_table(
    rows: Sequence[Mapping[str, Any]], *, title: str | None = None, right: Collection[str] = ()
) -> Table:
    """Rows under their keys.

    Args:
        rows: the same keys in each; a cell that is rich's own text keeps its style.
        title: what stands above them.
        right: columns that are set to the right, beside those of numbers.
    """
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for name in rows[0] if rows else ():
        is_number = all(isinstance(row[name], int | float) for row in rows)
        to_the_right = is_number or name in right
        table.add_column(name, justify="right" if to_the_right else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(_cell, row.values()))
    return table


def _cell(value: object) -> RenderableType:
    from rich.text import Text

    text = value if isinstance(value, Text) else Text(printable(str(value)))
    text.style = text.style or COLOURS.get(text.plain, "")
    return text


def render(parts: Iterable[RenderableType], *, width: int = UNFOLDED, colours: bool = False) -> str:
    """Tables and texts one below the other; without colours nothing is cut or folded.

    Args:
        parts: what is shown.
        width: columns of the terminal.
        colours: whether it has any.
    """
    from rich.console import Console

    file = StringIO()
    console = Console(
        file=file,
        width=width if colours else UNFOLDED,
        highlight=False,
        force_terminal=colours,
        no_color=not colours,
        color_system="standard" if colours else None,
        soft_wrap=not colours,
    )
    for part in parts:
        console.print(part)
    lines = file.getvalue().splitlines()
    return "".join(f"{line if colours else line.rstrip()}\n" for line in lines)


def print_table(rows: Sequence[Mapping[str, Any]], title: str | None = None) -> None:
    """Print rows under their keys; numbers to the right. Nothing is cut off when piped."""
    from rich.console import Console

    console = Console(highlight=False)
    table = make_table(rows, title=title)
    if console.is_terminal:
        console.print(table)
    else:
        console.file.write(render([table]))


def format_field(label: str, text: object, width: int = 12) -> str:
    """A label and its text on one line, which is never folded: it can be copied as it is."""
    return f"{label:<{width - 1}} {text}"
