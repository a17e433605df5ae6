"""`framing agree`: how far coders agree, and on what they do not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from framing.cli.inputs import is_gold
from framing.cli.tables import print_table
from framing.errors import UsageError

if TYPE_CHECKING:
    from framing.evaluation.aligned import Aligned

__all__ = ["agree"]

LEVELS = ("nominal", "ordinal", "interval", "ratio", "masi", "jaccard")
_SHOWN = 20
_WIDTH = 60


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--level", "levels", multiple=True, type=click.Choice(LEVELS), help="Of the values; several are possible."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the bootstrap.")
@click.option("--coder", "coders", multiple=True, metavar="NAME", help="Of labelled articles: these; else all.")
@click.option(
    "--disagreements",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="TABLE",
    help="Of labelled articles: write what differs to this .csv, to be decided on.",
)
@click.option("--all", "every", is_flag=True, help="Show every coefficient and every disagreement.")
def agree(
    file: Path,
    levels: tuple[str, ...],
    seed: int,
    coders: tuple[str, ...],
    disagreements: Path | None,
    every: bool,
) -> None:
    """Krippendorff's alpha, kappas, AC1 and percent agreement of the codings in FILE, with intervals.

    FILE is .csv or .jsonl: a row a coding (unit, coder, value), or a row a unit (unit, and a column for each
    coder). A column `cluster` names what units belong to; then clusters are resampled. Values that are lists (in
    .jsonl) are sets of labels, compared as wholes (levels masi and jaccard) and label by label.

    FILE may also be labelled articles, as `framing data import` writes them: then everything that their coders
    marked is compared, and every disagreement is listed at its place.
    """
    if is_gold(file):
        if levels:
            raise UsageError("labelled articles are compared at the levels that fit: leave out --level")
        _labelled(file, coders, disagreements, every, seed)
    elif coders or disagreements:
        raise UsageError(f"{str(file)!r} holds no labelled articles: --coder and --disagreements are for those")
    else:
        _table(file, levels, seed)


def _labelled(file: Path, coders: Sequence[str], table: Path | None, every: bool, seed: int) -> None:
    from framing.evaluation import load_gold
    from framing.evaluation.aligned import align
    from framing.evaluation.coders import coder_agreement, coders_of
    from framing.evaluation.tables import SCORE_COLUMNS, score_rows

    articles = load_gold(file)
    names = tuple(coders) or coders_of(articles)
    if unknown := [name for name in names if name not in coders_of(articles)]:
        raise UsageError(f"nobody in {str(file)!r} is called {unknown[0]!r}: {', '.join(coders_of(articles))}")
    shared = [(a, [name for name in names if name in a.coders]) for a in articles]
    aligned = [align(article, coders=mine) for article, mine in shared if len(mine) > 1]
    if not aligned:
        raise UsageError(f"{str(file)!r} has no article that two coders have coded")
    click.echo(f"{len(aligned)} articles of {len(articles)}, coded by {', '.join(names)}")
    found = coder_agreement(articles, coders=names, seed=seed)
    shown = {name: score for name, score in found.items() if every or _headline(name)}
    print_table(SCORE_COLUMNS[:4], [row[:4] for row in score_rows(shown)])
    _list(aligned, every)
    if table is not None:
        from framing.interop.adjudication import write_disagreements

        count = write_disagreements(table, aligned)
        click.echo(f"{count} disagreements written to {table}: fill in `decision`, then framing data adjudicate")


def _headline(name: str) -> bool:
    return ", " not in name or "alpha" in name or "F1" in name or "where both" in name


def _list(articles: Sequence[Aligned], every: bool) -> None:
    from framing.interop.adjudication import contrast, named

    rows = []
    for aligned in articles:
        for group in aligned.disagreements():
            place = f"{group.place.start}–{group.place.end}" if group.place else "the article"
            given = [
                f"{coder}: {_short(contrast(aligned, group, coder)) or 'nothing'}" for coder in aligned.coders
            ]
            rows.append(
                (aligned.article.id, place, named(aligned, group), ", ".join(group.differs), " | ".join(given))
            )
    click.echo(f"\n{len(rows)} disagreements")
    if rows:
        print_table(("article", "place", "what", "differs", "given"), rows if every else rows[:_SHOWN])
    if len(rows) > _SHOWN and not every:
        click.echo(f"… and {len(rows) - _SHOWN} more (--all, or --disagreements TABLE)")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH // 2]} … {line[-_WIDTH // 2 :]}"


def _table(file: Path, levels: Sequence[str], seed: int) -> None:
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
    missing = sum(value is None for row in codings.values for value in row)
    lacking = f"; {missing} of {len(codings.units) * len(codings.coders)} codings are missing" if missing else ""
    click.echo(f"{len(codings.units)} units{within}, {coders}{lacking}; n: units coded at least twice")
    print_table(SCORE_COLUMNS[:4], [row[:4] for row in score_rows(table)])
