"""Stored runs of suites: their articles, the scores that are committed for them, and scoring them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from framing._resources import resource_dir
from framing.cli.eval_tables import cost_of
from framing.errors import UsageError

if TYPE_CHECKING:
    from framing.evaluation import GoldArticle, Suite, SuiteRun
    from framing.evaluation.outcomes import Task

__all__ = ["articles_of", "committed", "gold_of", "offline", "shared_option", "stored_run"]

Baseline = Mapping[str, Mapping[str, float | None]]


def _shared_folder() -> Path:
    return Path(__file__).resolve().parents[2].parent / "shared"


shared_option = click.option(
    "--shared",
    envvar="FRAMING_SHARED",
    show_envvar=True,
    type=click.Path(path_type=Path, file_okay=False),
    default=_shared_folder,
    help="The folder of development data; by default beside the checkout.",
)


def gold_of(suite: Suite, shared: Path, *, limit: int | None, final: bool) -> tuple[GoldArticle, ...]:
    """The labelled articles that a suite is about."""
    from framing.evaluation import suite_articles

    folders = {"shared": shared, "datasets": resource_dir("datasets")}
    return suite_articles(suite, folders, limit=limit, final=final)


def articles_of(suite: Suite, names: Sequence[str], shared: Path, *, final: bool) -> tuple[GoldArticle, ...]:
    """The articles that a stored run was about; raises UsageError where the gold lacks one."""
    return _named(suite, names, gold_of(suite, shared, limit=None, final=final))


def stored_run(run: Path, shared: Path, *, prices: Path | None = None) -> SuiteRun:
    """The stored answers of a run, scored again without a model. Only a whole run is held against what is committed."""
    from framing.evaluation import load_run, score_suite

    stored = load_run(run)
    gold = gold_of(stored.suite, shared, limit=None, final=stored.final)
    whole = len(gold) == len(stored.articles)
    return score_suite(
        stored.suite,
        _named(stored.suite, stored.articles, gold),
        stored.outcomes,
        baseline=_committed_for(stored.suite) if whole and not stored.final else None,
        final=stored.final,
        cost=cost_of(prices),
        references=offline(stored.suite),
    )


def offline(suite: Suite) -> Mapping[str, Task]:
    """What answers without a model, to stand beside every score."""
    from framing.analyzer import Analyzer

    return {"rules": Analyzer("rules", codebook=suite.codebook or "policy-frames").analyze}


def committed(folder: Path) -> Baseline | None:
    """The scores in a suite's folder, for the gates on regression."""
    from framing.evaluation import read_baseline

    path = folder / "baseline.json"
    return read_baseline(path) if path.exists() else None


def _committed_for(suite: Suite) -> Baseline | None:
    from framing.evaluation import list_suites

    folder = list_suites(resource_dir("eval")).get(suite.name)
    return committed(folder) if folder else None


def _named(suite: Suite, names: Sequence[str], gold: Sequence[GoldArticle]) -> tuple[GoldArticle, ...]:
    known = {article.id: article for article in gold}
    if lost := [name for name in names if name not in known]:
        raise UsageError(f"article {lost[0]!r} of the run is no longer in the data of suite {suite.name!r}")
    return tuple(known[name] for name in names)
