"""Tables on the terminal."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from itertools import groupby

import click
from rich.table import Table
from rich.text import Text

from framing.reports.console import text_console

__all__ = ["print_scores", "print_table"]


_WIDE = 1_000
"""Columns of an output that is no terminal: nothing is wrapped, so that it can be searched and cut."""


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A plain table, one row an item; wrapped to the width of a terminal, in whole lines elsewhere."""
    table = _table(columns, rows)
    console = text_console()
    if console.is_terminal:
        console.print(table)
        return
    printed = io.StringIO()
    text_console(width=_WIDE, file=printed).print(table)
    for line in printed.getvalue().splitlines():
        click.echo(line.rstrip())


def print_scores(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table whose rows begin with a score's name, "scorer/score".

    On a terminal it is a table for each scorer, with what follows the scorer's name and without empty columns, so that
    no name is cut; elsewhere it is one table of whole names.
    """
    console = text_console()
    if not console.is_terminal:
        print_table(columns, rows)
        return
    for scorer, group in groupby(rows, key=_scorer):
        listed = [(row[0].removeprefix(f"{scorer}/"), *row[1:]) for row in group]
        kept = [n for n in range(len(columns)) if any(row[n] for row in listed)]
        console.print(Text(f"\n{scorer}" if scorer else "", style="bold"))
        console.print(_table([columns[n] for n in kept], [[row[n] for n in kept] for row in listed]))


def _scorer(row: Sequence[str]) -> str:
    return row[0].rpartition("/")[0] and row[0].partition("/")[0]


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*map(str, row))
    return table
