"""What `framing eval` shows of a run: which scores, in words and tables, and what the answers cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from framing.annotations import Provenance
from framing.cli.tables import print_scores, print_table

if TYPE_CHECKING:
    from framing.evaluation import Score, SuiteRun
    from framing.evaluation.runner import Cost

__all__ = ["cost_of", "is_headline", "markdown_report", "show_run"]

_DETAILS = ("precision/", "recall/", "kappa/", "prevalence in gold/", "prevalence predicted/")
_WHERE_THERE_ARE_ANY = ("replies/problems per article/", "claims/voice by rules", "claims/stated voice")


def show_run(done: SuiteRun, *, every: bool) -> None:
    """Print the tables of a run and its gates; failed articles go to stderr."""
    from framing.evaluation.tables import SCORE_COLUMNS, score_rows

    click.echo(_about(done))
    for condition, table in done.tables.items():
        click.echo(f"\n{condition}")
        print_scores(SCORE_COLUMNS, score_rows(_shown(table, every=every)))
        for line in _can_be_seen(done, table)[:1]:
            click.echo(line)
    for line in _failures(done):
        click.echo(line, err=True)
    if done.gates:
        click.echo("\ngates")
        print_table(
            ("", "condition", "score", "measured"),
            [("holds" if g.passed else "FAILS", g.condition, g.score, g.reason) for g in done.gates],
        )


def markdown_report(done: SuiteRun, *, every: bool) -> str:
    """The tables of a run in Markdown, with what its articles can show and which of them failed."""
    from framing.evaluation.tables import SCORE_COLUMNS, markdown, score_rows

    parts = [f"# {done.suite.title}\n", f"{_about(done)}\n"]
    for condition, table in done.tables.items():
        parts.append(f"## {condition}\n")
        parts.append(markdown(SCORE_COLUMNS, score_rows(_shown(table, every=every))))
        parts += [f"{line}\n" for line in _can_be_seen(done, table)]
    parts += [f"- {line}" for line in _failures(done)]
    return "\n".join(parts)


def cost_of(path: Path | None) -> Cost:
    """What an analysis cost by a file of prices, or those that come with the library; None for an unknown model."""
    from framing.runs.prices import Prices

    prices = Prices.load(path) if path else Prices.shipped()

    def cost(provenance: Provenance) -> float | None:
        usage, price = provenance.usage, prices.find(provenance.model or "")
        if usage.requests == 0:
            return 0.0
        return price.of(usage.input_tokens, usage.output_tokens, usage.cached_tokens) if price else None

    return cost


def is_headline(name: str, *values: float | None) -> bool:
    """Whether a score is shown unasked: all but details of single labels and what did not come up, as most problems."""
    return not name.partition("/")[2].startswith(_DETAILS) and (
        any(values) or not name.startswith(_WHERE_THERE_ARE_ANY)
    )


def _shown(table: Mapping[str, Score], *, every: bool) -> dict[str, Score]:
    return {name: score for name, score in table.items() if every or is_headline(name, score.value)}


def _can_be_seen(done: SuiteRun, table: Mapping[str, Score]) -> list[str]:
    from framing.evaluation.tables import what_can_be_seen

    return [what_can_be_seen(table[name], len(done.articles)) for name in done.suite.family if name in table]


def _failures(done: SuiteRun) -> Iterator[str]:
    return (f"failed, counts as wrong: {o.document} ({o.condition}): {o.error}" for o in done.failures)


def _about(done: SuiteRun) -> str:
    opened = "; FINAL: the test split was opened" if done.final else ""
    return f"{done.suite.title}: {len(done.articles)} articles of {done.suite.dataset.split}{opened}"
