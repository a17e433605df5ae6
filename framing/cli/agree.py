"""`framing agree`: how far coders agree."""

from __future__ import annotations

from pathlib import Path

import click

from framing.cli.tables import print_table

__all__ = ["agree"]

LEVELS = ("nominal", "ordinal", "interval", "ratio", "masi", "jaccard")


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--level", "levels", multiple=True, type=click.Choice(LEVELS), help="Of the values; several are possible."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the bootstrap.")
def agree(file: Path, levels: tuple[str, ...], seed: int) -> None:
    """Krippendorff's alpha, kappas, AC1 and percent agreement of the codings in FILE, with intervals.

    FILE is .csv or .jsonl: a row a coding (unit, coder, value), or a row a unit (unit, and a column for each
    coder). A column `cluster` names what units belong to; then clusters are resampled. Values that are lists (in
    .jsonl) are sets of labels, compared as wholes (levels masi and jaccard) and label by label.
    """
    from framing.evaluation import agreement_scores, codings_by_label, read_codings
    from framing.evaluation.tables import SCORE_COLUMNS, score_rows

    codings = read_codings(file)
    sets = any(isinstance(value, frozenset) for row in codings.values for value in row)
    table = {
        score.name: score
        for level in levels or (("masi", "jaccard") if sets else ("nominal",))
        for score in agreement_scores(codings, level=level, seed=seed)  # type: ignore[arg-type]
    }
    for label, given in codings_by_label(codings).items():
        table |= {f"{label}: {score.name}": score for score in agreement_scores(given, seed=seed)}
    within = f" in {len(set(codings.clusters))} clusters" if codings.clusters else ""
    coders = f"{len(codings.coders)} coders ({', '.join(codings.coders)})"
    click.echo(f"{len(codings.units)} units{within}, {coders}; n: units coded at least twice")
    print_table(SCORE_COLUMNS[:4], [row[:4] for row in score_rows(table)])
