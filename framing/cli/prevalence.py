"""`framing prevalence`: how common each frame is, corrected with a random hand-labelled sample."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from pydantic import ValidationError

from framing.annotations import Analysis
from framing.cli.tables import print_table
from framing.errors import InputError, UsageError

if TYPE_CHECKING:
    from framing.evaluation.prevalence import Estimate, Prevalence

__all__ = ["prevalence"]


@click.command()
@click.argument("labels", metavar="LABELS", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("gold", metavar="GOLD", type=click.Path(path_type=Path))
@click.option("--codebook", metavar="NAME", help="Whose frames, where LABELS has those of several.")
@click.option("--by", type=click.Choice(["outlet", "month", "language"]), help="Also by group.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def prevalence(labels: Path, gold: Path, codebook: str | None, by: str | None, form: str) -> None:
    """The share of articles with each frame, from a model's LABELS and the hand labels in GOLD.

    LABELS is what `framing analyze --format jsonl` wrote for the whole corpus; GOLD is a random sample of it,
    drawn by `framing sample` and labelled. Beside the share of model labels (naive) and of hand labels alone
    stand two estimates that join them: PPI++ and design-based supervised learning (DSL). GOLD without inclusion
    probabilities is refused: a sample of convenience cannot correct anything.
    """
    from framing.evaluation import frame_prevalence, load_gold

    analyses = list(_analyses(labels))
    articles = load_gold(gold)
    ref = codebook or _only_codebook(analyses)
    found = frame_prevalence(
        {a.document.id: {f.frame for f in a.frames if f.codebook == ref} for a in analyses},
        {article.id: article.frames(codebook=ref) for article in articles},
        frames=sorted(
            {f.frame for a in analyses for f in a.frames if f.codebook == ref}
            | {frame for article in articles for frame in article.frames(codebook=ref)}
        ),
        probabilities={a.id: a.inclusion_probability for a in articles if a.inclusion_probability is not None},
        groups={a.document.id: _group(a, by) for a in analyses} if by else None,
    )
    if form == "json":
        rows = {frame: [asdict(row) for row in table] for frame, table in found.items()}
        click.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    print_table(
        ("frame", by or "group", "articles", "labelled", "naive", "gold only", "PPI++", "DSL"),
        [_row(frame, row) for frame, table in found.items() for row in table],
    )


def _row(frame: str, row: Prevalence) -> tuple[str, ...]:
    estimates = (_estimate(e) for e in (row.gold_only, row.ppi, row.dsl))
    return (frame, row.group or "all", str(row.n), str(row.labelled), f"{row.naive:.3f}", *estimates)


def _estimate(estimate: Estimate | None) -> str:
    if estimate is None:
        return "too few labelled"
    return f"{estimate.value:.3f} ({estimate.interval.low:.3f}–{estimate.interval.high:.3f})"


def _analyses(path: Path) -> Iterator[Analysis]:
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.strip():
            try:
                yield Analysis.model_validate_json(line)
            except ValidationError as error:
                reason = error.errors(include_url=False)[0]["msg"]
                raise InputError(f"{path}:{number}", f"not an analysis: {reason}") from error


def _only_codebook(analyses: list[Analysis]) -> str:
    refs = sorted({label.codebook for analysis in analyses for label in analysis.frames})
    if len(refs) != 1:
        listed = ", ".join(refs) or "none"
        raise UsageError(f"say whose frames with --codebook: there are those of {listed}")
    return refs[0]


def _group(analysis: Analysis, by: str) -> str:
    document = analysis.document
    value = {"outlet": document.outlet, "language": document.language, "month": (document.published or "")[:7]}[by]
    return value or "unknown"
