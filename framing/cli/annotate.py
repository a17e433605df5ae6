"""`framing annotate`: a corpus in, a folder of analyses out."""

from __future__ import annotations

import functools
import shlex
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal

import click

from framing.analyzer import Analyzer
from framing.cli.failures import tell
from framing.cli.options import analyzer_options
from framing.corpus import Fields, passed_over
from framing.errors import UsageError
from framing.runs import Limits, Plan, Prices, Ray, RunOptions, RunReport, Snapshot, plan, run
from framing.runs.engines import EngineChoice
from framing.runs.local import INTERRUPTED

__all__ = ["annotate"]

INCOMPLETE = 5
_INTERRUPTED_CODE = 130
_SHOWN = 5
_WHY = ("problems.csv", "problems.parquet", "analyses.jsonl")


def field_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --text-field and its like; the command receives them as one `fields`."""
    columns = ("text", "id", "title", "outlet", "url", "published", "language")

    @functools.wraps(command)
    def with_fields(*args: Any, input_format: Any, **kwargs: Any) -> Any:
        names = {name: kwargs.pop(f"{name}_field") for name in columns}
        return command(*args, fields=Fields(**names, format=input_format), **kwargs)

    formats = click.Choice(["auto", "jsonl", "csv", "tsv", "parquet", "txt"])
    with_format = click.option("--input-format", type=formats, default="auto", help="Instead of going by suffix.")
    made: Callable[..., Any] = with_format(with_fields)
    for name in reversed(columns):
        told = f"Column of the {name}.  [default: {name}]"
        made = click.option(f"--{name}-field", default=name, metavar="COLUMN", help=told)(made)
    return made


def limit_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --concurrency and its like; the command receives them as one `limits`."""

    @click.option("--concurrency", type=int, default=64, show_default=True, help="Requests open at the same time.")
    @click.option("--rpm", type=int, metavar="N", help="Requests a minute.")
    @click.option("--tpm", type=int, metavar="N", help="Tokens a minute, input and output.")
    @click.option("--max-requests", type=int, metavar="N", help="Never send more than N for this folder.")
    @click.option("--max-cost", type=float, metavar="AMOUNT", help="Never spend more than AMOUNT on this folder.")
    @click.option(
        "--prices", type=click.Path(path_type=Path), metavar="FILE", help="Prices instead of the built-in."
    )
    @functools.wraps(command)
    def with_limits(
        *args: Any,
        concurrency: int,
        rpm: int | None,
        tpm: int | None,
        max_requests: int | None,
        max_cost: float | None,
        prices: Path | None,
        **kwargs: Any,
    ) -> Any:
        known = Prices.load(prices) if prices else Prices.shipped()
        return command(*args, limits=Limits(concurrency, rpm, tpm, max_requests, max_cost, known), **kwargs)

    return with_limits


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR", help="The run's folder.")
@analyzer_options
@field_options
@limit_options
@click.option("--as-completed", is_flag=True, help="Write analyses as they are finished, not in input order.")
@click.option("--retry-failed", is_flag=True, help="Ask again about the articles that failed.")
@click.option(
    "--tables",
    type=click.Choice(["csv", "parquet", "none"]),
    help="Format of the flat tables.  [default: csv; with --engine ray parquet]",
)
@click.option(
    "--engine",
    type=click.Choice(["asyncio", "ray"]),
    default="asyncio",
    show_default=True,
    help="Who does the work.",
)
@click.option(
    "--ray-address", metavar="ADDRESS", help="A cluster of Ray, e.g. auto; otherwise Ray is started here."
)
@click.option("--workers", type=int, metavar="N", help="Workers on Ray.  [default: one a core]")
@click.option("--shard-size", type=int, metavar="N", help="Articles that are committed together.  [default: 1000]")
@click.option("--sample", type=int, default=0, help="Index of the sample: 1 is a second opinion on everything.")
@click.option("--dry-run", is_flag=True, help="Say what it would take; send nothing.")
@click.option("--quiet", is_flag=True, help="No progress.")
@click.pass_context
def annotate(
    ctx: click.Context,
    inputs: tuple[str, ...],
    out: Path,
    analyzer: Analyzer,
    fields: Fields,
    limits: Limits,
    as_completed: bool,
    retry_failed: bool,
    tables: Literal["csv", "parquet", "none"] | None,
    engine: Literal["asyncio", "ray"],
    ray_address: str | None,
    workers: int | None,
    shard_size: int | None,
    sample: int,
    dry_run: bool,
    quiet: bool,
) -> None:
    """Analyse a corpus: every article of every INPUT, into the folder DIR.

    INPUT is a .jsonl, .csv, .tsv, .parquet or .txt file (also .gz, .bz2, .xz, .zst), a folder of them, or - for
    jsonl on standard input. The same command again goes on where it was stopped.
    """
    if dry_run:
        _print_plan(plan(inputs, out=out, analyzer=analyzer, fields=fields, limits=limits), limits)
        return
    _print_passed_over(passed_over(inputs, fields.format))
    chosen = _engine(engine, ray_address, workers, shard_size)
    options = RunOptions(as_completed, retry_failed, None if tables == "none" else tables or "auto", sample)
    with ExitStack() as stack:
        watch = None if quiet else _watch(stack)
        report = run(
            inputs,
            out=out,
            analyzer=analyzer,
            fields=fields,
            limits=limits,
            options=options,
            watch=watch,
            engine=chosen,
        )
    _print_report(report, quiet)
    ctx.exit(_exit_code(report))


def _print_passed_over(files: tuple[str, ...]) -> None:
    if files:
        shown = ", ".join(files[:_SHOWN]) + (", …" if len(files) > _SHOWN else "")
        number = "1 file is" if len(files) == 1 else f"{len(files):,} files are"
        click.echo(f"framing: {number} of a kind that is not read: {shown}", err=True)


def _engine(
    engine: Literal["asyncio", "ray"], address: str | None, workers: int | None, shard: int | None
) -> EngineChoice:
    if engine == "ray":
        return Ray(address, workers, Ray().shard if shard is None else shard)
    if (address, workers, shard) != (None, None, None):
        raise UsageError("--ray-address, --workers and --shard-size belong to --engine ray")
    return "asyncio"


def _watch(stack: ExitStack) -> Callable[[Snapshot], None]:
    from framing.cli.progress import ProgressBar, ProgressLines

    if sys.stderr.isatty():
        return stack.enter_context(ProgressBar())
    return ProgressLines()


def _exit_code(report: RunReport) -> int:
    if report.error is not None:
        return report.error.exit_code
    if report.stopped == INTERRUPTED:
        return _INTERRUPTED_CODE
    return 0 if report.complete else INCOMPLETE


def _print_report(report: RunReport, quiet: bool) -> None:
    if report.error is not None:
        tell(report.error)
    cost = "cost unknown" if report.cost is None else f"cost {report.cost:.4f}"
    tokens = report.usage.input_tokens + report.usage.output_tokens
    used = f"; {report.requests:,} requests, {tokens:,} tokens, {cost}" if report.requests else ""
    if not quiet:
        noun = "article" if report.articles == 1 else "articles"
        written = f"{report.articles:,} {noun} in {report.folder} ({report.new:,} new)"
        kept = f", {report.kept:,} more kept in shards that are not whole" if report.kept else ""
        click.echo(f"{written}{kept}, {report.failed:,} failed{used}, {report.seconds:.1f} s", err=True)
    if not report.finished:
        click.echo(f"framing: stopped: {report.stopped}. To go on: {_again()}", err=True)
    elif report.failed:
        why = next((name for name in _WHY if (report.folder / name).is_file()), None)
        place = f". Why: {report.folder / why}" if why else ""
        click.echo(f"framing: {report.failed:,} failed; to ask again add --retry-failed{place}", err=True)


def _again() -> str:
    """The command that was given, without a key that may stand in it."""
    arguments = sys.argv[1:]
    for place, argument in enumerate(arguments):
        if argument == "--api-key" and place + 1 < len(arguments):
            arguments[place + 1] = "…"
        elif argument.startswith("--api-key="):
            arguments[place] = "--api-key=…"
    return shlex.join(["framing", *arguments])


def _print_plan(made: Plan, limits: Limits) -> None:
    click.echo(f"articles      {made.articles:,}" + (f", and {made.bad_rows:,} bad rows" if made.bad_rows else ""))
    click.echo(f"requests      {made.requests:,}, repairs and retries not counted")
    how = "counted" if made.exact else "estimated"
    click.echo(f"input tokens  {made.input_tokens:,} ({how} on {made.counted:,} articles)")
    why = "assumed: 600 an answer" if made.output_assumed else "by the answers in the folder"
    most = "no bound" if made.max_output_tokens is None else f"at most {made.max_output_tokens:,}"
    click.echo(f"output tokens {made.output_tokens:,} ({why}; {most})")
    if made.cost is None or made.price is None:
        click.echo("cost          unknown: no price for this model; give one with --prices FILE")
    else:
        most = "" if made.max_cost is None else f", at most {made.max_cost:,.2f}"
        prices = f"prices as of {made.price.as_of or 'an unknown date'}, to be checked"
        click.echo(f"cost          {made.cost:,.2f} {limits.prices.currency}{most} ({prices})")
    click.echo(f"time          about {max(1, round(made.seconds / 60)):,} min, at 1 s + 50 tokens/s an answer")
    click.echo("nothing was sent")
