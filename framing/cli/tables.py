"""Tables on the terminal."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import click
from rich.console import Console
from rich.table import Table

__all__ = ["print_table"]


_WIDE = 1_000
"""Columns of an output that is no terminal: nothing is wrapped, so that it can be searched and cut."""


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A plain table, one row an item; wrapped to the width of a terminal, in whole lines elsewhere."""
    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row in rows:
        table.add_row(*map(str, row))
    console = Console(highlight=False)
    if console.is_terminal:
        console.print(table)
        return
    printed = io.StringIO()
    Console(highlight=False, width=_WIDE, file=printed).print(table)
    for line in printed.getvalue().splitlines():
        click.echo(line.rstrip())
