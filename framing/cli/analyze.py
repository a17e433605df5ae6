"""`framing analyze`: articles in, a readable summary or JSON out."""

from __future__ import annotations

import json
from pathlib import Path

import click

from framing.analyzer import Analyzer
from framing.annotations import Analysis
from framing.cli.failures import tell
from framing.cli.options import analyzer_options
from framing.corpus import read_document
from framing.errors import InputError, RetryableError, UsageError
from framing.text import Document

__all__ = ["analyze"]

INCOMPLETE = 5


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@analyzer_options
@click.option("--format", "form", type=click.Choice(["text", "json", "jsonl"]), default="text", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Also save to this .json or .jsonl file, or folder.")
@click.pass_context
def analyze(ctx: click.Context, files: tuple[str, ...], analyzer: Analyzer, form: str, out: Path | None) -> None:
    """Take the article in each FILE apart.

    FILE is plain text; - is standard input. An article's id is its file's name without suffix.
    """
    _check_target(out)
    done: list[Analysis] = []
    code = 0
    for file in files:
        try:
            document = read_document(file)
            analysis = analyzer.analyze(document)
        except (InputError, RetryableError) as error:  # this article fails, the others go on
            tell(error)
            code = max(code, error.exit_code)
            continue
        done.append(analysis)
        _print_one(analysis, document, form)
    if form == "json":
        click.echo(_as_json(done))
    if out is not None and done:
        click.echo(f"saved to {_save(done, out)}", err=form != "text")
    ctx.exit(code or _completeness(done))


def _completeness(done: list[Analysis]) -> int:
    lacking = [analysis.document.id for analysis in done if not analysis.complete]
    if not lacking:
        return 0
    click.echo(f"framing: incomplete, see the problems of {', '.join(lacking)}", err=True)
    return INCOMPLETE


def _print_one(analysis: Analysis, document: Document, form: str) -> None:
    if form == "jsonl":
        click.echo(analysis.model_dump_json())
    elif form == "text":
        from rich.console import Console

        from framing.reports.terminal import render

        render(analysis, document, Console(highlight=False))


def _as_json(done: list[Analysis]) -> str:
    """One article as an object, several as an array."""
    values = [analysis.model_dump(mode="json") for analysis in done]
    return json.dumps(values[0] if len(values) == 1 else values, ensure_ascii=False, indent=2)


def _check_target(out: Path | None) -> None:
    if out is not None and out.suffix not in {"", ".json", ".jsonl"}:
        raise UsageError(f"--out {str(out)!r}: save to a .json or .jsonl file, or to a folder")


def _save(done: list[Analysis], out: Path) -> Path:
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.suffix == ".json":
        out.write_text(_as_json(done) + "\n", encoding="utf-8")
    elif out.suffix == ".jsonl":
        out.write_text("".join(a.model_dump_json() + "\n" for a in done), encoding="utf-8")
    else:
        out.mkdir(exist_ok=True)
        for analysis in done:
            (out / f"{analysis.document.id}.json").write_text(_as_json([analysis]) + "\n", encoding="utf-8")
    return out
