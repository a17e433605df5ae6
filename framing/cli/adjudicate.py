"""`framing data adjudicate`: gold from what coders agree on and what was decided on the rest."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["adjudicating"]

_INCOMPLETE = 5


@click.command("adjudicate")
@click.argument("coded", metavar="CODED", type=click.Path(path_type=Path))
@click.option(
    "--decisions",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The table of `framing agree --disagreements`, filled in; without it only what is agreed on is gold.",
)
@click.option("--coder", "coders", multiple=True, metavar="NAME", help="Whose codings count; else all.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The gold file.")
@click.pass_context
def adjudicating(
    ctx: click.Context, coded: Path, decisions: Path | None, coders: tuple[str, ...], out: Path
) -> None:
    """Make gold of the codings in CODED: what the coders agree on, and what FILE decides on the rest.

    What nobody has decided is left out of the gold and stands among its problems; the exit code is then 5. Every
    coder's own codings stay in the file.
    """
    from framing.evaluation import load_gold, write_gold
    from framing.interop.adjudication import read_decisions
    from framing.interop.merging import adjudicate

    made = read_decisions(decisions) if decisions else {}
    done = adjudicate(load_gold(coded), made, path=decisions or coded, coders=coders)
    write_gold(out, done.articles)
    click.echo(f"{done.agreed} agreed, {done.decided} decided, {done.undecided} undecided; written to {out}")
    if done.undecided:
        click.echo("framing: what is undecided is not in the gold; it stands under its problems", err=True)
        ctx.exit(_INCOMPLETE)
