"""`framing sample`: draw articles to label by hand, and keep the probability of each."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Literal

import click

from framing.cli.inputs import read_articles
from framing.cli.tables import print_table
from framing.errors import UsageError
from framing.text import Document

__all__ = ["sample"]


@click.command()
@click.argument("corpus", nargs=-1, required=True, metavar="CORPUS...")
@click.option("-n", "--n", "size", type=click.IntRange(min=1), required=True, help="How many articles to draw.")
@click.option("--by", metavar="FIELD", help="Stratify: outlet, published (by month), language, or a key of meta.")
@click.option(
    "--allocation", type=click.Choice(["proportional", "equal"]), default="proportional", show_default=True
)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), default=Path("sample.jsonl"), show_default=True
)
def sample(
    corpus: tuple[str, ...],
    size: int,
    by: str | None,
    allocation: Literal["proportional", "equal"],
    seed: int,
    out: Path,
) -> None:
    """Draw a random sample of the articles in CORPUS (text files, or .jsonl), stratified where asked.

    The sample is written as a gold file without labels; each line keeps the probability with which its article
    was drawn. Beside it, OUT.design.json keeps the probability of every article of the corpus: `framing prevalence`
    needs both.
    """
    from framing.annotations import Findings
    from framing.evaluation import GoldArticle, inclusion_probabilities, stratified_sample, write_gold

    articles = {article.id: article for article in read_articles(corpus)}
    strata = {name: _stratum(article, by) for name, article in articles.items()}
    drawn = stratified_sample(strata, size, allocation=allocation, seed=seed)
    rows = [
        GoldArticle(
            id=d.id,
            document=articles[d.id],
            source=f"framing sample, stratum {d.stratum!r}, seed {seed}",
            inclusion_probability=d.probability,
            gold=Findings(),
        )
        for d in drawn
    ]
    write_gold(out, rows)
    chances = inclusion_probabilities(strata, size, allocation=allocation)
    design = {"n": size, "by": by, "allocation": allocation, "seed": seed, "probabilities": chances}
    beside = out.with_name(f"{out.stem}.design.json")
    beside.write_text(json.dumps(design, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    held, taken = Counter(strata.values()), Counter(d.stratum for d in drawn)
    print_table(
        ("stratum", "articles", "drawn", "probability"),
        [(name or "all", n, taken[name], f"{taken[name] / n:.4f}") for name, n in sorted(held.items())],
    )
    click.echo(f"{len(rows)} of {len(articles)} articles written to {out}, the design of the sample to {beside}")


def _stratum(article: Document, by: str | None) -> str:
    if by is None:
        return ""
    value = article.published[:7] if by == "published" and article.published else getattr(article, by, None)
    value = article.meta.get(by) if value is None else value
    if value is None:
        raise UsageError(f"article {article.id!r} has no {by!r} to stratify by")
    return value if isinstance(value, str) else json.dumps(value)
