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

_NO_PPI = (
    "–: fewer than two articles are labelled; PPI++ of a stratified sample also needs two in each stratum, and the "
    "probability of every article of the corpus (--design)"
)


@click.command()
@click.argument("labels", metavar="LABELS", type=click.Path(path_type=Path, exists=True))
@click.argument("gold", metavar="GOLD", type=click.Path(path_type=Path))
@click.option("--codebook", metavar="NAME", help="Whose frames, where LABELS has those of several.")
@click.option(
    "--design",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What `framing sample` wrote beside the sample; by default GOLD.design.json, where there is one.",
)
@click.option("--by", type=click.Choice(["outlet", "month", "language"]), help="Also by group.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def prevalence(
    labels: Path, gold: Path, codebook: str | None, design: Path | None, by: str | None, form: str
) -> None:
    """The share of articles with each frame, from a model's LABELS and the hand labels in GOLD.

    LABELS is the folder of a `framing annotate` run over the whole corpus, or its analyses.jsonl; GOLD is a random
    sample of the corpus, drawn by `framing sample` and labelled. Beside the share of model labels (naive) and of
    hand labels alone stand two estimates that join them: PPI++ and design-based supervised learning (DSL). GOLD
    without inclusion probabilities is refused: a sample of convenience cannot correct anything.
    """
    from framing.evaluation import frame_prevalence, load_gold

    analyses = list(_analyses(labels / "analyses.jsonl" if labels.is_dir() else labels))
    articles = load_gold(gold)
    ref = codebook or _only_codebook(analyses)
    if not any(article.frames(codebook=ref) for article in articles):
        raise UsageError(f"no article of {str(gold)!r} has a frame of {ref!r}: label the sample by hand first")
    found = frame_prevalence(
        {a.document.id: {f.frame for f in a.frames if f.codebook == ref} for a in analyses},
        {article.id: article.frames(codebook=ref) for article in articles},
        frames=sorted(
            {f.frame for a in analyses for f in a.frames if f.codebook == ref}
            | {frame for article in articles for frame in article.frames(codebook=ref)}
        ),
        probabilities=_designed(design or gold.with_name(f"{gold.stem}.design.json"), required=design is not None)
        | {a.id: a.inclusion_probability for a in articles if a.inclusion_probability is not None},
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
    if lacking := sum(not analysis.complete for analysis in analyses):
        click.echo(
            f"{lacking} of {len(analyses)} articles are incomplete: what was lost of them counts as not there"
        )
    if any(row.ppi is None for table in found.values() for row in table):
        click.echo(_NO_PPI)


def _row(frame: str, row: Prevalence) -> tuple[str, ...]:
    estimates = (_estimate(e) for e in (row.gold_only, row.ppi, row.dsl))
    return (frame, row.group or "all", str(row.n), str(row.labelled), f"{row.naive:.3f}", *estimates)


def _designed(path: Path, *, required: bool) -> dict[str, float]:
    """The inclusion probability of every article of the corpus, where the sample was kept with its design."""
    if not (required or path.exists()):
        return {}
    try:
        chances = json.loads(path.read_text(encoding="utf-8"))["probabilities"]
        return {str(name): float(chance) for name, chance in chances.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            str(path), f"not the design of a sample that `framing sample` wrote: {error!r}"
        ) from error


def _estimate(estimate: Estimate | None) -> str:
    if estimate is None:
        return "–"
    return f"{estimate.value:.3f} ({estimate.interval.low:.3f}–{estimate.interval.high:.3f})"


def _analyses(path: Path) -> Iterator[Analysis]:
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"cannot be read: {error}") from error
    for number, line in enumerate(content.split("\n"), 1):
        if line.strip():
            try:
                yield Analysis.model_validate_json(line)
            except ValidationError as error:
                fault = error.errors(include_url=False)[0]
                place = ".".join(map(str, fault["loc"])) or "line"
                raise InputError(
                    f"{path}:{number}", f"not an analysis of `framing annotate`: {place}: {fault['msg']}"
                ) from error


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
