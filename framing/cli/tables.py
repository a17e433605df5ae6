"""Tables on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

__all__ = ["print_table"]


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A plain table, one row an item; as wide as it needs to be where the output is not a terminal."""
    console = Console(highlight=False)
    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*map(str, row))
    if not console.is_terminal:
        console.width = max(console.width, console.measure(table).maximum)
    console.print(table)
