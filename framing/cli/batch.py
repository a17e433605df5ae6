"""`framing batch`: ask by file."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from framing.backends import BackendOptions
from framing.batch import Batch, Results
from framing.cli.batch_api import fetch, status, submit
from framing.cli.inputs import read_articles
from framing.cli.options import max_chars_option, parsed_params
from framing.errors import UsageError

__all__ = ["batch"]

INCOMPLETE = 5
_SHOWN = 20


@click.group()
def batch() -> None:
    """Ask by file: write requests in OpenAI's Batch format, read the answers back."""


def _batch_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what is asked; the command receives them as one `asked`, a Batch."""

    @click.option(
        "--prompt", "prompts", multiple=True, metavar="NAME|FILE", help="Prompt; several divide the tasks."
    )
    @click.option(
        "--codebook", default="policy-frames", show_default=True, metavar="NAME|FILE", help="Frames to look for."
    )
    @click.option("--model", required=True, help="The model that will be asked.")
    @click.option(
        "--param", "params", multiple=True, metavar="KEY=VALUE", help="Model parameter, e.g. temperature=0."
    )
    @click.option(
        "--api", type=click.Choice(["chat", "responses"]), default="chat", show_default=True, help="The endpoint."
    )
    @max_chars_option()
    @functools.wraps(command)
    def with_batch(
        *args: Any,
        prompts: tuple[str, ...],
        codebook: str,
        model: str,
        params: tuple[str, ...],
        api: Any,
        max_chars: int,
        **kwargs: Any,
    ) -> Any:
        asked = Batch(
            model,
            prompt=prompts or "joint",
            codebook=codebook,
            params=parsed_params(params),
            options=BackendOptions(api=api),
            max_chars=max_chars,
        )
        return command(*args, asked=asked, **kwargs)

    return with_batch


@batch.command("export")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@_batch_options
@click.option("-o", "--out", required=True, metavar="FILE", help="The requests file to write (.jsonl).")
def export(inputs: tuple[str, ...], asked: Batch, out: str) -> None:
    """Write the requests about the articles in each INPUT (text files, or .jsonl) to a file; nothing is sent."""
    done = asked.export(read_articles(inputs), out)
    click.echo(f"{done.requests:,} requests about {done.articles:,} articles, {done.bytes:,} bytes: {out}")
    if done.too_large:
        click.echo(
            "framing: the Batch API takes 50,000 requests and 200 MB a file: export fewer articles", err=True
        )


@batch.command("import")
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT... REQUESTS RESULTS")
@_batch_options
@click.option("--errors", multiple=True, metavar="FILE", help="A further file of results, such as the error file.")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="DIR", help="The folder to write to."
)
@click.pass_context
def import_(ctx: click.Context, inputs: tuple[str, ...], asked: Batch, errors: tuple[str, ...], out: Path) -> None:
    """Read the answers in RESULTS to the exported REQUESTS about the articles in each INPUT.

    Writes DIR/analyses.jsonl, one article a line in the order of the inputs, and DIR/import.json, which says what
    went wrong. A failed article is a line, too.
    """
    if len(inputs) < 3:
        raise UsageError("name the articles, then the requests file, then the results file")
    *articles, requests, results = inputs
    read = asked.read(read_articles(articles), requests, [results, *errors])
    counts = _write(read, out)
    for fault in read.faults[:_SHOWN]:
        click.echo(f"framing: {fault}", err=True)
    if len(read.faults) > _SHOWN:
        click.echo(f"framing: and {len(read.faults) - _SHOWN} more, in {out / 'import.json'}", err=True)
    told = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    click.echo(f"{told}; saved to {out / 'analyses.jsonl'}")
    ctx.exit(INCOMPLETE if counts["failed"] or counts["incomplete"] else 0)


def _write(read: Results, out: Path) -> dict[str, int]:
    counts = {"articles": 0, "failed": 0, "incomplete": 0}
    out.mkdir(parents=True, exist_ok=True)
    with (out / "analyses.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        for analysis in read.analyses():
            file.write(analysis.model_dump_json() + "\n")
            counts["articles"] += 1
            if not analysis.answered:
                counts["failed"] += 1
            elif not analysis.complete:
                counts["incomplete"] += 1
    report = {**counts, "faults": [str(fault) for fault in read.faults]}
    (out / "import.json").write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return counts


for _command in (submit, status, fetch):
    batch.add_command(_command)
