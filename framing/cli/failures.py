"""How an expected error is told: one line on stderr, the traceback only with --debug."""

from __future__ import annotations

import sys
import traceback

import click

from framing.errors import FramingError

__all__ = ["tell"]


def tell(error: FramingError) -> None:
    """Print `error` on stderr, after its traceback where the command line asks for it."""
    if "--debug" in sys.argv:
        traceback.print_exception(error)
    click.echo(f"framing: {error}", err=True)
