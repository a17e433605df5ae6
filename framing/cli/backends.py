"""`framing backends`: who can answer."""

from __future__ import annotations

import click

from framing.backends import list_backends
from framing.cli.tables import print_table
from framing.errors import UnknownNameError

__all__ = ["backends"]


@click.group()
def backends() -> None:
    """The backends that can answer: list them, show one."""


@backends.command("list")
def list_() -> None:
    """Every backend, with the form of its address."""
    print_table(("address", "what it is"), [(info.usage, info.summary) for info in list_backends()])


@backends.command()
@click.argument("name")
def show(name: str) -> None:
    """Where the backend NAME lives and how it is addressed."""
    known = {info.name: info for info in list_backends()}
    info = known.get(name.partition(":")[0])
    if info is None:
        raise UnknownNameError("backend", name, tuple(known))
    click.echo(f"{info.name}\n  address  {info.usage}\n  what     {info.summary}\n  class    {info.path}")
