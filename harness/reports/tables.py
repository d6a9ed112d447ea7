"""Tables on a terminal; plain columns where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from imagine_harness.contracts.untrusted.printing import printable

COLOURS = {"violates": "red", "refused": "red", "conforms": "green", "warns": "yellow"}
"""Words that are coloured wherever they are a whole cell."""


def print_table(rows: Sequence[Mapping[str, Any]], title: str | None = None) -> None:
    """Print rows under their keys; numbers to the right. Nothing is cut off when piped."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=10_000, soft_wrap=True)
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for name in rows[0] if rows else ():
        number = all(isinstance(row[name], int | float) for row in rows)
        table.add_column(name, justify="right" if number else "left", overflow="fold")
    for row in rows:
        cells = [printable(str(value)) for value in row.values()]
        table.add_row(*(Text(cell, style=COLOURS.get(cell, "")) for cell in cells))
    console.print(table)
