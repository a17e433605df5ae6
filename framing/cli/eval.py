"""`framing eval`: run suites of hand-labelled articles, score, compare and report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from framing._resources import resource_dir
from framing.cli.eval_tables import cost_of, is_headline, markdown_report, show_run
from framing.cli.options import Load, backend_options, max_chars_option, parsed_params
from framing.cli.stored import articles_of, committed, gold_of, offline, shared_option, stored_run
from framing.cli.tables import print_scores, print_table
from framing.errors import FramingError, UsageError

if TYPE_CHECKING:
    from framing.evaluation import GoldArticle, Suite
    from framing.evaluation.outcomes import Task

__all__ = ["eval"]

FAILED = 1
ERRORS = 3
UNANSWERED = 4


class _Eval(click.Group):
    """Exit code 1 says that a gate failed; an error of that code becomes another."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FramingError as error:
            error.exit_code = max(error.exit_code, ERRORS) if error.exit_code == FAILED else error.exit_code
            raise


@click.group(cls=_Eval)
def eval() -> None:
    """Score prompts against hand-labelled articles.

    Exit codes: 0 all gates hold, 1 a gate fails, 2 a wrong command line, 3 and up another error.
    """


@eval.command("list")
def list_command() -> None:
    """The suites there are."""
    from framing.evaluation import list_suites, load_suite

    suites = [load_suite(folder) for folder in list_suites(resource_dir("eval")).values()]
    print_table(
        ("suite", "title", "data", "split"), [(s.name, s.title, s.dataset.path, s.dataset.split) for s in suites]
    )


_all_scores = click.option("--all", "every", is_flag=True, help="Show every score, also those of details.")
_prices = click.option(
    "--prices", type=click.Path(path_type=Path), help="Prices of models; else those that come with the library."
)
_final = click.option("--final", is_flag=True, help="Score the test split, once, at the end; the run notes it.")


@eval.command("run")
@click.argument("suite", metavar="SUITE|FOLDER")
@click.option("--prompt", "prompts", multiple=True, metavar="NAME|FILE", help="Instead of the suite's prompts.")
@click.option("--backend", "backends", multiple=True, metavar="NAME[:MODEL]", help="Instead of its backends.")
@click.option("--param", "params", multiple=True, metavar="KEY=VALUE", help="Model parameter, e.g. temperature=0.")
@max_chars_option(None)
@backend_options
@click.option("--limit", type=click.IntRange(min=1), help="Only the first articles.")
@click.option("--concurrency", type=click.IntRange(min=1), default=4, show_default=True, help="At a time.")
@click.option("--out", type=click.Path(path_type=Path), help="Keep the run here; by default in out/eval/.")
@_final
@shared_option
@_prices
@_all_scores
@click.pass_context
def run(
    ctx: click.Context,
    suite: str,
    prompts: tuple[str, ...],
    backends: tuple[str, ...],
    params: tuple[str, ...],
    max_chars: int | None,
    load: Load,
    limit: int | None,
    concurrency: int,
    out: Path | None,
    final: bool,
    shared: Path,
    prices: Path | None,
    every: bool,
) -> None:
    """Ask about every article of SUITE, score the answers and hold the suite's gates against them.

    SUITE is one of `framing eval list`, or a folder of your own with a suite.yaml.
    """
    from framing.evaluation import find_suite, load_suite, run_suite, save_run

    folder = find_suite(suite, resource_dir("eval"))
    loaded = load_suite(folder)
    asked: dict[str, Any] = {
        "prompts": prompts or loaded.prompts,
        "backends": backends or loaded.backends,
        "params": loaded.params | parsed_params(params),
        "max_chars": max_chars or loaded.max_chars,
    }
    if final:
        asked["dataset"] = loaded.dataset.model_copy(update={"split": "test"})
    chosen = loaded.model_copy(update=asked)
    articles = gold_of(chosen, shared, limit=limit, final=final)
    _refuse_own_examples(chosen, articles)

    def task(prompt: str | None, backend: str, repeat: int) -> Task:
        from framing.analyzer import MAX_CHARS, Analyzer
        from framing.comparison.asking import sampled

        analyzer = Analyzer(
            load(backend),
            prompt=_named(prompt),
            codebook=chosen.codebook or "policy-frames",
            params=chosen.params,
            max_chars=chosen.max_chars or MAX_CHARS,
        )
        return sampled(analyzer, repeat).analyze

    done = run_suite(
        chosen,
        task,
        articles=articles,
        baseline=None if limit or final else committed(folder),
        final=final,
        concurrency=concurrency,
        cost=cost_of(prices),
        references=offline(chosen),
    )
    target = out or _free(Path("out") / "eval" / loaded.name)
    save_run(done, target)
    show_run(done, every=every)
    click.echo(f"kept in {target}", err=True)
    if silent := [c for c in done.tables if not any(o.analysis for o in done.outcomes if o.condition == c)]:
        click.echo(f"{silent[0]} answered nothing at all: its scores say nothing about it", err=True)
        ctx.exit(UNANSWERED)
    ctx.exit(done.exit_code)


@eval.command("score")
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path, exists=True, file_okay=False))
@shared_option
@_prices
@_all_scores
@click.pass_context
def score(ctx: click.Context, run: Path, shared: Path, prices: Path | None, every: bool) -> None:
    """Score the stored answers of RUN again, without a model."""
    done = stored_run(run, shared, prices=prices)
    show_run(done, every=every)
    ctx.exit(done.exit_code)


@eval.command("report")
@click.argument("run", metavar="RUN", type=click.Path(path_type=Path, exists=True, file_okay=False))
@shared_option
@_prices
@_all_scores
def report(run: Path, shared: Path, prices: Path | None, every: bool) -> None:
    """The scores of RUN as tables in Markdown."""
    click.echo(markdown_report(stored_run(run, shared, prices=prices), every=every))


@eval.command("compare")
@click.argument("a", metavar="RUN_A", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("b", metavar="RUN_B", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@shared_option
@_all_scores
def compare(a: Path, b: Path, form: str, shared: Path, every: bool) -> None:
    """The difference RUN_B − RUN_A of every score, paired by article, with interval and permutation test.

    Each run must hold one prompt on one backend. p-values of the suite's family are adjusted by Holm's method,
    those of all other scores by Benjamini and Hochberg's.
    """
    from dataclasses import asdict

    from framing.evaluation import compare_outcomes
    from framing.evaluation.tables import DIFFERENCE_COLUMNS, difference_rows

    one, other = stored_run(a, shared), stored_run(b, shared)
    if one.suite.name != other.suite.name or one.articles != other.articles:
        raise UsageError(f"{str(a)!r} and {str(b)!r} are not of the same articles: give both one suite and limit")
    for done, path in ((one, a), (other, b)):
        if len(done.tables) != 1:
            raise UsageError(f"{str(path)!r} holds {len(done.tables)} conditions: run one prompt on one backend")
    articles = articles_of(one.suite, one.articles, shared, final=one.final)
    found = compare_outcomes(one.suite, articles, one.outcomes, other.outcomes)
    shown = [d for d in found if every or is_headline(d.name, d.a, d.b)]
    if form == "json":
        click.echo(json.dumps([asdict(d) for d in shown], indent=1, ensure_ascii=False))
    else:
        print_scores(DIFFERENCE_COLUMNS, difference_rows(shown))


def _named(prompts: str | None) -> tuple[str, ...]:
    """The prompts that a suite means by one name: "statements/rows + frames/rows" are two."""
    return tuple((prompts or "joint").split(" + "))


def _refuse_own_examples(suite: Suite, articles: Sequence[GoldArticle]) -> None:
    """Raise UsageError where a prompt shows one of the articles that it is to be scored on, with its answer."""
    from framing.prompts import load_prompt

    for prompt in [load_prompt(name) for names in filter(None, suite.prompts) for name in _named(names)]:
        shown = [a.id for a in articles if any(example.is_of(a.document) for example in prompt.examples)]
        if shown:
            raise UsageError(
                f"the prompt {prompt.ref!r} shows {', '.join(map(repr, shown))} with the answer, as an example, "
                f"and the suite {suite.name!r} would score it on that: take another prompt or another split"
            )


def _free(folder: Path) -> Path:
    """`folder`, or the first of folder-2, folder-3 … that is not there: no run is written over."""
    if not folder.exists():
        return folder
    return next(path for n in range(2, 10_000) if not (path := folder.with_name(f"{folder.name}-{n}")).exists())
